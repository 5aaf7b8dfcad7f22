/**
 * Asks this server for JSON of a known shape, or to change something. What goes wrong comes back as a value; nothing
 * is waited for longer than the time-out. Only this file touches the browser's `fetch`.
 */
import type { z } from 'zod';
import { apiErrorSchema } from '../../lib/contracts/api';
import { err, ok, type Result } from '../../lib/result';

const TIMEOUT_MS = 8_000;

/** `unreachable`: no answer; what was asked for may have been done all the same. */
export type Problem =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** As the server names it: `audit.unavailable`; '' where it does not. */
      readonly code: string;
      /** How long the server wants to be left alone; `null`: it did not say. */
      readonly waitMs: number | null;
      /** Of a 409: the answer as it came, for those who know more of it than its code. */
      readonly body?: unknown;
    };

/** Nobody is signed in here, or somebody who may not. */
export function isBarred(problem: Problem): boolean {
  return problem.kind === 'refused' && (problem.status === 401 || problem.status === 403);
}

export interface Answer<T> {
  readonly content: T;
  /** Epoch ms by the server's clock, to the second; `null`: it did not say. */
  readonly serverTime: number | null;
}

export interface Call<Schema extends z.ZodType> {
  /** Of the same origin. */
  readonly path: string;
  /** Of the answer; `z.undefined()` where there is none (204). */
  readonly schema: Schema;
  /** Absent: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects never; an abort reads as `unreachable`. */
export async function callServer<Schema extends z.ZodType>(
  call: Call<Schema>,
): Promise<Result<Answer<z.output<Schema>>, Problem>> {
  const { path, schema, method = 'GET', body, signal } = call;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return await readAnswer(response, schema);
  } catch {
    // A network error, a time-out or an abort: all the same to who asks.
    return err({ kind: 'unreachable' });
  }
}

/** Rejects where the connection breaks within the answer. */
export async function readAnswer<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
): Promise<Result<Answer<z.output<Schema>>, Problem>> {
  const text = await response.text();
  const json = jsonOf(text);
  if (!response.ok) return err(refusal(response, json));
  const parsed = schema.safeParse(json);
  if (!parsed.success) return err({ kind: 'unreadable' });
  const serverTime = Date.parse(response.headers.get('date') ?? '');
  return ok({ content: parsed.data, serverTime: Number.isNaN(serverTime) ? null : serverTime });
}

/** `undefined`: nothing, or no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal({ status, headers }: Response, json: unknown): Problem {
  const named = apiErrorSchema.safeParse(json);
  const retryAfter = headers.get('retry-after') ?? '';
  return {
    kind: 'refused',
    status,
    code: named.success ? named.data.code : '',
    waitMs: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null,
    ...(status === 409 ? { body: json } : {}),
  };
}
