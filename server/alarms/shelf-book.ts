/**
 * Alarms that somebody put out of sight for a while, each with a reason and an end; what is over comes back by itself.
 * How long is counted by the monotonic clock; by the wall clock across a restart, and never longer than was asked for.
 * At most 200. Knows no store: what is to be written is the caller's.
 */
import type { Shelf } from '../../lib/contracts/alarm';
import type { Moment } from './alarm-state';

export const MOST_SHELVES = 200;

interface Held {
  readonly shelf: Shelf;
  /** Monotonic ms. */
  readonly endTick: number;
}

export class ShelfBook {
  readonly #shelves = new Map<string, Held>();

  restore(shelves: readonly Shelf[], now: Moment): void {
    for (const shelf of shelves.slice(0, MOST_SHELVES)) this.put(shelf, now);
  }

  has(key: string): boolean {
    return this.#shelves.has(key);
  }

  get(key: string): Shelf | null {
    return this.#shelves.get(key)?.shelf ?? null;
  }

  /** Those that come back first, first. */
  list(): readonly Shelf[] {
    return this.#byEnd().map(({ shelf }) => shelf);
  }

  get size(): number {
    return this.#shelves.size;
  }

  mayTake(key: string): boolean {
    return this.#shelves.has(key) || this.#shelves.size < MOST_SHELVES;
  }

  put(shelf: Shelf, { at, tick }: Moment): void {
    const { key, since, until } = shelf;
    const leftMs = Math.max(0, Math.min(until - at, until - since));
    this.#shelves.set(key, { shelf, endTick: tick + leftMs });
  }

  /** Exactly these from now on; whether something is another. What is the same ends when it was to end. */
  replace(shelves: readonly Shelf[], now: Moment): boolean {
    const next = new Map(shelves.slice(0, MOST_SHELVES).map((shelf) => [shelf.key, shelf]));
    let isOther = false;
    for (const key of [...this.#shelves.keys()]) isOther = (!next.has(key) && this.remove(key)) || isOther;
    for (const [key, shelf] of next) {
      if (JSON.stringify(this.get(key)) === JSON.stringify(shelf)) continue;
      this.put(shelf, now);
      isOther = true;
    }
    return isOther;
  }

  /** Whether there was one. */
  remove(key: string): boolean {
    return this.#shelves.delete(key);
  }

  /** Takes out what is over by then. */
  takeOver(tick: number): readonly Shelf[] {
    const over = this.#byEnd().filter(({ endTick }) => endTick <= tick);
    for (const { shelf } of over) this.#shelves.delete(shelf.key);
    return over.map(({ shelf }) => shelf);
  }

  /** When the next one is over; `null`: there is none. */
  nextEndTick(): number | null {
    return this.#byEnd()[0]?.endTick ?? null;
  }

  #byEnd(): readonly Held[] {
    return [...this.#shelves.values()].sort(
      (a, b) => a.endTick - b.endTick || (a.shelf.key < b.shelf.key ? -1 : 1),
    );
  }
}
