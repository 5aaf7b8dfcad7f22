/**
 * One measurement of deliveries: a fresh server process, a fresh load generator, so many ticks. The rate is the same
 * for any number of screens (40,000 deliveries a second), far below what either process can do.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MeasureRequest, ScreensReport, TargetKind, TargetReport } from './delivery-messages';

const DELIVERIES_A_SECOND = 40_000;
const DELIVERIES = 80_000;
const IDLE_MS = 1_500;
const ANSWER_WITHIN_MS = 60_000;
/** Above this share of a core the load generator is said to have been the limit. */
const LOAD_LIMIT = 0.85;

export interface DeliveryFigures {
  /** CPU of the server for one frame to one screen, µs. */
  readonly cpuPerDeliveryUs: number;
  /** With its heartbeats. */
  readonly grossCpuPerDeliveryUs: number;
  readonly deliveries: number;
  readonly received: number;
  readonly passedOver: number;
  readonly frameBytes: number;
  /** Why this run is not to be trusted; `null` where it is. */
  readonly doubt: string | null;
}

export async function measureDeliveries(kind: TargetKind, screensCount: number): Promise<DeliveryFigures> {
  const target = start('push-target.js', kind);
  try {
    const port = await answer<number>(target);
    const screens = start('screens.js', String(port), String(screensCount), kind);
    try {
      await answer<'connected'>(screens);
      screens.send('begin');
      const request: MeasureRequest = {
        ticks: Math.ceil(DELIVERIES / screensCount),
        intervalMs: (screensCount / DELIVERIES_A_SECOND) * 1_000,
        idleMs: IDLE_MS,
      };
      const measured = answer<TargetReport>(target);
      target.send(request);
      const report = await measured;
      const seen = answer<ScreensReport>(screens);
      screens.send('report');
      return figures(report, await seen);
    } finally {
      await end(screens);
    }
  } finally {
    await end(target);
  }
}

function figures(target: TargetReport, screens: ScreensReport): DeliveryFigures {
  const isLimited = screens.busyShare > LOAD_LIMIT;
  const share = Math.round(screens.busyShare * 100);
  return {
    cpuPerDeliveryUs: target.deliveryCpuUs / target.deliveries,
    grossCpuPerDeliveryUs: target.totalCpuUs / target.deliveries,
    deliveries: target.deliveries,
    received: screens.received,
    passedOver: target.passedOver,
    frameBytes: target.frameBytes,
    doubt: isLimited ? `the load generator was the limit (${share} % of a core)` : null,
  };
}

function start(file: string, ...args: string[]): ChildProcess {
  const execArgv = ['--expose-gc'];
  return fork(join(import.meta.dirname, file), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The child's next message. */
async function answer<T>(child: ChildProcess): Promise<T> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  // Each child says what its caller waits for: delivery-messages.ts.
  const said = once(child, 'message', { signal }).then(([message]) => message as T);
  died.catch(() => {});
  return Promise.race([said, died]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
