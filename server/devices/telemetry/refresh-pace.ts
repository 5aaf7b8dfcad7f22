/**
 * When a device that somebody watches is asked after again. Pure. Soon after a change, as one seldom comes alone;
 * slower the longer the cloud fails; never all at the same moment.
 */
import type { Telemetry } from '../../../lib/contracts/device';
import { type BackoffPolicy, backoffDelayMs } from '../../runtime/backoff';
import type { Random } from '../../runtime/random';

export interface Pace {
  /** In a row. */
  readonly failures: number;
  /** So many more times soon. */
  readonly quickLeft: number;
}

export const STEADY: Pace = { failures: 0, quickLeft: 0 };

const PERIOD_MS = 15_000;
const QUICK_MS = 5_000;
/** Half a minute. */
const QUICK_TIMES = 6;
/** Never sooner than without failures. */
const BACKOFF: BackoffPolicy = [15_000, 30_000, 60_000, 120_000];
/** A tenth to either side. */
const JITTER = 0.1;
const FAILURES: ReadonlySet<string> = new Set(['timeout', 'unavailable', 'unauthorised', 'bad-answer']);

export function paced(pace: Pace, before: Telemetry | null, now: Telemetry): Pace {
  if (isFailure(now)) return { failures: pace.failures + 1, quickLeft: 0 };
  if (before !== null && hasNews(before, now)) return { failures: 0, quickLeft: QUICK_TIMES };
  return { failures: 0, quickLeft: Math.max(0, pace.quickLeft - 1) };
}

export function delayMs({ failures, quickLeft }: Pace, random: Random): number {
  if (failures > 0) return backoffDelayMs(BACKOFF, failures - 1, random, PERIOD_MS);
  const period = quickLeft > 0 ? QUICK_MS : PERIOD_MS;
  return Math.round(period * (1 + JITTER * (2 * random() - 1)));
}

export function isFailure({ reason }: Telemetry): boolean {
  return reason !== null && FAILURES.has(reason.code);
}

/** For who watches: but for when it was said. */
export function isSame(a: Telemetry, b: Telemetry): boolean {
  return telemetryText(a) === telemetryText(b);
}

/** A device that is online is seen all the time: that alone is no news. */
function hasNews(before: Telemetry, now: Telemetry): boolean {
  return !isSame({ ...before, lastSeen: 0 }, { ...now, lastSeen: 0 });
}

/** All of it but when it was said, field by field: the order in which they were made does not matter. */
export function telemetryText(telemetry: Telemetry): string {
  const { deviceId, deviceStatus, battery, firmwareVersion, lastSeen, reason } = telemetry;
  return JSON.stringify([
    deviceId,
    deviceStatus,
    battery,
    firmwareVersion,
    lastSeen,
    reason?.code,
    reason?.message,
  ]);
}
