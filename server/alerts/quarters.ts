/**
 * How many alerts were raised, by quarter of an hour. Every zone's day starts on a quarter, so a day in any zone is a
 * sum of whole quarters. Times are epoch ms.
 */
export const QUARTER_MS = 15 * 60_000;
/** The longest day, and as much again for a clock that was set wrong and right again. */
export const QUARTERS_KEPT_MS = 50 * 3_600_000;

/** Counts by the quarter's first moment. */
export type Quarters = Map<number, number>;

export function quarterOf(at: number): number {
  return Math.floor(at / QUARTER_MS) * QUARTER_MS;
}

/** Before this quarter nothing is kept. */
export function oldestQuarter(now: number): number {
  return quarterOf(now - QUARTERS_KEPT_MS);
}

export function addToQuarter(quarters: Quarters, quarter: number, count: number): void {
  const sum = (quarters.get(quarter) ?? 0) + count;
  if (sum > 0) quarters.set(quarter, sum);
  else quarters.delete(quarter);
}

export function countSince(quarters: Quarters, since: number): number {
  let sum = 0;
  for (const [quarter, count] of quarters) if (quarter >= since) sum += count;
  return sum;
}

/** Forgets what is older. How many entries went. */
export function forgetQuarters(quarters: Quarters, oldest: number): number {
  let gone = 0;
  for (const quarter of quarters.keys()) if (quarter < oldest && quarters.delete(quarter)) gone++;
  return gone;
}
