/**
 * A pure token bucket: a budget of calls that refills evenly. No clock inside: it is told the time.
 */
export interface TokenBucket {
  readonly capacity: number;
  readonly refillPerSecond: number;
  readonly tokens: number;
  readonly at: number;
}

export function fullBucket(capacity: number, refillPerSecond: number, now: number): TokenBucket {
  return { capacity, refillPerSecond, tokens: capacity, at: now };
}

export function refilled(bucket: TokenBucket, now: number): TokenBucket {
  const elapsedMs = Math.max(0, now - bucket.at);
  const tokens = Math.min(bucket.capacity, bucket.tokens + (elapsedMs / 1_000) * bucket.refillPerSecond);
  return { ...bucket, tokens, at: Math.max(bucket.at, now) };
}

/** Takes `count` tokens; `null` where they are not there yet. */
export function take(bucket: TokenBucket, now: number, count = 1): TokenBucket | null {
  const current = refilled(bucket, now);
  return current.tokens >= count ? { ...current, tokens: current.tokens - count } : null;
}

/** Ms until `count` tokens will be there; 0 where they are. */
export function waitMs(bucket: TokenBucket, now: number, count = 1): number {
  const missing = count - refilled(bucket, now).tokens;
  return missing <= 0 ? 0 : Math.ceil((missing / bucket.refillPerSecond) * 1_000);
}
