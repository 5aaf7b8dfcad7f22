/**
 * Spends one OAuth client's budget of REST calls: 300 in any minute, of which reconciliation gets a tenth. Channels
 * go before backfills, backfills before reconciliation. What the platform says of its own count (429 with
 * Retry-After, `inin-ratelimit-*`) holds everybody.
 * Agents who wait for an answer go before backfills; the transcripts of sessions, which may come late, after them.
 */
import type { Cancel, Clock } from '../runtime/clock';
import { fullBucket, type TokenBucket, take, waitMs } from '../runtime/token-bucket';

/**
 * `link`: channels and lists. `agent`: somebody looks at his interaction. `backfill`: catching up. `transcript`: what
 * is written into interactions. `reconcile`: comparing while the stream lives.
 */
export type Lane = 'link' | 'agent' | 'backfill' | 'transcript' | 'reconcile';

const LANES: readonly Lane[] = ['link', 'agent', 'backfill', 'transcript', 'reconcile'];
/** Capacity + a minute's refill = 300: so no minute ever holds more. */
const BUDGET = { capacity: 60, refillPerSecond: 4 };
/** The same for a tenth: 6 + 60 × 0.4 = 30. */
const RECONCILE_BUDGET = { capacity: 6, refillPerSecond: 0.4 };
const MAX_WAITING = 1_000;

export interface RatePacer {
  /** Resolves when a call may go out: true; or false when stopped, or when too many wait already. */
  acquire(lane: Lane): Promise<boolean>;
  /** Nothing goes out for so long. */
  hold(ms: number): void;
  stop(): void;
}

export function createRatePacer(clock: Clock): RatePacer {
  const waiting = new Map<Lane, ((may: boolean) => void)[]>(LANES.map((lane) => [lane, []]));
  const start = clock.monotonicNow();
  let budget = fullBucket(BUDGET.capacity, BUDGET.refillPerSecond, start);
  let tenth = fullBucket(RECONCILE_BUDGET.capacity, RECONCILE_BUDGET.refillPerSecond, start);
  let heldUntil = start;
  let stopped = false;
  let cancelTimer: Cancel = () => {};

  /** Takes one call of that lane from the buckets, or says how long it must wait. */
  function spend(lane: Lane, now: number): number {
    if (now < heldUntil) return heldUntil - now;
    const rest: TokenBucket | null = take(budget, now);
    if (rest === null) return waitMs(budget, now);
    if (lane === 'reconcile') {
      const restOfTenth = take(tenth, now);
      if (restOfTenth === null) return waitMs(tenth, now);
      tenth = restOfTenth;
    }
    budget = rest;
    return 0;
  }

  function pump(): void {
    cancelTimer();
    cancelTimer = () => {};
    const now = clock.monotonicNow();
    for (const lane of LANES) {
      const queue = waiting.get(lane) ?? [];
      while (queue.length > 0) {
        const delayMs = spend(lane, now);
        if (delayMs > 0) {
          cancelTimer = clock.after(delayMs, pump);
          return;
        }
        queue.shift()?.(true);
      }
    }
  }

  return {
    acquire(lane) {
      const queue = waiting.get(lane) ?? [];
      if (stopped || queue.length >= MAX_WAITING) return Promise.resolve(false);
      return new Promise((resolve) => {
        queue.push(resolve);
        pump();
      });
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonicNow() + ms);
    },
    stop() {
      stopped = true;
      cancelTimer();
      for (const queue of waiting.values()) for (const answer of queue.splice(0)) answer(false);
    },
  };
}
