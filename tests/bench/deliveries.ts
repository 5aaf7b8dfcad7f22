/**
 * One measurement of deliveries: a fresh server process, a fresh load generator, so many ticks. The rate is the same
 * for any number of screens (40,000 deliveries a second), far below what either process can do.
 */
import { answer, end, start } from './children';
import type { MeasureRequest, ScreensReport, TargetKind, TargetReport } from './delivery-messages';

const DELIVERIES_A_SECOND = 40_000;
const DELIVERIES = 80_000;
const IDLE_MS = 1_500;
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
