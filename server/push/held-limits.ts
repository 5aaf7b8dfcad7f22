/** The limits in force, read once for all rooms that ask within a moment: there are some for each of 20,000 queues. */
import type { Limit } from '../../lib/contracts/push';
import type { Clock } from '../runtime/clock';
import type { Shown } from './shown';

const HELD_MS = 100;

export interface HeldLimits {
  limits(): readonly Limit[];
  /** They may be others: the next who asks gets those of then. */
  forget(): void;
}

export function createHeldLimits(read: () => readonly Limit[], clock: Clock): HeldLimits {
  let held: { readonly limits: readonly Limit[]; readonly at: number } | null = null;
  return {
    limits() {
      const now = clock.monotonicNow();
      if (held === null || now - held.at >= HELD_MS) held = { limits: read(), at: now };
      return held.limits;
    },
    forget() {
      held = null;
    },
  };
}

/** Those that are printed on a board. */
export function printedLimits(limits: readonly Limit[], shown: Shown): Limit[] {
  return limits.filter(({ subject }) => subject === null || shown.subjects.has(subject));
}
