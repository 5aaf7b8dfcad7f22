/**
 * Whether a target is to be tried. Pure; times are monotonic ms.
 *
 *   closed ──5 failures in a row──► open ──wait──► probing ──success──► closed
 *                                    ▲────failure, a longer wait───┘
 *
 * While probing, one try is under way and no other is made.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly until: number; readonly rounds: number }
  | { readonly state: 'probing'; readonly rounds: number };

export const CLOSED: Breaker = { state: 'closed', failures: 0 };
export const FAILURES_TO_OPEN = 5;
const WAITS_MS = [5_000, 10_000, 20_000, 40_000, 60_000];

/** Whether a try may begin now; beginning it while open makes it the probe. */
export function mayTry(breaker: Breaker, now: number): boolean {
  return breaker.state === 'closed' || (breaker.state === 'open' && now >= breaker.until);
}

/** A try begins; only where `mayTry`. */
export function begun(breaker: Breaker): Breaker {
  return breaker.state === 'open' ? { state: 'probing', rounds: breaker.rounds } : breaker;
}

export function succeeded(breaker: Breaker): Breaker {
  return breaker.state === 'closed' && breaker.failures === 0 ? breaker : CLOSED;
}

/** `floorMs`: how long the target itself asked to wait. */
export function failed(breaker: Breaker, now: number, floorMs = 0): Breaker {
  switch (breaker.state) {
    case 'closed': {
      const failures = breaker.failures + 1;
      return failures < FAILURES_TO_OPEN ? { state: 'closed', failures } : opened(0, now, floorMs);
    }
    case 'probing':
      return opened(breaker.rounds + 1, now, floorMs);
    case 'open':
      // One that was under way when it opened tells nothing new.
      return { ...breaker, until: Math.max(breaker.until, now + floorMs) };
  }
}

function opened(rounds: number, now: number, floorMs: number): Breaker {
  const waitMs = WAITS_MS[Math.min(rounds, WAITS_MS.length - 1)] ?? 0;
  return { state: 'open', until: now + Math.max(waitMs, floorMs), rounds };
}
