/**
 * Calls to one of the customer's own APIs (device cloud, customers): with a token, few at once, bounded in time and
 * size, parsed once by a schema, redirects not followed. A 401 is answered by a new token and one more try; a 503, a
 * time-out or a lost connection by one more try after a second. `Retry-After` leaves the API alone for everybody.
 * Never rejects. No word of an answer gets into a failure: it may repeat a token, or a customer's number.
 */
import type { z } from 'zod';
import { err, ok, type Result } from '../../../lib/result';
import type { Clock } from '../../runtime/clock';
import { type Failure, failure } from '../../runtime/errors';
import type { Http, HttpAnswer } from '../../runtime/http';
import { failureOfAnswer, malformed } from '../../runtime/http-failures';
import type { Log } from '../../runtime/log';
import type { TokenSource } from '../../runtime/token-source';
import { type CloudOutcome, NO_ID, outcomeOf } from './cloud-outcome';
import { cloudUrl } from './cloud-url';
import { type GiveBack, Turns } from './turns';

export interface CloudCall<T> {
  /** Parts of the path, as they are: each becomes one part, whatever is in it. */
  readonly path: readonly string[];
  readonly query?: readonly (readonly [string, string])[];
  readonly schema: z.ZodType<T>;
}

export interface CloudClient {
  get<T>(call: CloudCall<T>): Promise<Result<T, Failure>>;
  readonly counts: CloudCounts;
  /** Calls that are under way. */
  readonly underWayCount: number;
  stop(): void;
}

/** Running totals. */
export interface CloudCounts {
  readonly byOutcome: ReadonlyMap<CloudOutcome, number>;
  readonly retries: number;
  readonly refusedTokens: number;
}

export interface CloudClientOptions {
  readonly baseUrl: string;
  /** In an operator's words: “asking the device cloud”. */
  readonly what: string;
  readonly maxBytes: number;
  readonly tokens: TokenSource;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 2_000;
const RETRY_AFTER_MS = 1_000;
/** Whoever asks waits no longer than this for his turn, and not at all behind so many. */
const LINE = { atOnce: 24, maxWaiting: 500, maxWaitMs: 2_000 };
const MAX_HOLD_MS = 60_000;
/** Who refuses us is not asked more often than this, or he might lock us out. */
const REFUSAL_MS = 10_000;
/** A token that is refused each time is logged this often. */
const REFUSAL_LOG_MS = 60_000;

export function createCloudClient(options: CloudClientOptions): CloudClient {
  const { tokens, http, clock, log, what, signal } = options;
  const turns = new Turns({ clock, ...LINE });
  const counts = { byOutcome: new Map<CloudOutcome, number>(), retries: 0, refusedTokens: 0 };
  let heldUntil = Number.NEGATIVE_INFINITY;
  let refusal: { readonly failure: Failure; readonly until: number } | null = null;
  let refusalLoggedAt = Number.NEGATIVE_INFINITY;

  async function attempt<T>(call: CloudCall<T>): Promise<Result<T, Failure>> {
    const now = clock.monotonicNow();
    if (now < heldUntil) return err(leftAlone(what, heldUntil - now));
    if (refusal !== null && now < refusal.until) return err(refusal.failure);
    const url = cloudUrl(options.baseUrl, call);
    if (url === null) return err(failure('fatal', NO_ID, `${what}: not asked, that is no id`));
    const token = await tokens.token();
    if (!token.ok) return token.error.kind === 'fatal' ? refused(token.error) : token;
    const headers = { authorization: `Bearer ${token.value}`, accept: 'application/json' };
    const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: options.maxBytes, what, signal };
    const answer = await http({ method: 'GET', url, headers, ...bounds });
    if (!answer.ok) return answer;
    const parsed = parse(call.schema, answer.value, what);
    if (!parsed.ok) noted(parsed.error, token.value);
    return parsed;
  }

  function noted({ kind, retryAfterMs }: Failure, token: string): void {
    heldUntil = Math.max(heldUntil, clock.monotonicNow() + Math.min(retryAfterMs, MAX_HOLD_MS));
    if (kind !== 'reauth') return;
    tokens.invalidate(token);
    counts.refusedTokens++;
    const isNews = clock.monotonicNow() - refusalLoggedAt >= REFUSAL_LOG_MS;
    if (isNews) refusalLoggedAt = clock.monotonicNow();
    log[isNews ? 'info' : 'debug'](`${what}: the token was refused (401); a new one is asked for`);
  }

  function refused(by: Failure): Result<never, Failure> {
    refusal = { failure: by, until: clock.monotonicNow() + REFUSAL_MS };
    return err(by);
  }

  async function persist<T>(call: CloudCall<T>): Promise<Result<T, Failure>> {
    let hasRenewed = false;
    // A token may run out between the two tries: it is renewed once, whichever of them is refused.
    async function withToken(): Promise<Result<T, Failure>> {
      const said = await attempt(call);
      if (said.ok || said.error.kind !== 'reauth') return said;
      if (hasRenewed) return refused(said.error);
      hasRenewed = true;
      return withToken();
    }
    const said = await withToken();
    if (said.ok || !isPassing(said.error) || said.error.retryAfterMs > RETRY_AFTER_MS) return said;
    await wait(clock, RETRY_AFTER_MS, signal);
    counts.retries++;
    return withToken();
  }

  async function inTurn<T>(call: CloudCall<T>, giveBack: GiveBack | null): Promise<Result<T, Failure>> {
    if (giveBack === null) return err(failure('retry', 'busy', `${what}: too many are waiting`));
    try {
      return await persist(call);
    } finally {
      giveBack();
    }
  }

  return {
    counts,
    get underWayCount() {
      return turns.takenCount;
    },
    async get(call) {
      const said = await inTurn(call, await turns.take());
      const outcome = said.ok ? 'ok' : outcomeOf(said.error);
      counts.byOutcome.set(outcome, (counts.byOutcome.get(outcome) ?? 0) + 1);
      return said;
    },
    stop: () => turns.stop(),
  };
}

/** It may be over in a second. */
function isPassing({ code, status }: Failure): boolean {
  return code === 'timeout' || code === 'network' || status === 502 || status === 503 || status === 504;
}

function leftAlone(what: string, ms: number): Failure {
  const message = `${what}: it asked to be left alone for ${Math.ceil(ms / 1_000)} s more`;
  return failure('retry', 'left.alone', message, { retryAfterMs: Math.ceil(ms) });
}

function parse<T>(schema: z.ZodType<T>, answer: HttpAnswer, what: string): Result<T, Failure> {
  if (answer.status < 200 || answer.status >= 300) {
    return err(failureOfAnswer({ ...answer, text: '' }, what));
  }
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    return err(malformed(what, 'not JSON'));
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  // Where it is, of our own schema's names; not what stands there.
  return err(malformed(what, parsed.error.issues[0]?.path.join('.') ?? 'not of the contract'));
}

function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
