/** A clock that moves only when told to. Timers fire in order of their due time, each at its own `now`. */
import type { Cancel, Clock } from '../../server/runtime/clock';

interface Timer {
  readonly id: number;
  dueAt: number;
  readonly periodMs: number | null;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #timers = new Map<number, Timer>();
  #nextId = 1;

  constructor(startAt = Date.UTC(2026, 10, 20, 9, 0, 0)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonicNow(): number {
    return this.#monotonic;
  }

  after(delayMs: number, callback: () => void): Cancel {
    return this.#add(delayMs, null, callback);
  }

  every(periodMs: number, callback: () => void): Cancel {
    return this.#add(periodMs, periodMs, callback);
  }

  /** Timers that have not fired or been cancelled: a test that leaves one open can see it. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let timer = this.#nextDue(end); timer !== null; timer = this.#nextDue(end)) {
      this.#moveTo(Math.max(timer.dueAt, this.#monotonic));
      if (timer.periodMs === null) this.#timers.delete(timer.id);
      else timer.dueAt += timer.periodMs;
      timer.callback();
    }
    this.#moveTo(end);
  }

  /** Lets promises settle between steps of `stepMs`, as real I/O would. */
  async advanceAsync(ms: number, stepMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Moves the wall clock alone, as an operator or NTP would. */
  jumpWallClock(ms: number): void {
    this.#now += ms;
  }

  #add(delayMs: number, periodMs: number | null, callback: () => void): Cancel {
    const timer: Timer = {
      id: this.#nextId++,
      dueAt: this.#monotonic + Math.max(0, delayMs),
      periodMs,
      callback,
    };
    this.#timers.set(timer.id, timer);
    return () => void this.#timers.delete(timer.id);
  }

  #nextDue(end: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers.values()) {
      if (timer.dueAt <= end && (next === null || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
