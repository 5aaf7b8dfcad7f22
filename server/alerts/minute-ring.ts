/** Counts by minute, the newest last, for a bounded time. Pure but for its own numbers. */
export class MinuteRing {
  readonly #counts: number[];
  /** Minutes that were ever added, at most the ring's length. */
  #known = 0;
  #next = 0;

  constructor(minutes: number) {
    this.#counts = new Array<number>(minutes).fill(0);
  }

  get known(): number {
    return this.#known;
  }

  push(count: number): void {
    this.#counts[this.#next] = count;
    this.#next = (this.#next + 1) % this.#counts.length;
    this.#known = Math.min(this.#known + 1, this.#counts.length);
  }

  /** More for a minute that is there already; of one that is not known nothing is kept. */
  add(back: number, count: number): void {
    if (back < 0 || back >= this.#known) return;
    const length = this.#counts.length;
    const place = (this.#next - 1 - back + 2 * length) % length;
    this.#counts[place] = (this.#counts[place] ?? 0) + count;
  }

  /** The minute `back` minutes ago; 0: the newest. */
  at(back: number): number {
    if (back < 0 || back >= this.#known) return 0;
    const length = this.#counts.length;
    return this.#counts[(this.#next - 1 - back + 2 * length) % length] ?? 0;
  }

  /** Of the minutes from `from` back to before `to`: `sum(0, 10)` is the newest ten. */
  sum(from: number, to: number): number {
    let total = 0;
    for (let back = from; back < Math.min(to, this.#known); back += 1) total += this.at(back);
    return total;
  }

  /** A minute's mean of those; `null` where fewer than `least` are known. */
  mean(from: number, to: number, least: number): number | null {
    const minutes = Math.min(to, this.#known) - from;
    return minutes < least ? null : this.sum(from, to) / minutes;
  }
}

/**
 * How many standard deviations a count is above what was expected: of its root, which is even for small counts too.
 * `wander`: by how much, as a share, the expected rate itself is known to wander.
 */
export function deviations(count: number, expected: number, wander: number): number {
  const spread = Math.sqrt(1 + wander * wander * expected);
  return (2 * (Math.sqrt(count + 0.375) - Math.sqrt(expected + 0.375))) / spread;
}
