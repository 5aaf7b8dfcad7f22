/**
 * Hands one alert on: one POST, with a token where the target asks for one. A token that is refused is renewed and the
 * alert sent once more. What became of it is a value; nothing is thrown.
 */

import { ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import type { Failure } from '../runtime/errors';
import type { Http, HttpAnswer } from '../runtime/http';
import { failureOfAnswer } from '../runtime/http-failures';
import { createTokenSource, type TokenSource } from '../runtime/token-source';

export interface EventTarget {
  readonly url: string;
  /** `null`: the address itself is the secret (webhook integration). */
  readonly bearer: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
}

/**
 * `sent`: the target has it. `refused`: it will never take this one. `later`: it may be tried again; `floorMs`: how
 * long the target asked to be left alone.
 */
export type Sending =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly floorMs: number };

export type EventSender = (body: string) => Promise<Sending>;

export interface EventSenderOptions {
  readonly target: EventTarget;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const WHAT = 'handing on an alert';
const TOKEN_LEAD_MS = 300_000;
/** About this very alert, whoever asks: its body is not taken. */
const REFUSALS = new Set([400, 413, 415, 422]);

export function createEventSender(options: EventSenderOptions): EventSender {
  const { target, http, signal } = options;
  const tokens = target.bearer === null ? null : tokensOf(target.bearer, options);

  async function post(body: string, token: string | null): Promise<Result<HttpAnswer, Failure>> {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization };
    const timing = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal };
    return http({ method: 'POST', url: target.url, headers, body, what: WHAT, ...timing });
  }

  async function attempt(body: string, isSecond: boolean): Promise<Sending> {
    const token = tokens === null ? ok(null) : await tokens.token();
    if (!token.ok) return later(token.error);
    const answer = await post(body, token.value);
    if (!answer.ok) return later(answer.error);
    const { status } = answer.value;
    if (status >= 200 && status < 300) return { kind: 'sent' };
    if (status === 401 && tokens !== null && !isSecond) {
      tokens.invalidate(token.value);
      return attempt(body, true);
    }
    // The address of a webhook is a secret, which an answer may repeat.
    const failure = failureOfAnswer(answer.value, WHAT, [
      target.url,
      new URL(target.url).pathname,
      token.value ?? '',
    ]);
    return REFUSALS.has(status) ? { kind: 'refused', reason: failure.message } : later(failure);
  }

  return (body) => attempt(body, false);
}

function later({ message, retryAfterMs }: Failure): Sending {
  return { kind: 'later', reason: message, floorMs: retryAfterMs };
}

function tokensOf(
  { tokenUrl, clientId, clientSecret }: NonNullable<EventTarget['bearer']>,
  { http, clock, signal }: EventSenderOptions,
): TokenSource {
  return createTokenSource({
    ...{ loginUrl: new URL(tokenUrl).origin, tokenUrl, http, clock, signal },
    client: { id: clientId, secret: clientSecret },
    what: 'asking for a token to hand on alerts',
    settings: 'ALERT_EVENTS_CLIENT_ID and ALERT_EVENTS_CLIENT_SECRET',
    leadMs: (lifeMs) => Math.min(TOKEN_LEAD_MS, lifeMs / 2),
  });
}
