/**
 * Days and half hours. A day starts at midnight in an IANA zone (46, 48 or 50 half hours long); the platform's
 * half hours start at :00 and :30 UTC, so a zone with a 45-minute offset has one that straddles its midnight.
 * All results are epoch ms.
 */
export const HALF_HOUR_MS = 30 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export function halfHourStart(at: number): number {
  return Math.floor(at / HALF_HOUR_MS) * HALF_HOUR_MS;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Ms that the zone is ahead of UTC at that moment. Throws RangeError for a zone that does not exist. */
export function zoneOffsetMs(at: number, timeZone: string): number {
  const whole = Math.floor(at / 1_000) * 1_000;
  const part = new Map(
    formatIn(timeZone)
      .formatToParts(whole)
      .map((p) => [p.type, Number(p.value)]),
  );
  const get = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
  const local = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return local - whole;
}

/** The first moment of the local day that holds `at`, also where midnight itself does not exist. */
export function dayStart(at: number, timeZone: string): number {
  const localMidnight = Math.floor((at + zoneOffsetMs(at, timeZone)) / DAY_MS) * DAY_MS;
  return startOfLocalDay(localMidnight, timeZone);
}

/** The first moment of the next local day. */
export function nextDayStart(at: number, timeZone: string): number {
  const localMidnight = Math.floor((at + zoneOffsetMs(at, timeZone)) / DAY_MS) * DAY_MS;
  return startOfLocalDay(localMidnight + DAY_MS, timeZone);
}

/** `localMidnight` is the wall time 00:00 as if it were UTC. */
function startOfLocalDay(localMidnight: number, timeZone: string): number {
  // The offsets around that midnight: where the clocks go forward over it, the day starts at the change itself.
  const before = zoneOffsetMs(localMidnight - DAY_MS / 2, timeZone);
  const after = zoneOffsetMs(localMidnight + DAY_MS / 2, timeZone);
  const candidates = [localMidnight - before, localMidnight - after].sort((a, b) => a - b);
  for (const candidate of candidates) {
    if (candidate + zoneOffsetMs(candidate, timeZone) === localMidnight) return candidate;
  }
  return firstMomentFrom(localMidnight, Math.min(...candidates), Math.max(...candidates), timeZone);
}

/** Midnight is skipped: the first second whose local time is past it, found by bisection. */
function firstMomentFrom(localMidnight: number, low: number, high: number, timeZone: string): number {
  let [from, to] = [low - 1_000, high + 1_000];
  while (to - from > 1_000) {
    const middle = Math.floor((from + to) / 2_000) * 1_000;
    if (middle + zoneOffsetMs(middle, timeZone) >= localMidnight) to = middle;
    else from = middle;
  }
  return to;
}

const days = new Map<string, Intl.DateTimeFormat>();
/** The farthest from 1970 that a date can be (ECMA-262, 21.4.1.1). */
const FARTHEST_MS = 8.64e15;

/** Whether a date can be of it. */
export function isMoment(at: number): boolean {
  return Math.abs(at) <= FARTHEST_MS;
}

/** Whether both are of one day in that zone; what is no moment is of none. */
export function isSameDay(a: number, b: number, timeZone: string): boolean {
  if (!isMoment(a) || !isMoment(b)) return false;
  let day = days.get(timeZone);
  if (day === undefined) {
    day = new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short' });
    days.set(timeZone, day);
  }
  return day.format(a) === day.format(b);
}

/** Whether Intl knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatIn(name);
    return true;
  } catch {
    return false;
  }
}
