/**
 * One timer for all links: twice a second each says whether it has been silent for too long. It runs while there are
 * any. A time in which this process itself was not running (a long pause of the machine) is told, so that nobody is
 * held to have been silent while nobody listened.
 */
import type { Cancel, Clock } from '../../runtime/clock';

/** `now`: monotonic ms. `deafMs`: for so long nobody listened since the last time. Must not throw. */
export type Check = (now: number, deafMs: number) => void;

export interface HeartbeatSweep {
  add(check: Check): Cancel;
}

export const SWEEP_MS = 500;

export function createHeartbeatSweep(clock: Clock): HeartbeatSweep {
  const checks = new Set<Check>();
  let cancel: Cancel | null = null;
  let sweptAt = 0;

  function sweep(): void {
    const now = clock.monotonicNow();
    const lateMs = now - sweptAt - SWEEP_MS;
    sweptAt = now;
    // A timer is always a little late.
    const deafMs = lateMs > SWEEP_MS ? lateMs : 0;
    for (const check of checks) check(now, deafMs);
  }

  return {
    add(check) {
      // The same function may be added twice.
      const own: Check = (now, deafMs) => check(now, deafMs);
      checks.add(own);
      if (cancel === null) {
        sweptAt = clock.monotonicNow();
        cancel = clock.every(SWEEP_MS, sweep);
      }
      return () => {
        checks.delete(own);
        if (checks.size > 0) return;
        cancel?.();
        cancel = null;
      };
    },
  };
}
