/**
 * Says when a figure may change on the screen again: the first change at once, the next a second later (at once where
 * the gap is 0). Pure but for its memory.
 */
export const TILE_GAP_MS = 1_000;

export class Pacer {
  readonly #gapMs: number;
  readonly #shownAt = new Map<string, number>();
  readonly #pending = new Set<string>();

  constructor(gapMs = TILE_GAP_MS) {
    this.#gapMs = gapMs;
  }

  /** Whether this key may be shown now; if not it is kept and comes out of `due`. */
  offer(key: string, now: number): boolean {
    const shownAt = this.#shownAt.get(key);
    if (shownAt !== undefined && now - shownAt < this.#gapMs) {
      this.#pending.add(key);
      return false;
    }
    this.#shownAt.set(key, now);
    return true;
  }

  /** Takes out the keys whose second is over. */
  takeDue(now: number): readonly string[] {
    const due = [...this.#pending].filter((key) => now - (this.#shownAt.get(key) ?? 0) >= this.#gapMs);
    for (const key of due) {
      this.#pending.delete(key);
      this.#shownAt.set(key, now);
    }
    return due;
  }

  /** Ms until the next key is due; `null` when none waits. */
  nextDueMs(now: number): number | null {
    let next: number | null = null;
    for (const key of this.#pending) {
      const left = this.#gapMs - (now - (this.#shownAt.get(key) ?? 0));
      if (next === null || left < next) next = left;
    }
    return next === null ? null : Math.max(0, next);
  }

  clear(): void {
    this.#shownAt.clear();
    this.#pending.clear();
  }
}
