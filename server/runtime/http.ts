/** The port through which REST calls go out; `http-client` is the real one, tests bring their own. */
import type { Result } from '../../lib/result';
import type { Failure } from './errors';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange, body included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** In an operator's words, for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** First value of a header, by lower-case name. */
  header(name: string): string | null;
  readonly text: string;
}

/** Never rejects. A failure is `timeout`, `network`, `too.large` or `aborted`; any status is an answer. */
export type Http = (request: HttpRequest) => Promise<Result<HttpAnswer, Failure>>;
