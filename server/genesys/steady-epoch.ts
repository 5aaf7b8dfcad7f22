/**
 * Epoch ms that never run backwards, pure. The order of observations rests on their stamps: a wall clock that is
 * set back an hour must not make the next hour's figures look old. Ahead of the wall clock (after such a jump) the
 * steady one runs at half speed until the wall has caught up; behind it, it follows at once.
 */
export interface SteadyEpoch {
  /** Epoch ms. */
  readonly at: number;
  readonly monotonicAt: number;
}

export function steadyEpoch(wallNow: number, monotonicNow: number): SteadyEpoch {
  return { at: wallNow, monotonicAt: monotonicNow };
}

export function advanced(steady: SteadyEpoch, wallNow: number, monotonicNow: number): SteadyEpoch {
  const elapsedMs = Math.max(0, monotonicNow - steady.monotonicAt);
  return { at: Math.max(wallNow, steady.at + elapsedMs / 2), monotonicAt: monotonicNow };
}
