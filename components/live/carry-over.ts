/**
 * What a screen keeps when a server comes back that has not caught up yet: for each figure that the server does not
 * know, the last one that was known, stale and with its age, instead of a dash. Pure.
 */
import type { ValueChange } from '../../lib/contracts/push';

/** Older than this a figure says nothing about now. */
export const KEPT_MS = 60 * 60_000;

export interface LastHeard {
  /** Server time of the last sign of life before; `null` where there was none. */
  readonly heardAt: number | null;
  /** Server time of the new picture. */
  readonly now: number;
}

/** The new figures, with the last known ones in the place of those that were never observed. */
export function carriedOver(
  before: ReadonlyMap<string, ValueChange>,
  after: ReadonlyMap<string, ValueChange>,
  { heardAt, now }: LastHeard,
): Map<string, ValueChange> {
  const shown = new Map(after);
  for (const [key, value] of after) {
    if (value.origin !== null || value.asOf !== null) continue;
    const last = before.get(key);
    if (last === undefined || last.value === null) continue;
    const asOf = last.stale ? last.asOf : (heardAt ?? last.asOf);
    if (asOf === null || now - asOf > KEPT_MS) continue;
    shown.set(key, { ...last, asOf, stale: true, status: 'unknown' });
  }
  return shown;
}
