/**
 * Time as a service. Everything that waits or asks for the hour gets a Clock; only `systemClock` touches the real
 * one. Cancelling twice, or after firing, does nothing. A callback that throws is the caller's bug.
 */
export type Cancel = () => void;

export interface Clock {
  /** Epoch ms of the wall clock. May jump; use `monotonicNow` for durations that decide something. */
  now(): number;
  /** Ms since an arbitrary start, never running backwards. */
  monotonicNow(): number;
  after(delayMs: number, callback: () => void): Cancel;
  every(periodMs: number, callback: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};
