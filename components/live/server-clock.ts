/**
 * The server's time on a screen whose own clock may be wrong. It runs on the monotonic clock, so that a screen
 * whose hour is set anew does not jump; each frame corrects it.
 */
import type { Clock } from './clock';

export interface ServerTime {
  /** Server time = monotonic time + this. */
  readonly baseMs: number;
  /** How far the server is ahead of this machine's own clock, in ms. */
  readonly skewMs: number;
}

export interface TimeSample {
  readonly serverTime: number;
  readonly monotonic: number;
  readonly wall: number;
}

/** A frame that was under way for long makes the server look slow: the quickest frame tells most. */
const EASE = 0.05;
const JUMP_MS = 2_000;

export function nextServerTime(known: ServerTime | null, sample: TimeSample): ServerTime {
  const base = sample.serverTime - sample.monotonic;
  const skewMs = sample.serverTime - sample.wall;
  if (known === null || base > known.baseMs || known.baseMs - base > JUMP_MS) return { baseMs: base, skewMs };
  return { baseMs: known.baseMs + (base - known.baseMs) * EASE, skewMs };
}

/** Past this the screen says that its clock is wrong. */
export const SKEW_WARNING_MS = 30_000;

/** Server time from the frames that were observed; before the first of them this machine's own clock. */
export class ServerClock {
  readonly #clock: Pick<Clock, 'now' | 'monotonicNow'>;
  #time: ServerTime | null = null;

  constructor(clock: Pick<Clock, 'now' | 'monotonicNow'>) {
    this.#clock = clock;
  }

  /** A frame that was made at `serverTime` has just come. */
  observe(serverTime: number): void {
    const sample = { serverTime, monotonic: this.#clock.monotonicNow(), wall: this.#clock.now() };
    this.#time = nextServerTime(this.#time, sample);
  }

  now(): number {
    return this.#time === null ? this.#clock.now() : this.#clock.monotonicNow() + this.#time.baseMs;
  }

  skewMs(): number {
    return this.#time?.skewMs ?? 0;
  }
}
