/** Asks this server for JSON of a known shape. What goes wrong comes back as a value; nothing is waited for longer than the time-out. */
import type { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';

const TIMEOUT_MS = 8_000;

export type FetchFailure = 'unreachable' | 'refused' | 'unreadable';

/** `path` is of the same origin. Rejects never; an abort reads as `unreachable`. */
export async function fetchJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<Result<z.output<Schema>, FetchFailure>> {
  try {
    const response = await fetch(path, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) return err('refused');
    const parsed = schema.safeParse(await response.json());
    return parsed.success ? ok(parsed.data) : err('unreadable');
  } catch {
    // A network error, a time-out, an abort or no JSON: all the same to who asks.
    return err('unreachable');
  }
}
