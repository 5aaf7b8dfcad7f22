/**
 * Windows of one metric for the record: of fixed length, aligned to the session's start, from their first moment up to
 * and without their last. A window closes when its time is over, told by a tick or by a later sample; one without
 * samples is not made up. What comes late counts within the window that is open; later than that it is left out, so
 * that a window that was told never changes. Deterministic: it knows no clock, times are epoch ms.
 */
import type { MetricKey, MetricWindow } from '../../../lib/contracts/diagnostics';
import { meanOf, type Tally, tallied } from './tally';

export const WINDOW_MS = 5_000;
/** Of the metrics that are critical. */
export const CRITICAL_WINDOW_MS = 2_000;

export interface RecordWindows {
  /** The window that this sample closes, where it is after it. */
  take(value: number, at: number): MetricWindow | null;
  /** The open window, where its time is over. */
  tick(now: number): MetricWindow | null;
  /** The open window as it is: nothing more comes. */
  end(now: number): MetricWindow | null;
  /** Samples that came too late for their window. */
  readonly lateCount: number;
}

interface Open {
  readonly from: number;
  readonly to: number;
  tally: Tally;
}

export function createRecordWindows(metric: MetricKey, lengthMs: number, startedAt: number): RecordWindows {
  let open: Open | null = null;
  let lateCount = 0;
  /** Before it all has been told. */
  let toldUntil = Number.NEGATIVE_INFINITY;

  function close(to: number): MetricWindow | null {
    if (open === null) return null;
    const { from, tally } = open;
    open = null;
    toldUntil = to;
    return { metric, from, to, min: tally.min, max: tally.max, avg: meanOf(tally), count: tally.count };
  }

  function tick(now: number): MetricWindow | null {
    if (open === null) return null;
    if (now >= open.to || isSetBack(open.from, now)) return close(open.to);
    return null;
  }

  /** The wall clock was put back: waiting for it to catch up could take hours. */
  function isSetBack(from: number, now: number): boolean {
    return now < from - lengthMs;
  }

  return {
    take(value, at) {
      const closed = tick(at);
      if (isSetBack(toldUntil, at)) toldUntil = Number.NEGATIVE_INFINITY;
      const from = startedAt + Math.floor((at - startedAt) / lengthMs) * lengthMs;
      if (open !== null && at >= open.from) open.tally = tallied(open.tally, value);
      else if (open !== null || from < toldUntil) lateCount += 1;
      else open = { from, to: from + lengthMs, tally: tallied(null, value) };
      return closed;
    },
    tick,
    end(now) {
      if (open === null) return null;
      return close(now > open.from && now < open.to ? now : open.to);
    },
    get lateCount() {
      return lateCount;
    },
  };
}
