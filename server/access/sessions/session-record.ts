/**
 * What is kept of a session, and when it is over or the provider is to be asked again. Pure: `now` is epoch ms.
 * The provider's tokens are kept sealed, for this session only.
 */
import { z } from 'zod';

const MINUTE_MS = 60_000;

/** Unused this long it is over (an open board is use). */
export const IDLE_MS = 2 * 60 * MINUTE_MS;
/** Use is noted this often at most. */
export const TOUCH_MS = MINUTE_MS;
/** Between two questions to the provider, whatever it says of its tokens. */
const CHECK_MIN_MS = MINUTE_MS;
const CHECK_MAX_MS = 15 * MINUTE_MS;
/** Whoever asks has this long until another process may. */
const CLAIM_MS = MINUTE_MS;
/** After so many failures in a row; the last one repeats. */
const RETRY_MS = [1, 2, 4, 8, 10].map((minutes) => minutes * MINUTE_MS);
/** A provider that cannot be asked ends the session after this. */
const GIVE_UP_MS = 60 * MINUTE_MS;

export const sessionRecordSchema = z.object({
  personId: z.string(),
  startedAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
  /** Sealed. */
  refreshToken: z.string().nullable(),
  /** Sealed. */
  idToken: z.string().nullable(),
  /** When to ask the provider; means nothing without a refresh token. */
  checkAt: z.number(),
  failures: z.number().int(),
  failingSince: z.number().nullable(),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

export function isOver(record: SessionRecord, now: number): boolean {
  return now >= record.expiresAt || now - record.lastSeenAt >= IDLE_MS;
}

/** `null`: its use was noted a moment ago. */
export function touched(record: SessionRecord, now: number): SessionRecord | null {
  // Earlier than its last use: the wall clock was set back.
  const isNews = now - record.lastSeenAt >= TOUCH_MS || now < record.lastSeenAt;
  return isNews ? { ...record, lastSeenAt: now } : null;
}

/** Whether to ask the provider now. Later than any check can be: the wall clock was set back. */
export function isCheckDue(record: SessionRecord, now: number): boolean {
  return record.refreshToken !== null && (now >= record.checkAt || record.checkAt - now > CHECK_MAX_MS);
}

/** When to ask next after an answer that is good for so long (`null`: it did not say). */
export function nextCheckAt(expiresInS: number | null, now: number): number {
  const saidMs = expiresInS === null ? CHECK_MAX_MS : expiresInS * 1_000;
  return now + Math.min(CHECK_MAX_MS, Math.max(CHECK_MIN_MS, saidMs));
}

/** Before asking: a refresh token is good once, so nobody else may use it meanwhile. */
export function claimed(record: SessionRecord, now: number): SessionRecord {
  return { ...record, checkAt: now + CLAIM_MS };
}

/** After an answer. */
export function renewed(
  record: SessionRecord,
  tokens: Pick<SessionRecord, 'refreshToken' | 'idToken' | 'checkAt'>,
): SessionRecord {
  return { ...record, ...tokens, failures: 0, failingSince: null };
}

/** After no answer; `retryAfterMs` is what the provider asked for. */
export function unanswered(record: SessionRecord, now: number, retryAfterMs: number): SessionRecord {
  const step = RETRY_MS[Math.min(record.failures, RETRY_MS.length - 1)] ?? CHECK_MAX_MS;
  return {
    ...record,
    checkAt: now + Math.min(CHECK_MAX_MS, Math.max(step, retryAfterMs)),
    failures: record.failures + 1,
    failingSince: record.failingSince ?? now,
  };
}

export function hasGivenUp(record: SessionRecord, now: number): boolean {
  return record.failingSince !== null && now - record.failingSince >= GIVE_UP_MS;
}
