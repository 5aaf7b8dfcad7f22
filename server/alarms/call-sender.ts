/**
 * Sends one call: one POST, signed where the webhook has a secret; no redirects; five seconds for all of it. What
 * became of it is a value; nothing is thrown, and neither the secret nor the address stands in what it says.
 */
import type { Clock } from '../runtime/clock';
import type { Http } from '../runtime/http';
import { failureOfAnswer } from '../runtime/http-failures';
import type { StoredWebhook } from '../store/alarm-documents';
import { SIGNATURE_HEADER, signatureOf } from './call-signature';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 16 * 1024;
const WHAT = 'the call';

/** `refused`: it will never take this one. `later`: it may; `floorMs`: how long it asked to be left alone. */
export type Sent =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly floorMs: number };

export type SendCall = (hook: StoredWebhook, call: { id: string; body: string }) => Promise<Sent>;

export interface CallSenderOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export function createCallSender({ http, clock, signal }: CallSenderOptions): SendCall {
  return async ({ url, secret }, { id, body }) => {
    // The time is of this very try: a target refuses what is old.
    const signature = secret === null ? {} : { [SIGNATURE_HEADER]: signatureOf(secret, body, clock.now()) };
    const answer = await http({
      ...{ method: 'POST', url, body, what: WHAT, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal },
      headers: { 'content-type': 'application/json', 'x-floorcast-call': id, ...signature },
    });
    if (!answer.ok) return { kind: 'later', reason: answer.error.message, floorMs: 0 };
    const { status } = answer.value;
    if (status >= 200 && status < 300) return { kind: 'sent' };
    // The address of a chat's webhook is a secret too, and an answer may repeat it.
    const { pathname, search } = new URL(url);
    const known = [url, pathname, search, secret ?? ''].filter((part) => part.length > 5);
    const { kind, message, retryAfterMs } = failureOfAnswer(answer.value, WHAT, known);
    return kind === 'retry'
      ? { kind: 'later', reason: message, floorMs: retryAfterMs }
      : { kind: 'refused', reason: message };
  };
}
