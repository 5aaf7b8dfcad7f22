/**
 * Figures of many queues together (a group, a division, all), kept by difference: a change of one member costs the
 * same for 10 members as for 20,000. Sums are integers, so differences stay exact. Nothing that is an average is
 * averaged: numerators and denominators are added, and formulas work on the sums.
 */
import { createExtremeTree, type ExtremeTree, setExtreme, smallest } from './extreme-tree';
import { ADDITIVE_FIGURES, FIGURE, MIXED_TARGET, noFigures } from './figures';
import { at, doubles } from './row-layout';

export interface Rollup {
  /** The sums, in the layout of any subject's figures; NaN where no member knows it. */
  readonly figures: number[];
  /** How many members know each additive figure. */
  readonly known: number[];
  readonly earliest: ExtremeTree;
  /** Negated, so that the smallest is the largest. */
  readonly largest: ExtremeTree;
  /** How many members have each target. */
  readonly targets: Map<number, number>;
}

export function createRollup(members: number): Rollup {
  return {
    figures: noFigures(),
    known: doubles(ADDITIVE_FIGURES, () => 0),
    earliest: createExtremeTree(members),
    largest: createExtremeTree(members),
    targets: new Map(),
  };
}

/** What changed of a member: places, and by how much; filled by `differ`, reused for all its roll-ups. */
export interface Difference {
  length: number;
  /** Nothing became known or unknown. */
  isKnownSame: boolean;
  readonly places: number[];
  readonly by: number[];
  readonly known: number[];
}

export function createDifference(): Difference {
  const zeros = () => doubles(ADDITIVE_FIGURES, () => 0);
  return { length: 0, isKnownSame: true, places: zeros(), by: zeros(), known: zeros() };
}

/** Fills `out` with the additive figures in which `after` differs from `before`. */
export function differ(out: Difference, before: readonly number[], after: readonly number[]): void {
  out.length = 0;
  out.isKnownSame = true;
  for (let f = 0; f < ADDITIVE_FIGURES; f++) {
    const old = at(before, f);
    const now = at(after, f);
    if (old === now) continue;
    const wasKnown = !Number.isNaN(old);
    const isKnown = !Number.isNaN(now);
    if (!wasKnown && !isKnown) continue;
    out.places[out.length] = f;
    out.by[out.length] = (isKnown ? now : 0) - (wasKnown ? old : 0);
    out.known[out.length] = Number(isKnown) - Number(wasKnown);
    if (isKnown !== wasKnown) out.isKnownSame = false;
    out.length++;
  }
}

export interface MemberMove {
  /** The member's place in this roll-up. */
  readonly member: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly difference: Difference;
}

export function moveMember(rollup: Rollup, move: MemberMove): void {
  const { difference, before, after } = move;
  if (difference.isKnownSame) addDifference(rollup.figures, difference);
  else addKnownDifference(rollup, difference);
  if (!isSame(at(before, FIGURE.longestSince), at(after, FIGURE.longestSince)))
    setExtremes(rollup, move.member, after);
  else if (!isSame(at(before, FIGURE.maxWait), at(after, FIGURE.maxWait)))
    setExtremes(rollup, move.member, after);
  if (!isSame(at(before, FIGURE.target), at(after, FIGURE.target))) moveTarget(rollup, before, after);
}

/** Adds a difference in which nothing became known or unknown. */
export function addDifference(figures: number[], difference: Difference): void {
  const { places, by, length } = difference;
  for (let i = 0; i < length; i++) {
    const f = at(places, i);
    figures[f] = at(figures, f) + at(by, i);
  }
}

function addKnownDifference({ figures, known }: Rollup, difference: Difference): void {
  for (let i = 0; i < difference.length; i++) {
    const f = at(difference.places, i);
    const held = at(figures, f);
    const count = at(known, f) + at(difference.known, i);
    known[f] = count;
    figures[f] = count === 0 ? Number.NaN : (Number.isNaN(held) ? 0 : held) + at(difference.by, i);
  }
}

/** Takes a member's longest wait. */
export function setLongest(rollup: Rollup | undefined, member: number, since: number): void {
  if (rollup === undefined) return;
  setExtreme(rollup.earliest, member, since);
  rollup.figures[FIGURE.longestSince] = smallest(rollup.earliest);
}

/** Takes a member's longest wait and largest wait. */
export function setExtremes(rollup: Rollup, member: number, after: readonly number[]): void {
  setExtreme(rollup.earliest, member, at(after, FIGURE.longestSince));
  setExtreme(rollup.largest, member, -at(after, FIGURE.maxWait));
  rollup.figures[FIGURE.longestSince] = smallest(rollup.earliest);
  rollup.figures[FIGURE.maxWait] = -smallest(rollup.largest);
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function moveTarget(rollup: Rollup, before: readonly number[], after: readonly number[]): void {
  const { targets } = rollup;
  const old = at(before, FIGURE.target);
  const now = at(after, FIGURE.target);
  const left = (targets.get(old) ?? 0) - 1;
  if (left > 0) targets.set(old, left);
  else targets.delete(old);
  if (!Number.isNaN(now)) targets.set(now, (targets.get(now) ?? 0) + 1);
  rollup.figures[FIGURE.target] = commonTarget([...targets.keys()]);
}

/** The one target that all of these share: NaN for none at all, `MIXED_TARGET` where they differ. */
export function commonTarget(targets: readonly number[]): number {
  const [first, ...others] = targets;
  if (first === undefined) return Number.NaN;
  return others.every((other) => other === first) ? first : MIXED_TARGET;
}
