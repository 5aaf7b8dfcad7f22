/**
 * How often a client may ask: a bucket a client and class. Who is known is counted by himself, wherever he asks from;
 * nobody by his address. Buckets are bounded in number: one that is full again is forgotten; where none is, newcomers
 * share one bucket, so that a crowd neither fills the memory nor wins by pushing others' counts out.
 */
import { fullBucket, type TokenBucket, take, waitMs } from '../runtime/token-bucket';

/**
 * `arrival`: whatever comes, before anything costs; also upgrades, scripts and styles, and a wall of screens behind one
 * address that loads its pages anew. `known` and `nobody`: plain requests of somebody, and of nobody. `heavy`: what
 * makes or guesses secrets. `failed`: cookies and tokens that are nobody's, also tokens of sockets.
 */
export type RateClass = 'arrival' | 'known' | 'nobody' | 'heavy' | 'failed';

const PER_MINUTE: ReadonlyMap<RateClass, number> = new Map([
  ['arrival', 12_000],
  ['known', 600],
  ['nobody', 300],
  ['heavy', 20],
  ['failed', 60],
]);
const MAX_CLIENTS = 20_000;
/** Looking for buckets that are full again costs time: not at each newcomer. */
const SWEEP_PERIOD_MS = 1_000;
/** Stands for all who found no place; no client's key is empty. */
const CROWD = '';

export class RateLimits {
  readonly #maxClients: number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(maxClients = MAX_CLIENTS) {
    this.#maxClients = maxClients;
  }

  /** Counts one request at a moment of the monotonic clock; ms to wait where it is one too many, 0 where it may pass. */
  spend(kind: RateClass, client: string, now: number): number {
    const key = this.#keyFor(kind, client, now);
    const bucket = this.#buckets.get(key) ?? freshBucket(kind, now);
    const left = take(bucket, now);
    this.#buckets.set(key, left ?? bucket);
    return left === null ? waitMs(bucket, now) : 0;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #keyFor(kind: RateClass, client: string, now: number): string {
    const key = `${kind} ${client}`;
    if (this.#buckets.has(key)) return key;
    if (this.#buckets.size >= this.#maxClients) this.#sweep(now);
    return this.#buckets.size < this.#maxClients ? key : `${kind} ${CROWD}`;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_PERIOD_MS) return;
    this.#sweptAt = now;
    for (const [key, bucket] of this.#buckets)
      if (waitMs(bucket, now, bucket.capacity) === 0) this.#buckets.delete(key);
  }
}

function freshBucket(kind: RateClass, now: number): TokenBucket {
  const perMinute = PER_MINUTE.get(kind) ?? 0;
  return fullBucket(perMinute, perMinute / 60, now);
}
