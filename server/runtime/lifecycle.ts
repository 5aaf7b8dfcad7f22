/**
 * What was started is stopped in reverse order; every step runs, even where one throws or hangs past its bound. All of
 * them together have a bound too, so that whoever supervises the process need not kill it: steps that come after it are
 * begun and not waited for.
 */
import type { Clock } from './clock';
import { messageOf } from './errors';
import type { Log } from './log';

export type Stop = () => void | Promise<void>;

export interface Lifecycle {
  /** Registers how to stop what was just started. `limitMs`: absent: as long as any step may take. */
  onStop(name: string, stop: Stop, limitMs?: number): void;
  /** Stops all, last first. Later calls give the same promise. */
  stop(): Promise<void>;
}

export interface LifecycleBounds {
  readonly stepMs: number;
  readonly allMs: number;
}

/** Two seconds less than the 20 that are promised: what is begun last still has a moment. */
const BOUNDS: LifecycleBounds = { stepMs: 5_000, allMs: 18_000 };

export function createLifecycle(clock: Clock, log: Log, bounds: LifecycleBounds = BOUNDS): Lifecycle {
  const steps: { name: string; stop: Stop; mostMs: number }[] = [];
  let stopping: Promise<void> | null = null;
  async function stopAll(): Promise<void> {
    const end = clock.monotonicNow() + bounds.allMs;
    for (const step of steps.reverse()) {
      const limitMs = Math.max(0, Math.min(step.mostMs, end - clock.monotonicNow()));
      try {
        await within(clock, limitMs, step.stop);
      } catch (thrown) {
        log.error('stopping failed', { step: step.name, reason: messageOf(thrown) });
      }
    }
  }
  return {
    onStop: (name, stop, limitMs = bounds.stepMs) => void steps.push({ name, stop, mostMs: limitMs }),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

async function within(clock: Clock, limitMs: number, stop: Stop): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => reject(new Error(`not done after ${Math.round(limitMs)} ms`)));
  });
  try {
    await Promise.race([Promise.resolve().then(stop), limit]);
  } finally {
    cancel();
  }
}
