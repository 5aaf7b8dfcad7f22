/**
 * The fault that a warmed-up world is in the middle of when it starts: some twenty minutes old, its callers follow
 * already, and it lasts for half an hour more. The same seed and moment give the same one. Pure.
 */
import { seededRandom } from '../../runtime/random';
import type { FleetDevice } from './device-fleet';
import { between } from './distributions';
import { type LiveFault, type LiveFaultWish, planLiveFault } from './live-fault';
import type { SimQueue } from './world';

const MINUTE_MS = 60_000;
const COURSE: LiveFaultWish = {
  ...{ riseMinutes: 2, plateauMinutes: 45, lagMinutes: 7, callsRiseMinutes: 5, halfLifeMinutes: 25 },
  ...{ share: 0.85, alertsTimes: 6, callsTimes: 4 },
};

export interface EarlyFaultOptions {
  readonly seed: number;
  /** Epoch ms at which the world is opened. */
  readonly now: number;
  readonly queues: readonly SimQueue[];
}

/** `null`: there are no devices. */
export function planEarlyFault(
  fleet: readonly FleetDevice[],
  { seed, now, queues }: EarlyFaultOptions,
): LiveFault | null {
  const random = seededRandom(seed ^ 0xea21);
  const startedAt = now - Math.round(between(random, 20, 25) * MINUTE_MS);
  return planLiveFault(random, fleet, queues, COURSE, startedAt);
}
