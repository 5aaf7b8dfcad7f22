'use client';
/**
 * A polled answer that the next page begins with, so that what stands on every page does not come and go. In this
 * page's memory only, and for addresses of the code's own: who is signed in and the list of boards. Never for figures.
 */
import { useEffect } from 'react';
import type { z } from 'zod';
import { isBarred } from './fetch-json';
import { usePolled } from './use-polled';

const remembered = new Map<string, unknown>();

/** `null`: never answered since this browser loaded a page. `path` always with the same schema. */
export function useRemembered<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  periodMs: number,
): z.output<Schema> | null {
  const { answer, failure } = usePolled(path, schema, periodMs);
  const isForgotten = failure !== null && isBarred(failure);
  useEffect(() => {
    if (isForgotten) remembered.delete(path);
    else if (answer !== null) remembered.set(path, answer);
  }, [path, answer, isForgotten]);
  if (answer !== null || isForgotten) return answer;
  // Kept under this path by this function: of the same schema.
  return (remembered.get(path) as z.output<Schema> | undefined) ?? null;
}
