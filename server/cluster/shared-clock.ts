/**
 * One clock for all nodes: that of Redis, as far as a round trip tells it. Ages, days and the order of observations would
 * differ by what the machines' clocks differ. While Redis is away it goes on by this machine's own.
 */
import type { Clock } from '../runtime/clock';

export interface SharedClock extends Clock {
  /** The table said that it was `at` while it was asked, for so long. */
  learn(at: number, tookMs: number): void;
  /** Ms that this machine's clock is behind. */
  offsetMs(): number;
}

/** A slow answer says little: one is believed until it is a minute old, or a faster one comes. */
const BELIEVED_MS = 60_000;

export function createSharedClock(own: Clock): SharedClock {
  let offsetMs = 0;
  let known: { readonly tookMs: number; readonly tick: number } | null = null;
  return {
    now: () => own.now() + offsetMs,
    monotonicNow: () => own.monotonicNow(),
    after: (delayMs, callback) => own.after(delayMs, callback),
    every: (periodMs, callback) => own.every(periodMs, callback),
    learn(at, tookMs) {
      const tick = own.monotonicNow();
      const isBetter = known === null || tookMs <= known.tookMs || tick - known.tick > BELIEVED_MS;
      if (!isBetter) return;
      known = { tookMs, tick };
      offsetMs = Math.round(at + tookMs / 2 - own.now());
    },
    offsetMs: () => offsetMs,
  };
}
