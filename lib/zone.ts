/** Clocks of two zones beside each other: whether they show the same, and by which name they are told apart. Pure. */
import { zoneOffsetMs } from './day';

/** Whether both show the same hour at that moment; a name that is no zone is like no other. */
export function showSameClock(a: string, b: string, at: number): boolean {
  if (a === b) return true;
  try {
    return zoneOffsetMs(at, a) === zoneOffsetMs(at, b);
  } catch {
    // RangeError: one of them is no zone here.
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** As it is written beside a clock, short: MEZ, EST, GMT+5:45. The zone's own name where this machine knows no other. */
export function zoneName(timeZone: string, at: number, locale: string): string {
  const key = `${locale} ${timeZone}`;
  let format = formats.get(key);
  try {
    format ??= new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
  } catch {
    // RangeError: as above.
    return timeZone;
  }
  formats.set(key, format);
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
