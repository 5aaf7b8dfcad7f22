/**
 * Time and chance, as the browser's side sees them: the same shape as the server's, so that one fake serves both. Only
 * what is here touches the real ones.
 */
export type Cancel = () => void;

export interface Clock {
  /** Epoch ms of this machine's own clock; may be wrong, and may jump. */
  now(): number;
  /** Ms since an arbitrary start, never running backwards. */
  monotonicNow(): number;
  after(delayMs: number, callback: () => void): Cancel;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Before the browser paints next; never, where it paints no more. */
export function beforePaint(callback: () => void): Cancel {
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
}

/** In [0, 1); for spreading attempts, never for secrets. */
export const browserRandom = (): number => Math.random();
