/** Whether a moment lies in a span of the day by the board's clock, also past midnight and over a change of the clocks. Pure. */
import type { DaySpan } from '../../lib/contracts/board';
import { zoneOffsetMs } from '../../lib/day';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** 1 January 1970 was a Thursday; Monday is 1. */
const THURSDAY = 4;

/** `to` itself is no longer in it; a span that ends when it begins lasts a day. */
export function isWithinSpan(span: DaySpan, at: number, timeZone: string): boolean {
  const localMinutes = Math.floor((at + zoneOffsetMs(at, timeZone)) / MINUTE_MS);
  const day = Math.floor(localMinutes / DAY_MINUTES);
  const minute = localMinutes - day * DAY_MINUTES;
  const [from, to] = [minutesOf(span.from), minutesOf(span.to)];
  if (from < to) return minute >= from && minute < to && beginsOn(span, day);
  return (minute >= from && beginsOn(span, day)) || (minute < to && beginsOn(span, day - 1));
}

export function isWithinAny(spans: readonly DaySpan[], at: number, timeZone: string): boolean {
  return spans.some((span) => isWithinSpan(span, at, timeZone));
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** `day`: days since 1970. */
function beginsOn({ days }: DaySpan, day: number): boolean {
  const weekday = ((((day + THURSDAY - 1) % 7) + 7) % 7) + 1;
  return days === undefined || days.includes(weekday);
}
