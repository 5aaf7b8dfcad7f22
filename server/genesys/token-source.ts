/**
 * The access token of one OAuth client (client credentials: there is no refresh token, one asks again). Cached,
 * one request at a time however many ask, renewed before it runs out. Never logs what it holds.
 */
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { type Failure, failure } from '../runtime/errors';
import { failureOfAnswer, malformed } from './failures';
import type { Http } from './http';
import { tokenSchema } from './schemas';

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
  readonly loginUrl: string;
  readonly client: ClientCredentials;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;
const WHAT = 'signing in to Genesys Cloud';

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
  const { clock } = options;
  let held: Held | null = null;
  let pending: Promise<Result<string, Failure>> | null = null;

  async function renew(): Promise<Result<string, Failure>> {
    const asked = clock.monotonicNow();
    const answer = await ask(options);
    pending = null;
    if (!answer.ok) return answer;
    const { access_token: token, expires_in } = answer.value;
    const lifeMs = expires_in * 1_000;
    held = { token, renewAt: asked + lifeMs - renewalLeadMs(lifeMs) };
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
  const { loginUrl, client, http, signal } = options;
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const answer = await http({
    method: 'POST',
    url: `${loginUrl}/oauth/token`,
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: 'grant_type=client_credentials',
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    what: WHAT,
    signal,
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) {
    const sent = [client.id, client.secret, credentials];
    return err(refusal(failureOfAnswer(answer.value, WHAT, sent), loginUrl));
  }
  try {
    return ok(tokenSchema.parse(JSON.parse(answer.value.text)));
  } catch {
    // The body may hold a token: nothing of it goes into the message.
    return err(malformed(WHAT, 'no token in it'));
  }
}

function refusal(said: Failure, loginUrl: string): Failure {
  const refused =
    said.code === 'invalid_client' || said.code === 'unauthorized_client' || said.status === 401;
  if (!refused) return said;
  const message = `Genesys Cloud refused the client id or secret at ${loginUrl}; check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and that the region is right`;
  return failure('fatal', 'invalid_client', message, { status: said.status });
}
