/**
 * Who may open a socket, and how much a client may say. Pure. Browsers do not keep a foreign page from opening a
 * WebSocket to us (CORS does not cover it): the Origin header, which a page cannot forge, is what tells.
 */
import { fullBucket, type TokenBucket, take } from '../runtime/token-bucket';

export type Admission = { readonly ok: true } | { readonly ok: false; readonly reason: RefusedReason };
export type RefusedReason = 'origin' | 'full';

export interface AdmissionRules {
  /** Exactly as a browser sends them: scheme, host, and a port that is not the scheme's own. */
  readonly allowedOrigins: readonly string[];
  /** Whether clients that send no Origin (never a browser) may come. */
  readonly allowAbsentOrigin: boolean;
  readonly maxConnections: number;
}

export function admit(origin: string | undefined, connections: number, rules: AdmissionRules): Admission {
  const known = origin === undefined ? rules.allowAbsentOrigin : rules.allowedOrigins.includes(origin);
  if (!known) return { ok: false, reason: 'origin' };
  return connections < rules.maxConnections ? { ok: true } : { ok: false, reason: 'full' };
}

/** A screen says `resync` now and then and joins once: far below this. */
const MESSAGES_AT_ONCE = 20;
const MESSAGES_A_SECOND = 2;

export function messageAllowance(now: number): TokenBucket {
  return fullBucket(MESSAGES_AT_ONCE, MESSAGES_A_SECOND, now);
}

/** What is left after one message; `null` when the client has said too much. */
export function spendMessage(bucket: TokenBucket, now: number): TokenBucket | null {
  return take(bucket, now);
}
