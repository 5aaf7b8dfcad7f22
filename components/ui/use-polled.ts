'use client';
/**
 * An answer of this server, asked for again after each period while it is shown, or only until there is one. The last
 * good one stays while the server is away, and goes when the server says that nobody here may see it.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { Result } from '../../lib/result';
import { browserClock, type Cancel } from '../live/clock';
import { type Answer, callServer, isBarred, type Problem } from './fetch-json';

export interface Polled<T> {
  readonly answer: T | null;
  /** When the answer was given, epoch ms by the server's clock; `null`: not known. */
  readonly answeredAt: number | null;
  /** Why the last try gave nothing; `null` when it did. */
  readonly failure: Problem | null;
  /** Asks now: after something was changed. An older question's answer no longer counts. */
  readonly refresh: () => void;
}

type Known<T> = Omit<Polled<T>, 'refresh'>;
const NOTHING = { answer: null, answeredAt: null, failure: null } as const;

/** What is known after one more try. Pure. */
export function afterAsking<T>(before: Known<T>, result: Result<Answer<T>, Problem>): Known<T> {
  if (result.ok) return { answer: result.value.content, answeredAt: result.value.serverTime, failure: null };
  return { ...(isBarred(result.error) ? NOTHING : before), failure: result.error };
}

/** `schema` must be the same object at every call. `answered`: asked again only after a failure. */
export function usePolled<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  periodMs: number,
  until: 'shown' | 'answered' = 'shown',
): Polled<z.output<Schema>> {
  const [known, setKnown] = useState<Known<z.output<Schema>>>(NOTHING);
  const askNow = useRef(() => {});
  useEffect(() => {
    let current = new AbortController();
    let cancel: Cancel = () => undefined;
    const ask = async () => {
      current.abort();
      cancel();
      current = new AbortController();
      const { signal } = current;
      const result = await callServer({ path, schema, signal });
      if (signal.aborted) return;
      setKnown((before) => afterAsking(before, result));
      if (until === 'shown' || !result.ok) cancel = browserClock.after(periodMs, () => void ask());
    };
    askNow.current = () => void ask();
    void ask();
    return () => {
      askNow.current = () => {};
      current.abort();
      cancel();
    };
  }, [path, schema, periodMs, until]);
  const refresh = useCallback(() => askNow.current(), []);
  return { ...known, refresh };
}
