/**
 * Calls to the platform's REST API for one OAuth client: paced, with a token, bounded in time and size, parsed once
 * by a schema. A 401 is answered by one new token and one more try. Failures are values.
 */
import type { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import { type Failure, failure } from '../runtime/errors';
import type { Http, HttpAnswer, HttpRequest } from '../runtime/http';
import { failureOfAnswer, malformed } from '../runtime/http-failures';
import type { TokenSource } from '../runtime/token-source';
import type { Lane, RatePacer } from './rate-pacer';

export interface RestCall<T> {
  readonly method: HttpRequest['method'];
  /** From `/api/v2/…`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly schema: z.ZodType<T>;
  readonly lane: Lane;
  /** In an operator's words. */
  readonly what: string;
  /** Where somebody waits for it; absent: the long ones that backfills need. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface RestAnswer<T> {
  readonly value: T;
  /** When the request went out, on the source's steady clock: what it says was true then or later. */
  readonly sentAt: number;
}

export interface RestClient {
  call<T>(call: RestCall<T>): Promise<Result<RestAnswer<T>, Failure>>;
  /** The token is no good any more: the next call gets a new one. */
  dropToken(): void;
}

export interface RestClientOptions {
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly pacer: RatePacer;
  readonly http: Http;
  /** Epoch ms that never run backwards. */
  readonly stamp: () => number;
  readonly signal: AbortSignal;
  /** Told of every exchange: `2xx`, `3xx`, `4xx`, `429`, `5xx` or `none`. */
  readonly onStatusClass: (statusClass: StatusClass) => void;
}

export type StatusClass = '2xx' | '3xx' | '4xx' | '429' | '5xx' | 'none';

const TIMEOUT_MS = 30_000;
/** A day of half hours of a hundred queues with three media types each is about 20 MB. */
const MAX_BYTES = 48 * 1024 * 1024;

export function createRestClient(options: RestClientOptions): RestClient {
  const { tokens, pacer } = options;

  async function attempt<T>(call: RestCall<T>): Promise<Result<RestAnswer<T>, Failure> & { token?: string }> {
    const token = await tokens.token();
    if (!token.ok) return token;
    if (!(await pacer.acquire(call.lane))) {
      return err(failure('abort', 'aborted', `${call.what}: not sent, stopping or too many calls waiting`));
    }
    const sentAt = options.stamp();
    const answer = await options.http(requestOf(options, call, token.value));
    options.onStatusClass(answer.ok ? statusClass(answer.value.status) : 'none');
    if (!answer.ok) return answer;
    pacer.hold(holdMs(answer.value));
    const parsed = parse(call, answer.value, [token.value]);
    return parsed.ok ? ok({ value: parsed.value, sentAt }) : { ...parsed, token: token.value };
  }

  return {
    async call(call) {
      const first = await attempt(call);
      if (first.ok || first.error.kind !== 'reauth') return first;
      if (first.token !== undefined) tokens.invalidate(first.token);
      return attempt(call);
    },
    dropToken: () => tokens.invalidate(null),
  };
}

function requestOf<T>(options: RestClientOptions, call: RestCall<T>, token: string): HttpRequest {
  const json = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
  return {
    method: call.method,
    url: `${options.apiUrl}${call.path}`,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...json,
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    maxBytes: call.maxBytes ?? MAX_BYTES,
    what: call.what,
    signal: options.signal,
  };
}

/** `sent`: what an answer may repeat and a message must not. */
function parse<T>(call: RestCall<T>, answer: HttpAnswer, sent: readonly string[]): Result<T, Failure> {
  if (answer.status < 200 || answer.status >= 300) return err(failureOfAnswer(answer, call.what, sent));
  let json: unknown;
  try {
    // Some calls have nothing to say: whether that is an answer decides the schema.
    json = answer.text === '' ? undefined : JSON.parse(answer.text);
  } catch {
    return err(malformed(call.what, 'not JSON'));
  }
  const parsed = call.schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(malformed(call.what, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, sent));
}

/** How long the platform's own count asks everybody to wait. */
function holdMs(answer: HttpAnswer): number {
  if (answer.status === 429) return failureOfAnswer(answer, '').retryAfterMs;
  const used = Number(answer.header('inin-ratelimit-count') ?? Number.NaN);
  const allowed = Number(answer.header('inin-ratelimit-allowed') ?? Number.NaN);
  const resetSeconds = Number(answer.header('inin-ratelimit-reset') ?? Number.NaN);
  if (!(used >= allowed) || !(resetSeconds > 0)) return 0;
  return Math.min(resetSeconds, 60) * 1_000;
}

function statusClass(status: number): StatusClass {
  if (status === 429) return '429';
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}
