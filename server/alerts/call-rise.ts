/**
 * Whether a queue is offered more calls than before a moment. Pure. Usual is the mean of the hour before that moment;
 * risen: some window of the last 5 to 30 minutes, after the moment, is 1.4 times usual or more, and 3 standard
 * deviations above it (Poisson, and 20 % for the day's curve and what a rate wanders).
 */
import { deviations, type MinuteRing } from './minute-ring';

export interface CallRise {
  /** Minutes since it began. */
  readonly sinceMinutes: number;
  readonly timesUsual: number;
  /** In standard deviations. */
  readonly strength: number;
}

const WINDOWS = [5, 8, 12, 16, 20];
const USUAL_MINUTES = 60;
const LEAST_HISTORY = 30;
const TIMES = 1.4;
const DEVIATIONS = 1.6;
const WANDER = 0.2;
const LEAST_CALLS = 5;

/** What is usual before the moment `back` minutes ago, a minute; `null`: too little is known. */
export function usualCalls(ring: MinuteRing, back: number): number | null {
  return ring.mean(back, back + USUAL_MINUTES, LEAST_HISTORY);
}

/** `usual`: a minute. `back`: the moment, minutes ago. */
export function callRise(ring: MinuteRing, usual: number, back: number): CallRise | null {
  let best: CallRise | null = null;
  let strongest = DEVIATIONS;
  for (const window of WINDOWS) {
    if (window > back + 1) break;
    const expected = usual * window;
    const count = ring.sum(0, window);
    const strength = deviations(count, expected, WANDER);
    if (count < LEAST_CALLS || count < TIMES * expected || strength < strongest) continue;
    strongest = strength;
    best = { sinceMinutes: window - 1, timesUsual: count / Math.max(expected, 0.5), strength };
  }
  return best;
}
