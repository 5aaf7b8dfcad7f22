/**
 * Brings the platform's stamps to the server's clock, pure. The offset is the smallest (received − stamp) of the
 * last five to ten minutes: the frame that was underway the shortest tells the clocks apart best. A stamp that does
 * not fit the estimate within 30 s is not believed, and the receipt stands in for it.
 * A later stamp never gets an earlier time: where the estimate falls, the offset in use glides down to it.
 */
export interface UpstreamClock {
  /** Smallest difference in the running window and in the one before; `null`: none seen. */
  readonly current: number | null;
  readonly previous: number | null;
  readonly windowStart: number;
  /** From this stamp on the offset in use falls, by half of what the stamps advance. */
  readonly glide: { readonly offset: number; readonly stamp: number } | null;
}

const WINDOW_MS = 5 * 60_000;
const MAX_DOUBT_MS = 30_000;

export const unknownUpstreamClock: UpstreamClock = {
  current: null,
  previous: null,
  windowStart: 0,
  glide: null,
};

/** Learns from one frame. Mostly gives the same reference back. */
export function learned(clock: UpstreamClock, stamp: number, receivedAt: number): UpstreamClock {
  if (receivedAt - clock.windowStart >= WINDOW_MS) {
    const previous = receivedAt - clock.windowStart >= 2 * WINDOW_MS ? null : clock.current;
    return learned({ ...clock, current: null, previous, windowStart: receivedAt }, stamp, receivedAt);
  }
  const difference = receivedAt - stamp;
  if (clock.current !== null && difference >= clock.current) return clock;
  const estimate = offsetMs(clock);
  if (estimate === null) return { ...clock, current: difference };
  // One wild stamp must not become the estimate; a clock that really moved is learnt when the windows have passed.
  if (Math.abs(estimate - difference) > MAX_DOUBT_MS) return clock;
  const falls = difference < estimate;
  const glide = falls ? { offset: offsetInUse(clock, estimate, stamp), stamp } : clock.glide;
  return { ...clock, current: difference, glide };
}

/** Server's clock minus the platform's (and the shortest way); `null` before the first frame. */
export function offsetMs(clock: UpstreamClock): number | null {
  if (clock.current === null) return clock.previous;
  return clock.previous === null ? clock.current : Math.min(clock.current, clock.previous);
}

/** When the platform saw it, on the server's clock; never later than the receipt. */
export function toServerTime(clock: UpstreamClock, stamp: number, receivedAt: number): number {
  const estimate = offsetMs(clock);
  if (estimate === null || receivedAt - stamp - estimate > MAX_DOUBT_MS) return receivedAt;
  return Math.min(stamp + offsetInUse(clock, estimate, stamp), receivedAt);
}

function offsetInUse(clock: UpstreamClock, estimate: number, stamp: number): number {
  if (clock.glide === null) return estimate;
  return Math.max(estimate, clock.glide.offset - Math.max(0, stamp - clock.glide.stamp) / 2);
}
