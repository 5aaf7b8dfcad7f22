/** How far a device's clock is off, in the largest whole unit. Pure. */
export interface Skew {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
  readonly isAhead: boolean;
}

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

export function skewOf(skewMs: number): Skew {
  const far = Math.abs(skewMs);
  const isAhead = skewMs > 0;
  for (const [unit, ms] of UNITS) if (far >= ms) return { unit, count: Math.floor(far / ms), isAhead };
  return { unit: 'seconds', count: Math.round(far / 1_000), isAhead };
}
