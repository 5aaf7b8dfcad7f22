/**
 * Where a floor screen says what devices' alerts are: in lines of their own above the foot where the page keeps room
 * for its tiles all the same, else in turn with the foot. Counted in u. Pure.
 */
import type { Space } from '../board/scale';
import { MEASURE } from '../board/tile-plan';

export interface StripContent {
  readonly hasFault: boolean;
  readonly groups: number;
  /** There is nothing to list, but something to say: that nothing is heard of devices. */
  readonly hasNotice: boolean;
}

export interface StripPlan {
  readonly place: 'none' | 'own' | 'foot';
  readonly hasFault: boolean;
  /** Groups that are drawn. */
  readonly groups: number;
  /** What the lines take of the stage, with their gaps. */
  readonly reservedU: number;
}

const MOST_GROUPS = 2;
/** Upright, a line has two rows of words; of groups there is room for one. */
const MOST_GROUPS_PORTRAIT = 1;
/** What the stage must keep: two rows of tiles. */
const LEAST_STAGE_U = 2 * MEASURE.tileHeight + MEASURE.gap;

export function stripPlan(space: Space, { hasFault, groups, hasNotice }: StripContent): StripPlan {
  const portrait = space.heightU > space.widthU;
  const lineU = (portrait ? MEASURE.footer * 2 : MEASURE.footer) + MEASURE.gap;
  const frameU = 2 * space.padU + MEASURE.header + MEASURE.gap + lineU;
  const most = Math.max(0, Math.floor((space.heightU - frameU - LEAST_STAGE_U) / lineU));
  const lines = Math.min(groups, portrait ? MOST_GROUPS_PORTRAIT : MOST_GROUPS);
  const wanted = Number(hasFault) + Math.max(lines, hasFault ? 0 : Number(hasNotice));
  if (wanted === 0) return { place: 'none', hasFault: false, groups: 0, reservedU: 0 };
  // A fault names the devices of the worst group, and what follows from them: it goes first.
  if (most === 0) return { place: 'foot', hasFault, groups: hasFault ? 0 : Math.min(lines, 1), reservedU: 0 };
  const shown = Math.min(most, wanted);
  return {
    place: 'own',
    hasFault,
    groups: Math.min(lines, shown - Number(hasFault)),
    reservedU: shown * lineU,
  };
}
