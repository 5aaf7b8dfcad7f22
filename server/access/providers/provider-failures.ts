/**
 * The one place that decides what a failed exchange with a provider means. `fatal`: it, or what it said, lets nobody
 * in. `retry`: not known now. Asking whether somebody still stands is kinder: only what is about that person ends his
 * session; a client secret that ran out or a page of a proxy says nothing of him.
 */
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { err, ok, type Result } from '../../../lib/result';
import { type Failure, failure, messageOf } from '../../runtime/errors';
import { createScrubber, scrubText } from '../../runtime/scrub';

/** Something of ours went wrong on the way, and says itself what it means. */
export class ProviderProblem extends Error {
  readonly failure: Failure;

  constructor(problem: Failure) {
    super(problem.message);
    this.name = 'ProviderProblem';
    this.failure = problem;
  }
}

/** Tells of secrets of an exchange, sent or received: the provider may repeat them, and no failure does. */
export type Confide = (...secrets: readonly (string | null | undefined)[]) => void;
type Meaning = (thrown: unknown, scrub?: Scrub) => Failure;
type Scrub = (text: string) => string;

/** Runs an exchange with a provider; whatever goes wrong in it is a value. */
export async function attempt<T>(
  work: (confide: Confide) => Promise<T>,
  meaning: Meaning = failureOf,
): Promise<Result<T, Failure>> {
  const confided: string[] = [];
  const confide: Confide = (...secrets) => {
    for (const secret of secrets) if (secret) confided.push(secret.slice(0, MAX_LOOKED_FOR));
  };
  try {
    return ok(await work(confide));
  } catch (thrown) {
    return err(meaning(thrown, createScrubber(confided).text));
  }
}

/** Looking for a longer one costs more than a refusal may; tokens that long are JWTs, known by their shape. */
const MAX_LOOKED_FOR = 500;

const MAX_MESSAGE = 400;
/** A code of a provider's; what is longer or other names nothing. */
const CODE = /^[\w.-]{1,100}$/;
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Errors by RFC 6749, 4.1.2.1 and RFC 8628 that say "later". */
const LATER = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);
/** Of the library: what a gateway before the provider answers, and a key that its set may have in a minute. */
const PASSING = new Set([
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
]);
/** While somebody is signed in: the provider refuses him, or the answer is not about him or not the provider's. */
const ABOUT_THE_PERSON = new Set([
  'invalid_grant',
  'invalid_token',
  'person.refused',
  'subject',
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
]);

/**
 * What ended a sign-in. Messages are bounded and free of secrets: the library's are fixed texts, `scrub` takes them out
 * of the provider's.
 */
export function failureOf(thrown: unknown, scrub: Scrub = scrubText): Failure {
  const { code, message, ...rest } = meaningOf(thrown);
  // First the secrets, then the length: a part of one would not be known.
  const plainCode = scrub(code);
  return { ...rest, code: CODE.test(plainCode) ? plainCode : 'unnamed', message: clip(scrub(message)) };
}

function meaningOf(thrown: unknown): Failure {
  const ours = problemIn(thrown);
  if (ours !== null) return ours.failure;
  if (thrown instanceof AuthorizationResponseError) {
    return saidBy(thrown.error, thrown.error_description, null, 0);
  }
  if (thrown instanceof ResponseBodyError) {
    const { error, error_description, response, status } = thrown;
    return saidBy(error, error_description, status, retryAfterMs(response));
  }
  if (thrown instanceof WWWAuthenticateChallengeError) return challenged(thrown);
  if (thrown instanceof ClientError) return ofLibrary(thrown);
  return failure('fatal', 'thrown', `the provider's answer could not be used: ${messageOf(thrown)}`);
}

/** What it means for somebody who is signed in. */
export function failureOfRefresh(thrown: unknown, scrub?: Scrub): Failure {
  const said = failureOf(thrown, scrub);
  return said.kind === 'fatal' && !ABOUT_THE_PERSON.has(said.code) ? { ...said, kind: 'retry' } : said;
}

/** A failure for a status that is no answer to what was asked. */
export function failureOfStatus(response: Response, what: string): Failure {
  const { status } = response;
  const more = { status, retryAfterMs: retryAfterMs(response) };
  const isPassing = status >= 500 || status === 429 || status === 408;
  return failure(isPassing ? 'retry' : 'fatal', `http.${status}`, `${what}: status ${status}`, more);
}

/** `description` is whatever stood there. */
function saidBy(error: string, description: unknown, status: number | null, waitMs: number): Failure {
  const isPassing = LATER.has(error) || status === 429;
  const detail = typeof description === 'string' ? `, ${description}` : '';
  const message = `the provider refused: ${error}${detail}`;
  return failure(isPassing ? 'retry' : 'fatal', error, message, { status, retryAfterMs: waitMs });
}

/** At the token endpoint a `Basic` challenge is about our client, at the others a `Bearer` one about the token. */
function challenged(thrown: WWWAuthenticateChallengeError): Failure {
  const [challenge] = thrown.cause;
  const isOurClient = challenge?.scheme === 'basic';
  const unsaid = thrown.status === 401 ? 'invalid_token' : 'unauthorized';
  const code = challenge?.parameters.error ?? (isOurClient ? 'invalid_client' : unsaid);
  return saidBy(code, challenge?.parameters.error_description, thrown.status, retryAfterMs(thrown.response));
}

function ofLibrary(thrown: ClientError): Failure {
  const code = thrown.code ?? 'thrown';
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && thrown.cause instanceof Response) {
    return failureOfStatus(thrown.cause, 'the provider answered wrongly');
  }
  const message = `${thrown.message}${thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ''}`;
  return failure(PASSING.has(code) ? 'retry' : 'fatal', code, message);
}

/** The library wraps what a fetch throws. */
function problemIn(thrown: unknown): ProviderProblem | null {
  if (thrown instanceof ProviderProblem) return thrown;
  return thrown instanceof Error && thrown.cause !== undefined ? problemIn(thrown.cause) : null;
}

/** Seconds only: a date would be on the provider's clock. */
function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1_000), MAX_RETRY_AFTER_MS) : 0;
}

function clip(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
