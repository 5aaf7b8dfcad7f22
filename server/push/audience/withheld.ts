/**
 * What an audience is told of one figure: as it is, hidden because it stands for too few people, or as if nobody waited
 * because somebody waits alone. Pure; what it needs of other figures it asks for.
 */
import { valueKey } from '../../../lib/apply-delta';
import type { Audience } from '../../../lib/contracts/board';
import type { KpiKey, KpiValue } from '../../../lib/contracts/kpi';
import type { Figure } from '../shown';
import { isLone, nobodyWaits, toldFrom, WAIT_KPIS, type Waits } from './lone-waiter';
import { groupOf, isAboutPeople, peopleIn } from './people-figures';

/** The same in each frame: neither age nor status tells when something of it changed. */
export const HIDDEN: KpiValue = {
  value: null,
  asOf: null,
  origin: 'live',
  status: 'normal',
  stale: false,
  hidden: true,
};

/** What is known now. */
export interface Knowledge {
  readonly now: number;
  /** By `valueKey`; `undefined`: never observed. */
  readonly lookUp: (key: string) => KpiValue | undefined;
  /** Since when the one who waits alone on a subject is known; absent: since he began to wait, or not long enough. */
  readonly seenAt?: (subject: string) => number | null;
}

/** Whether anything of it is kept from that audience. */
export function withholds({ minimumGroup, loneWaiterDelaySeconds }: Audience): boolean {
  return minimumGroup > 0 || loneWaiterDelaySeconds > 0;
}

/** The figures that decide what is told of this one; none where it is told as it is. */
export function deciding(figure: Figure, audience: Audience): readonly Figure[] {
  if (audience.minimumGroup > 0 && isAboutPeople(figure.kpi)) return groupOf(figure);
  if (audience.loneWaiterDelaySeconds > 0 && WAIT_KPIS.includes(figure.kpi)) {
    return WAIT_KPIS.map((kpi) => ({ subject: figure.subject, kpi }));
  }
  return [];
}

/** `raw`: the figure as it is. */
export function toldValue(figure: Figure, raw: KpiValue, audience: Audience, knowledge: Knowledge): KpiValue {
  const { kpi } = figure;
  // Never observed: there is nothing to keep.
  if (raw.origin === null && raw.asOf === null) return raw;
  if (audience.minimumGroup > 0 && isAboutPeople(kpi)) {
    return isSmall(figure, audience, knowledge) ? HIDDEN : withoutDetail(raw);
  }
  if (audience.loneWaiterDelaySeconds === 0 || !WAIT_KPIS.includes(kpi)) return raw;
  const isNobody = kpi === 'waiting' ? raw.value === 0 : raw.value === null;
  const until = loneUntil(figure.subject, audience, knowledge);
  return isNobody || (until !== null && raw.value !== null) ? nobodyWaits(kpi, raw) : raw;
}

/** Whether a figure's state is another for that audience than it is. */
export function isWithheld(figure: Figure, audience: Audience, knowledge: Knowledge): boolean {
  if (audience.minimumGroup > 0 && isAboutPeople(figure.kpi)) return isSmall(figure, audience, knowledge);
  return WAIT_KPIS.includes(figure.kpi) && loneUntil(figure.subject, audience, knowledge) !== null;
}

/** Until when it is not told that somebody waits alone there (epoch ms); `null`: nobody does, or it is told. */
export function loneUntil(subject: string, audience: Audience, knowledge: Knowledge): number | null {
  const delayMs = audience.loneWaiterDelaySeconds * 1_000;
  if (delayMs === 0) return null;
  const waits = waitsOf(subject, knowledge);
  if (!isLone(waits)) return null;
  const seenAt = knowledge.seenAt?.(subject) ?? knowledge.now;
  const until = toldFrom(waits, seenAt, delayMs);
  return knowledge.now < until ? until : null;
}

export function waitsOf(subject: string, { lookUp }: Pick<Knowledge, 'lookUp'>): Waits {
  const value = (kpi: KpiKey) => lookUp(valueKey(subject, kpi))?.value ?? null;
  return { count: value('waiting'), since: value('longestWaitSince') };
}

function isSmall(figure: Figure, { minimumGroup }: Audience, { lookUp }: Knowledge): boolean {
  const people = peopleIn(groupOf(figure), (key) => lookUp(key)?.value ?? null);
  return people === null || people < minimumGroup;
}

/** A breakdown stands for fewer people than the whole. */
function withoutDetail(raw: KpiValue): KpiValue {
  if (raw.detail === undefined) return raw;
  const { detail: _, ...rest } = raw;
  return rest;
}
