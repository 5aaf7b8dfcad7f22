/**
 * The access token of one OAuth client (client credentials: there is no refresh token, one asks again). Cached,
 * one request at a time however many ask, renewed before it runs out. Never logs what it holds.
 */

import { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from './clock';
import { type Failure, failure } from './errors';
import type { Http } from './http';
import { failureOfAnswer, malformed } from './http-failures';

export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

export interface TokenSource {
  /** A token that is good for a while. */
  token(): Promise<Result<string, Failure>>;
  /** The platform refused this token (`null`: whichever is held): the next call asks for a new one. */
  invalidate(token: string | null): void;
}

export interface TokenSourceOptions {
  /** Tokens come from `<loginUrl>/oauth/token`, or from `tokenUrl`. */
  readonly loginUrl: string;
  readonly tokenUrl?: string;
  readonly client: ClientCredentials;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** In an operator's words, for messages; absent: signing in to Genesys Cloud. */
  readonly what?: string;
  /** The settings to look at where the client is refused. */
  readonly settings?: string;
  /** For one token; absent: 15 s. */
  readonly timeoutMs?: number;
  /** Ms before its end at which a token of that life is renewed; absent: `renewalLeadMs`. */
  readonly leadMs?: (lifeMs: number) => number;
}

const tokenSchema = z.object({
  // It becomes a header.
  access_token: z.string().regex(/^[!-~]{1,8192}$/),
  expires_in: z.number().positive(),
});

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;
const WHAT = 'signing in to Genesys Cloud';
const SETTINGS = 'GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and that the region is right';

interface Held {
  readonly token: string;
  /** Monotonic ms. */
  readonly renewAt: number;
}

/** Ms before its end at which a token of that life is renewed: a tenth or a minute, never more than half. */
export function renewalLeadMs(lifeMs: number): number {
  return Math.min(Math.max(lifeMs / 10, 60_000), lifeMs / 2);
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock, leadMs = renewalLeadMs } = options;
  let held: Held | null = null;
  let pending: Promise<Result<string, Failure>> | null = null;

  async function renew(): Promise<Result<string, Failure>> {
    const asked = clock.monotonicNow();
    const answer = await ask(options);
    pending = null;
    if (!answer.ok) return answer;
    const { access_token: token, expires_in } = answer.value;
    const lifeMs = expires_in * 1_000;
    held = { token, renewAt: asked + lifeMs - leadMs(lifeMs) };
    return ok(token);
  }

  return {
    token() {
      if (held !== null && clock.monotonicNow() < held.renewAt) return Promise.resolve(ok(held.token));
      pending ??= renew();
      return pending;
    },
    invalidate(token) {
      if (token === null || held?.token === token) held = null;
    },
  };
}

async function ask(options: TokenSourceOptions) {
  const { loginUrl, client, http, signal, what = WHAT, timeoutMs = TIMEOUT_MS } = options;
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const answer = await http({
    method: 'POST',
    url: options.tokenUrl ?? `${loginUrl}/oauth/token`,
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: 'grant_type=client_credentials',
    timeoutMs,
    maxBytes: MAX_BYTES,
    what,
    signal,
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) {
    const sent = [client.id, client.secret, credentials];
    return err(refusal(failureOfAnswer(answer.value, what, sent), options));
  }
  try {
    return ok(tokenSchema.parse(JSON.parse(answer.value.text)));
  } catch {
    // The body may hold a token: nothing of it goes into the message.
    return err(malformed(what, 'no token in it'));
  }
}

function refusal(said: Failure, { loginUrl, what, settings = SETTINGS }: TokenSourceOptions): Failure {
  const refused =
    said.code === 'invalid_client' || said.code === 'unauthorized_client' || said.status === 401;
  if (!refused) return said;
  const message =
    what === undefined
      ? `Genesys Cloud refused the client id or secret at ${loginUrl}; check ${settings}`
      : `${what}: the client id or secret is refused; check ${settings}`;
  return failure('fatal', 'invalid_client', message, { status: said.status });
}
