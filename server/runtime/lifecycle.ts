/**
 * What was started is stopped in reverse order; every step runs, even where one throws or hangs past its bound.
 */
import type { Clock } from './clock';
import { messageOf } from './errors';
import type { Log } from './log';

export type Stop = () => void | Promise<void>;

export interface Lifecycle {
  /** Registers how to stop what was just started. */
  onStop(name: string, stop: Stop): void;
  /** Stops all, last first. Later calls give the same promise. */
  stop(): Promise<void>;
}

export function createLifecycle(clock: Clock, log: Log, stepTimeoutMs = 5_000): Lifecycle {
  const steps: { name: string; stop: Stop }[] = [];
  let stopping: Promise<void> | null = null;
  async function stopAll(): Promise<void> {
    for (const step of steps.reverse()) {
      try {
        await within(clock, stepTimeoutMs, step.stop);
      } catch (thrown) {
        log.error('stopping failed', { step: step.name, reason: messageOf(thrown) });
      }
    }
  }
  return {
    onStop: (name, stop) => void steps.push({ name, stop }),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

async function within(clock: Clock, limitMs: number, stop: Stop): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => reject(new Error(`not done after ${limitMs} ms`)));
  });
  try {
    await Promise.race([Promise.resolve().then(stop), limit]);
  } finally {
    cancel();
  }
}
