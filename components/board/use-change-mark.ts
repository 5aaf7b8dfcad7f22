'use client';
/** Counts the changes of a value since it was first drawn, as the key of a mark that fades by itself. */
import { useState } from 'react';

export function useChangeMark(value: number | null, watch: boolean): number {
  const [seen, setSeen] = useState({ value, watch, count: 0 });
  if (seen.value === value && seen.watch === watch) return seen.count;
  // Coming back from a drop or from nothing is not a change of the figure.
  const counts = watch && seen.watch && value !== seen.value;
  setSeen({ value, watch, count: seen.count + (counts ? 1 : 0) });
  return seen.count;
}
