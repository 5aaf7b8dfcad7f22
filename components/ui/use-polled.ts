'use client';
/** An answer of this server, asked for again after each period while it is shown; the last good one stays. */
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { browserClock, type Cancel } from '../live/clock';
import { type FetchFailure, fetchJson } from './fetch-json';

export interface Polled<T> {
  readonly answer: T | null;
  /** Why the last try gave nothing; `null` when it did. */
  readonly failure: FetchFailure | null;
}

/** `schema` must be the same object at every call. */
export function usePolled<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  periodMs: number,
): Polled<z.output<Schema>> {
  const [polled, setPolled] = useState<Polled<z.output<Schema>>>({ answer: null, failure: null });
  useEffect(() => {
    const abort = new AbortController();
    let cancel: Cancel = () => undefined;
    const ask = async () => {
      const result = await fetchJson(path, schema, abort.signal);
      if (abort.signal.aborted) return;
      setPolled((before) =>
        result.ok
          ? { answer: result.value, failure: null }
          : { answer: before.answer, failure: result.error },
      );
      cancel = browserClock.after(periodMs, () => void ask());
    };
    void ask();
    return () => {
      abort.abort();
      cancel();
    };
  }, [path, schema, periodMs]);
  return polled;
}
