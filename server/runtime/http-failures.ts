/**
 * The one place that decides what a failed exchange over HTTP means: again, with a new token, never, or
 * ended by ourselves. Messages are one sentence for the operator and hold no secret.
 */
import { z } from 'zod';
import { type Failure, failure, messageOf } from './errors';
import type { HttpAnswer } from './http';
import { createScrubber, scrubText } from './scrub';

const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Without Retry-After, a 429 waits this long: the platform counts by the minute. */
const DEFAULT_429_WAIT_MS = 5_000;

const text = z.string().optional().catch(undefined);
const errorBody = z
  .object({ code: text, message: text, error: text, description: text, error_description: text })
  .catch({
    code: undefined,
    message: undefined,
    error: undefined,
    description: undefined,
    error_description: undefined,
  });

/** A code of the platform's; what is longer or other is none. */
const CODE = /^[\w.-]{1,100}$/;

/**
 * A failure for an answer that is not a success (2xx is the caller's business). `sent`: the secrets of the request,
 * which the answer may repeat and the message must not.
 */
export function failureOfAnswer(answer: HttpAnswer, what: string, sent: readonly string[] = []): Failure {
  const { status } = answer;
  const said = readErrorBody(answer.text);
  const scrubber = createScrubber(sent);
  const saidCode = scrubber.text(said.code ?? said.error ?? '');
  const code = CODE.test(saidCode) ? saidCode : `http.${status}`;
  const detail = scrubber.text(said.message ?? said.error_description ?? said.description ?? '');
  const message = `${what}: ${status} ${code}${detail === '' ? '' : `, ${clip(detail)}`}`;
  const more = { status, retryAfterMs: retryAfterMs(answer) };
  if (status === 401) return failure('reauth', code, message, more);
  if (status === 429) return failure('retry', code, message, { ...more, retryAfterMs: waitOf429(answer) });
  if (status === 408 || status >= 500) return failure('retry', code, message, more);
  if (status >= 300 && status < 400) {
    return failure('fatal', 'redirect', `${what}: refused to follow a redirect (${status})`, more);
  }
  return failure('fatal', code, message, more);
}

/** A failure for an exchange that had no answer. */
export function failureOfThrown(thrown: unknown, what: string, host: string): Failure {
  const code = codeOf(thrown);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure(
      'retry',
      'network',
      `${what}: the host ${host} cannot be found; check the region and the network`,
    );
  }
  if (code === 'ECONNREFUSED') return failure('retry', 'network', `${what}: ${host} refuses connections`);
  const reason = clip(scrubText(code ?? messageOf(thrown)));
  return failure('retry', 'network', `${what}: no answer from ${host} (${reason})`);
}

/** An answer whose body is not what the contract says. */
export function malformed(what: string, detail: string, sent: readonly string[] = []): Failure {
  const safe = clip(createScrubber(sent).text(detail));
  return failure('retry', 'malformed', `${what}: an answer that is not of the contract (${safe})`);
}

/** `Retry-After` in seconds or as a date, bounded; 0 where there is none. */
export function retryAfterMs(answer: HttpAnswer): number {
  const raw = answer.header('retry-after');
  if (raw === null) return 0;
  const seconds = Number(raw);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(raw) - answerDate(answer);
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS) : 0;
}

function waitOf429(answer: HttpAnswer): number {
  const asked = retryAfterMs(answer);
  if (asked > 0) return asked;
  const reset = Number(answer.header('inin-ratelimit-reset') ?? Number.NaN);
  return Number.isFinite(reset) && reset > 0 ? Math.min(reset * 1_000, 60_000) : DEFAULT_429_WAIT_MS;
}

/** A date in Retry-After is on the platform's clock, and so is the Date header. */
function answerDate(answer: HttpAnswer): number {
  return Date.parse(answer.header('date') ?? '');
}

function readErrorBody(body: string): z.infer<typeof errorBody> {
  try {
    return errorBody.parse(JSON.parse(body));
  } catch {
    return errorBody.parse({});
  }
}

function codeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown.cause === undefined ? null : codeOf(thrown.cause);
}

function clip(detail: string): string {
  return detail.length > 300 ? `${detail.slice(0, 300)}…` : detail;
}
