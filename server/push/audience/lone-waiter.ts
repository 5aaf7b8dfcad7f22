/**
 * One who waits alone is told of only after a while: until then it is as if nobody waited. Decided by the subject's own
 * two figures. Where it is not known how many wait, it may be one. Pure.
 */
import type { KpiKey, KpiValue } from '../../../lib/contracts/kpi';

/** The figures that would tell of him. */
export const WAIT_KPIS: readonly KpiKey[] = ['waiting', 'longestWaitSince'];

export interface Waits {
  /** How many wait; `null`: not known. */
  readonly count: number | null;
  /** Since when the longest of them does (epoch ms); `null`: nobody, or not known. */
  readonly since: number | null;
}

/** Whether somebody waits who may be alone. */
export function isLone({ count, since }: Waits): boolean {
  return (count === null || count < 2) && (count === 1 || since !== null);
}

/** From when on he is told of. `seenAt`: since when he is known here; nobody waits from later than that. */
export function toldFrom({ since }: Waits, seenAt: number, delayMs: number): number {
  return Math.min(since ?? seenAt, seenAt) + delayMs;
}

/**
 * Nobody waits, in the same words whether that is so or is only what is told: neither its age nor where it comes from
 * may tell the two apart, nor an alarm that outlasts what it was about.
 */
export function nobodyWaits(kpi: KpiKey, { stale, asOf }: KpiValue): KpiValue {
  const value = kpi === 'waiting' ? 0 : null;
  return stale
    ? { value, asOf, origin: 'live', status: 'unknown', stale: true }
    : { value, asOf: null, origin: 'live', status: 'normal', stale: false };
}
