/** Timers by name: setting one anew replaces it, and all of them can be ended at once. */
import type { Cancel, Clock } from './clock';

export class Timers<Name extends string> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #running = new Map<Name, Cancel>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  has(name: Name): boolean {
    return this.#running.has(name);
  }

  set(name: Name, delayMs: number, callback: () => void): void {
    this.cancel(name);
    const cancel = this.#clock.after(delayMs, () => {
      this.#running.delete(name);
      callback();
    });
    this.#running.set(name, cancel);
  }

  cancel(name: Name): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  cancelAll(): void {
    for (const name of [...this.#running.keys()]) this.cancel(name);
  }
}
