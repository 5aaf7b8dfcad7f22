/**
 * Retry policy as data: a list of ceilings in ms; the last one repeats. The delay is drawn between 0 and the
 * ceiling (full jitter), so that a thousand clients do not come back in step; `floorMs` (a Retry-After) is never
 * undercut.
 */
import type { Random } from './random';

export type BackoffPolicy = readonly number[];

/** 2 s, 4 s, … 60 s, then 60 s for ever. */
export const RECONNECT_BACKOFF: BackoffPolicy = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

/** `attempt` counts from 0. Ms to wait. */
export function backoffDelayMs(policy: BackoffPolicy, attempt: number, random: Random, floorMs = 0): number {
  const ceiling = policy[Math.min(attempt, policy.length - 1)] ?? 0;
  return Math.max(floorMs, Math.round(random() * ceiling));
}
