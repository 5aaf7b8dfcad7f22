/**
 * One tick a second for everything on the page that counts: clock, running waits, ages. Aligned to the server's
 * full second, so that all screens of a hall change together. It runs only while somebody listens.
 */
import type { Cancel, Clock } from './clock';

export class Ticker {
  readonly #clock: Clock;
  readonly #serverNow: () => number;
  readonly #listeners = new Set<() => void>();
  #now: number;
  #cancel: Cancel | null = null;

  constructor(clock: Clock, serverNow: () => number) {
    this.#clock = clock;
    this.#serverNow = serverNow;
    this.#now = serverNow();
  }

  /** Server time at the last tick, epoch ms: the same for all who ask between two ticks. */
  now(): number {
    return this.#now;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#cancel === null) this.tick();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = null;
    };
  }

  /** Reads the time anew, now: after a frame has put the clock right. */
  tick(): void {
    this.#cancel?.();
    this.#now = this.#serverNow();
    // A few ms past the second, so that a timer that fires early does not show the old second again.
    const delayMs = 1_000 - (((this.#now % 1_000) + 1_000) % 1_000) + 5;
    this.#cancel = this.#clock.after(delayMs, () => this.tick());
    for (const listener of [...this.#listeners]) listener();
  }
}
