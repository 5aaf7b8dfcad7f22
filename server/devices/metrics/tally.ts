/** Smallest, largest and mean of samples, as they come. */
export interface Tally {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
}

/** `null`: it is the first. */
export function tallied(tally: Tally | null, value: number): Tally {
  if (tally === null) return { min: value, max: value, sum: value, count: 1 };
  const { min, max, sum, count } = tally;
  return { min: Math.min(min, value), max: Math.max(max, value), sum: sum + value, count: count + 1 };
}

/** Never outside of smallest and largest, whatever adding up fractions made of it. */
export function meanOf({ min, max, sum, count }: Tally): number {
  return Math.min(max, Math.max(min, sum / count));
}
