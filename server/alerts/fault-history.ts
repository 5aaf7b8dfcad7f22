/** What the watch for faults may believe of the time before it was started: a shorter history rather than a wrong one. */
import { AlertMinutes } from './alert-minutes';
import type { PlacedAlert } from './alerts';

export interface PastAlerts {
  readonly alerts: AlertMinutes;
  /** The first minute of which all stored alerts were read. */
  readonly begin: number;
  /** When the last of them was received, epoch ms; -Infinity: there are none. */
  readonly heardAt: number;
}

const MINUTE_MS = 60_000;
const MAX_PAST = 100_000;
/** A silence of everybody that is that long, and in which so many alerts are missing, is none: nobody listened. */
const LEAST_SILENCE_MINUTES = 10;
const MISSING = 15;

/** `pages`: the newest first. */
export async function readPast(
  pages: AsyncIterable<readonly PlacedAlert[]>,
  most = MAX_PAST,
): Promise<PastAlerts> {
  const alerts = new AlertMinutes();
  let heardAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  for await (const page of pages) {
    for (const placed of page) {
      const minute = Math.floor(placed.alert.raisedAt / MINUTE_MS);
      if (count >= most) {
        // Of the minute in which it ends only some were read.
        alerts.forgetBefore(minute + 1);
        return { alerts, begin: minute + 1, heardAt };
      }
      alerts.add(minute, placed);
      heardAt = Math.max(heardAt, placed.alert.receivedAt);
      count += 1;
    }
  }
  return { alerts, begin: Number.NEGATIVE_INFINITY, heardAt };
}

/** The minute from which on somebody listened all the time, up to `now` (the running minute). */
export function historyBegin(
  alerts: Pick<AlertMinutes, 'oldest' | 'total'>,
  from: number,
  now: number,
): number {
  const first = Math.max(from, alerts.oldest() ?? now);
  let sum = 0;
  for (let minute = first; minute < now; minute += 1) sum += alerts.total(minute);
  const mean = sum / Math.max(1, now - first);
  let silent = 0;
  for (let minute = now - 1; minute >= first; minute -= 1) {
    silent = alerts.total(minute) === 0 ? silent + 1 : 0;
    if (silent >= LEAST_SILENCE_MINUTES && silent * mean >= MISSING) return minute + silent;
  }
  return Math.min(first, now);
}
