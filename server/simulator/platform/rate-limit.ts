/**
 * The rate limit of one token: a number of requests in a window of a minute that begins with its first request.
 * Pure; it is told the time. Source: platform facts, section 5.
 */
export const RATE_WINDOW_MS = 60_000;

export interface RateWindow {
  readonly startedAt: number;
  readonly count: number;
}

export interface RateDecision {
  readonly allowed: boolean;
  readonly window: RateWindow;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

/** Counts one request; a refused one is not counted. */
export function countRequest(window: RateWindow | null, now: number, limit: number): RateDecision {
  const current =
    window !== null && now - window.startedAt < RATE_WINDOW_MS ? window : { startedAt: now, count: 0 };
  const resetSeconds = Math.max(1, Math.ceil((current.startedAt + RATE_WINDOW_MS - now) / 1_000));
  if (current.count >= limit) return { allowed: false, window: current, resetSeconds };
  return { allowed: true, window: { ...current, count: current.count + 1 }, resetSeconds };
}

export function rateHeaders(decision: RateDecision, limit: number): Record<string, string> {
  return {
    'inin-ratelimit-count': String(decision.window.count),
    'inin-ratelimit-allowed': String(limit),
    'inin-ratelimit-reset': String(decision.resetSeconds),
  };
}
