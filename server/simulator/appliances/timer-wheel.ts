/**
 * Many timers for the price of one: what is due is done on a common tick, at most one tick late. Hundreds of appliances
 * at 10 Hz hang on it. The clock's timer runs only while something is planned.
 */
import type { Cancel, Clock } from '../../runtime/clock';

export interface TimerWheel {
  after(delayMs: number, run: () => void): Cancel;
  /** First after `firstMs`, then every so many ms; ticks that were missed are not made up for. */
  every(periodMs: number, run: () => void, firstMs?: number): Cancel;
  /** What is still planned. */
  readonly size: number;
  stop(): void;
}

interface Entry {
  run: (() => void) | null;
}

const TICK_MS = 20;

export function createTimerWheel(clock: Clock, tickMs = TICK_MS): TimerWheel {
  const slots = new Map<number, Entry[]>();
  let size = 0;
  let turned = 0;
  let stopTimer: Cancel | null = null;
  const tickNow = () => Math.floor(clock.monotonicNow() / tickMs);

  function put(tick: number, entry: Entry): void {
    if (stopTimer === null) {
      turned = tickNow();
      stopTimer = clock.every(tickMs, turn);
    }
    const due = Math.max(tick, turned + 1);
    const slot = slots.get(due);
    if (slot === undefined) slots.set(due, [entry]);
    else slot.push(entry);
    size += 1;
  }
  function turn(): void {
    const now = tickNow();
    while (turned < now && size > 0) {
      turned += 1;
      const slot = slots.get(turned);
      if (slot === undefined) continue;
      slots.delete(turned);
      size -= slot.length;
      for (const entry of slot) entry.run?.();
    }
    turned = now;
    if (size > 0) return;
    stopTimer?.();
    stopTimer = null;
  }
  const cancelOf = (entry: Entry): Cancel => {
    return () => {
      entry.run = null;
    };
  };
  const dueIn = (delayMs: number) => Math.ceil((clock.monotonicNow() + delayMs) / tickMs);
  return {
    after(delayMs, run) {
      const entry: Entry = { run };
      put(dueIn(delayMs), entry);
      return cancelOf(entry);
    },
    every(periodMs, run, firstMs = periodMs) {
      const period = Math.max(1, Math.round(periodMs / tickMs));
      let due = dueIn(firstMs);
      const entry: Entry = {
        run() {
          const behind = Math.max(0, tickNow() - due);
          due += period * (1 + Math.floor(behind / period));
          put(due, entry);
          run();
        },
      };
      put(due, entry);
      return cancelOf(entry);
    },
    get size() {
      return size;
    },
    stop() {
      stopTimer?.();
      stopTimer = null;
      slots.clear();
      size = 0;
    },
  };
}
