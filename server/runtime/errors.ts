/**
 * Errors that decide: every failure of the outside world is one of four, said in one place.
 * `retry`: again later (with the floor it asks for). `reauth`: a new token, then again. `fatal`: asking again will
 * not help, a person must act. `abort`: we ended it ourselves.
 */
export type FailureKind = 'retry' | 'reauth' | 'fatal' | 'abort';

export interface Failure {
  readonly kind: FailureKind;
  /** HTTP status, where there was one. */
  readonly status: number | null;
  /** The platform's code, or one of ours (`timeout`, `network`, `malformed`). */
  readonly code: string;
  /** One plain sentence, free of secrets. */
  readonly message: string;
  /** From Retry-After; 0 where none was sent. */
  readonly retryAfterMs: number;
}

export function failure(
  kind: FailureKind,
  code: string,
  message: string,
  more: Partial<Failure> = {},
): Failure {
  return { kind, code, message, status: null, retryAfterMs: 0, ...more };
}

/** The message of whatever was thrown; never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    // An object without toString, or a getter that throws.
    return 'something that has no words';
  }
}
