/** Runs soon after it was asked for, and not again before an interval has passed: in between all wishes are one. */
import type { Cancel, Clock } from '../runtime/clock';

export interface Paced {
  ask(): void;
  stop(): void;
}

export function createPaced(clock: Clock, intervalMs: number, run: () => void): Paced {
  let ranAt = Number.NEGATIVE_INFINITY;
  let scheduled: Cancel | null = null;
  function runNow(): void {
    scheduled = null;
    ranAt = clock.monotonicNow();
    run();
  }
  return {
    ask() {
      scheduled ??= clock.after(Math.max(0, ranAt + intervalMs - clock.monotonicNow()), runNow);
    },
    stop() {
      scheduled?.();
      scheduled = null;
    },
  };
}
