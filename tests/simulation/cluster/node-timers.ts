/** The clock of one node in virtual time. While it is paused nothing of it happens; what is due happens when it wakes. */
import type { Cancel, Clock } from '../../../server/runtime/clock';
import type { Act, VirtualTime } from './virtual-time';

export interface NodeTimers extends Clock {
  readonly isRunning: boolean;
  /** At this node, after so long, or when it wakes. */
  run(delayMs: number, act: Act): Cancel;
  pause(): void;
  wake(): void;
  /** Nothing of it happens any more. */
  end(): void;
}

export function createNodeTimers(time: VirtualTime, wallOffsetMs: number): NodeTimers {
  let state: 'running' | 'paused' | 'ended' = 'running';
  const due: Act[] = [];

  function run(delayMs: number, act: Act): Cancel {
    let isCancelled = false;
    const own = () => {
      if (isCancelled || state === 'ended') return;
      if (state === 'paused') due.push(own);
      else act();
    };
    time.after(Math.max(0, delayMs), own);
    return () => {
      isCancelled = true;
    };
  }

  return {
    get isRunning() {
      return state === 'running';
    },
    run,
    now: () => time.now + wallOffsetMs,
    monotonicNow: () => time.now,
    after: run,
    every(periodMs, callback) {
      let cancel: Cancel = () => {};
      const again = () => {
        cancel = run(periodMs, () => {
          again();
          callback();
        });
      };
      again();
      return () => cancel();
    },
    pause() {
      if (state === 'running') state = 'paused';
    },
    wake() {
      if (state !== 'paused') return;
      state = 'running';
      for (const act of due.splice(0)) time.after(0, act);
    },
    end() {
      state = 'ended';
    },
  };
}
