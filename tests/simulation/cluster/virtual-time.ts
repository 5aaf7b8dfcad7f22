/** Virtual time for several nodes: one line of happenings; a node that is paused gets its own when it wakes. */
export type Act = () => void;
interface Happening {
  readonly at: number;
  readonly order: number;
  readonly act: Act;
}

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

export class VirtualTime {
  now: number;
  #order = 0;
  /** By time, then by the order in which they were put there: a binary heap. */
  readonly #heap: Happening[] = [];

  constructor(startAt: number) {
    this.now = startAt;
  }

  at(at: number, act: Act): void {
    const heap = this.#heap;
    this.#order += 1;
    heap.push({ at: Math.max(at, this.now), order: this.#order, act });
    for (let place = heap.length - 1; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (!this.#swapped(parent, place)) return;
      place = parent;
    }
  }

  after(delayMs: number, act: Act): void {
    this.at(this.now + delayMs, act);
  }

  /** All that happens until then; promises settle after each. */
  async until(end: number): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      this.now = next.at;
      next.act();
      await drain();
    }
    this.now = end;
  }

  #pop(): void {
    const [heap, last] = [this.#heap, this.#heap.pop()];
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapped(place, child)) return;
      place = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  /** Puts the lower place first where it comes first. */
  #swapped(upper: number, lower: number): boolean {
    const [one, other] = [this.#heap[upper], this.#heap[lower]];
    if (one === undefined || other === undefined || !this.#isBefore(lower, upper)) return false;
    this.#heap[upper] = other;
    this.#heap[lower] = one;
    return true;
  }
}
