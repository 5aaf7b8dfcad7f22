/** Moments and ages in words, for pages at the desk. Pure: time, locale and zone are arguments. */
import { isMoment } from '../../lib/day';
import { DASH } from '../../lib/format';

/** Under `age` in the catalogue. */
export interface Age {
  readonly key: 'now' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, whole units rounded down. A moment that seems to come is now: the clocks differ by a little. */
export function ageOf(at: number, now: number): Age {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE_MS) return { key: 'now', count: 0 };
  if (ms < HOUR_MS) return { key: 'minutes', count: Math.floor(ms / MINUTE_MS) };
  if (ms < DAY_MS) return { key: 'hours', count: Math.floor(ms / HOUR_MS) };
  return { key: 'days', count: Math.floor(ms / DAY_MS) };
}

/** For `datetime`; `undefined` where it is no moment. */
export function isoMoment(at: number): string | undefined {
  return isMoment(at) ? new Date(at).toISOString() : undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export interface MomentStyle {
  readonly locale: string;
  readonly timeZone: string;
  /** `clock`: without the day. */
  readonly precision: 'clock' | 'minute' | 'second';
}

/**
 * Date and time as the locale writes them: 21 Nov 2026, 08:05; 21. Nov. 2026, 08:05; Nov 21, 2026, 8:05 AM; with seconds
 * where the order of things counts. A dash where it is no moment.
 */
export function formatMoment(at: number, { locale, timeZone, precision }: MomentStyle): string {
  if (!isMoment(at)) return DASH;
  const key = `${locale} ${timeZone} ${precision}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      timeZone,
      ...(precision === 'clock' ? {} : { day: 'numeric', month: 'short', year: 'numeric' }),
      // A wall has no room for AM and PM, and a clock of 24 hours; a list at the desk has, where people count so.
      ...(locale === 'en-US' ? { hour: 'numeric' } : { hourCycle: 'h23', hour: '2-digit' }),
      minute: '2-digit',
      ...(precision === 'second' ? { second: '2-digit' } : {}),
    });
    formats.set(key, format);
  }
  return format.format(at);
}
