/**
 * What was asked once is good for all who want it: whoever comes while it is being asked waits for the same answer,
 * whoever comes soon after gets it as it is. Bounded: of too many the one that was wanted longest ago is forgotten.
 * Times are monotonic.
 */
import type { Clock } from '../../runtime/clock';

export interface SharedCacheOptions<V> {
  readonly clock: Clock;
  readonly max: number;
  /** Never rejects. `before`: the last answer, if it is still known. */
  readonly ask: (key: string, before: V | null) => Promise<V>;
  /** How long an answer is good, in ms from when it came. */
  readonly keepMs: (value: V) => number;
  /** Told of every answer that came from outside, after it is kept. */
  readonly onAnswer?: (key: string, value: V) => void;
}

interface Kept<V> {
  readonly value: V;
  readonly at: number;
}

export class SharedCache<V> {
  /** Answers that cost no request. */
  sharedCount = 0;
  readonly #options: SharedCacheOptions<V>;
  readonly #kept = new Map<string, Kept<V>>();
  readonly #asking = new Map<string, Promise<V>>();

  constructor(options: SharedCacheOptions<V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** `maxAgeMs`: an older one is asked for anew, though it is still good. */
  get(key: string, maxAgeMs = Number.POSITIVE_INFINITY): Promise<V> {
    const known = this.#kept.get(key);
    if (known !== undefined && this.#ageMs(known) < Math.min(maxAgeMs, this.#options.keepMs(known.value))) {
      this.#keep(key, known);
      this.sharedCount++;
      return Promise.resolve(known.value);
    }
    const asking = this.#asking.get(key);
    if (asking !== undefined) {
      this.sharedCount++;
      return asking;
    }
    const started = this.#ask(key, known?.value ?? null);
    this.#asking.set(key, started);
    return started;
  }

  /** The last answer, however old. */
  peek(key: string): V | null {
    return this.#kept.get(key)?.value ?? null;
  }

  async #ask(key: string, before: V | null): Promise<V> {
    const { clock, ask, onAnswer } = this.#options;
    try {
      const value = await ask(key, before);
      this.#keep(key, { value, at: clock.monotonicNow() });
      onAnswer?.(key, value);
      return value;
    } finally {
      this.#asking.delete(key);
    }
  }

  #keep(key: string, kept: Kept<V>): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size <= this.#options.max) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  #ageMs({ at }: Kept<V>): number {
    return this.#options.clock.monotonicNow() - at;
  }
}
