/**
 * Alarms that somebody put out of sight for a while, each with a reason and an end; what is over comes back by itself.
 * At most 200. Knows no store: what is to be written is the caller's.
 */
import type { Shelf } from '../../lib/contracts/alarm';

export const MOST_SHELVES = 200;

export class ShelfBook {
  readonly #shelves = new Map<string, Shelf>();

  restore(shelves: readonly Shelf[]): void {
    for (const shelf of shelves.slice(0, MOST_SHELVES)) this.#shelves.set(shelf.key, shelf);
  }

  has(key: string): boolean {
    return this.#shelves.has(key);
  }

  get(key: string): Shelf | null {
    return this.#shelves.get(key) ?? null;
  }

  /** Those that come back first, first. */
  list(): readonly Shelf[] {
    return [...this.#shelves.values()].sort((a, b) => a.until - b.until || (a.key < b.key ? -1 : 1));
  }

  get size(): number {
    return this.#shelves.size;
  }

  mayTake(key: string): boolean {
    return this.#shelves.has(key) || this.#shelves.size < MOST_SHELVES;
  }

  put(shelf: Shelf): void {
    this.#shelves.set(shelf.key, shelf);
  }

  /** Whether there was one. */
  remove(key: string): boolean {
    return this.#shelves.delete(key);
  }

  /** Takes out what is over at that moment (epoch ms). */
  takeOver(now: number): readonly Shelf[] {
    const over = this.list().filter(({ until }) => until <= now);
    for (const { key } of over) this.#shelves.delete(key);
    return over;
  }

  /** When the next one is over; `null`: there is none. */
  nextEnd(): number | null {
    return this.list()[0]?.until ?? null;
  }
}
