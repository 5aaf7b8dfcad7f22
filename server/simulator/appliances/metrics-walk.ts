/**
 * What an appliance measures, sample by sample: a signal that wanders about its place in the house, latency that grows
 * where the signal is weak, and now and then a burst of lost packets. The same seed measures the same. Pure but for
 * the randomness it is given.
 */
import type { Random } from '../../runtime/random';
import { between, normal } from '../world/distributions';

export interface Metrics {
  readonly signal_dbm: number;
  readonly packet_loss_pct: number;
  readonly latency_ms: number;
  /** Since the last sample. */
  readonly errors: number;
}

export interface MetricsWalk {
  next(): Metrics;
  /** The last sample. */
  readonly last: Metrics;
}

const STRONG_DBM = -48;
const WEAK_DBM = -86;
/** Of a sample to pull the signal back to its place, and to push it away. */
const PULL = 0.02;
const PUSH_DBM = 0.5;
/** One in so many samples begins a burst: some two minutes at 10 Hz. */
const BURST_ONE_IN = 1_200;

export function createMetricsWalk(random: Random): MetricsWalk {
  const place = between(random, WEAK_DBM, STRONG_DBM);
  const usualMs = between(random, 18, 45);
  let signal = place;
  let burst = { left: 0, lossPct: 0 };
  let last = sample();

  function sample(): Metrics {
    signal += PULL * (place - signal) + PUSH_DBM * normal(random);
    signal = Math.min(-35, Math.max(-99, signal));
    if (burst.left > 0) burst = { ...burst, left: burst.left - 1 };
    else if (random() < 1 / BURST_ONE_IN)
      burst = { left: Math.round(between(random, 20, 60)), lossPct: between(random, 6, 25) };
    const isBurst = burst.left > 0;
    const weakness = Math.max(0, -75 - signal);
    const loss = isBurst ? burst.lossPct * between(random, 0.8, 1.2) : random() * (0.4 + weakness / 20);
    const latency = (usualMs + 2 * weakness) * between(random, 0.9, 1.3) * (isBurst ? 4 : 1);
    return {
      signal_dbm: Math.round(signal),
      packet_loss_pct: Math.round(loss * 10) / 10,
      latency_ms: Math.round(latency),
      errors: isBurst && random() < 0.3 ? 1 + Math.floor(random() * 3) : 0,
    };
  }
  return {
    next() {
      last = sample();
      return last;
    },
    get last() {
      return last;
    },
  };
}
