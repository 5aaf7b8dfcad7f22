/**
 * The rhythm of alarms: the first round at once, the next no sooner than a second later, one timer for the next moment
 * at which something may be another.
 */
import type { Cancel, Clock } from '../runtime/clock';
import type { Moment } from './alarm-state';

/** Frames of a board come no more often. */
const ROUND_MS = 1_000;

export class Rounds {
  readonly #clock: Clock;
  readonly #work: (now: Moment) => number;
  #timer: { readonly tick: number; readonly cancel: Cancel } | null = null;
  #lastTick = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  /** `work` gives the tick of the next round, if nobody asks before; it must not throw. */
  constructor(clock: Clock, work: (now: Moment) => number) {
    this.#clock = clock;
    this.#work = work;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    this.ask();
  }

  close(): void {
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  now(): Moment {
    return { at: this.#clock.now(), tick: this.#clock.monotonicNow() };
  }

  /** A round as soon as may be, or at that tick. */
  ask(tick = Number.NEGATIVE_INFINITY): void {
    if (!this.#isOpen) return;
    const now = this.#clock.monotonicNow();
    const due = Math.max(now, tick, this.#lastTick + ROUND_MS);
    if (this.#timer !== null && this.#timer.tick <= due) return;
    this.#timer?.cancel();
    this.#timer = { tick: due, cancel: this.#clock.after(due - now, () => this.#round()) };
  }

  #round(): void {
    this.#timer = null;
    const now = this.now();
    this.#lastTick = now.tick;
    this.ask(this.#work(now));
  }
}
