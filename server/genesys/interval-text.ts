/**
 * Reads the platform's intervals, `start/end` in ISO 8601, on the hot path: the usual form by hand, the last half
 * hour from memory, everything else by Date.parse.
 */
import { HALF_HOUR_MS } from '../../lib/day';

export interface Interval {
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
}

export interface IntervalReader {
  /** `null` for a text that is no interval of length zero or of one whole half hour. */
  read(text: string): Interval | null;
}

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, and two of them with a slash between. */
const INSTANT_LENGTH = 24;
const INTERVAL_LENGTH = 2 * INSTANT_LENGTH + 1;
const ZERO = 48;
const COLON = 58;

export function createIntervalReader(): IntervalReader {
  let lastText = '';
  let last: Interval | null = null;
  /** The last date as a number like 20241230, and its midnight. */
  let lastDate = 0;
  let lastMidnight = 0;

  function midnightOf(text: string, from: number): number {
    const date = digits(text, from, 4) * 10_000 + digits(text, from + 5, 2) * 100 + digits(text, from + 8, 2);
    if (date === lastDate) return lastMidnight;
    const at = Date.parse(`${text.slice(from, from + 10)}T00:00:00.000Z`);
    if (Number.isNaN(at)) return at;
    lastDate = date;
    lastMidnight = at;
    return at;
  }

  function instant(text: string, from: number): number {
    if (!isUsual(text, from)) return Number.NaN;
    const hour = digits(text, from + 11, 2);
    const minute = digits(text, from + 14, 2);
    const second = digits(text, from + 17, 2);
    if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
    const ms = ((hour * 60 + minute) * 60 + second) * 1_000 + digits(text, from + 20, 3);
    return midnightOf(text, from) + ms;
  }

  function parse(text: string): Interval | null {
    if (text.length === INTERVAL_LENGTH && text.charCodeAt(INSTANT_LENGTH) === 47) {
      const start = instant(text, 0);
      return checked(start, isTwice(text) ? start : instant(text, INSTANT_LENGTH + 1));
    }
    const slash = text.indexOf('/');
    if (slash === -1) return null;
    return checked(Date.parse(text.slice(0, slash)), Date.parse(text.slice(slash + 1)));
  }

  return {
    read(text) {
      if (text === lastText) return last;
      const interval = parse(text);
      if (interval !== null && interval.start !== interval.end) {
        lastText = text;
        last = interval;
      }
      return interval;
    },
  };
}

function checked(start: number, end: number): Interval | null {
  // Not true of NaN either.
  if (start === end) return { start, end };
  return end - start === HALF_HOUR_MS && start % HALF_HOUR_MS === 0 ? { start, end } : null;
}

/** `x/x`, compared from the end, where instants differ. */
function isTwice(text: string): boolean {
  for (let i = INSTANT_LENGTH - 1; i >= 0; i--) {
    if (text.charCodeAt(i) !== text.charCodeAt(i + INSTANT_LENGTH + 1)) return false;
  }
  return true;
}

/** The number that `count` digits make; NaN where one of them is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether the marks between the digits are where they should be. */
function isUsual(text: string, from: number): boolean {
  return (
    text.charCodeAt(from + 4) === 45 &&
    text.charCodeAt(from + 7) === 45 &&
    text.charCodeAt(from + 10) === 84 &&
    text.charCodeAt(from + 13) === COLON &&
    text.charCodeAt(from + 16) === COLON &&
    text.charCodeAt(from + 19) === 46 &&
    text.charCodeAt(from + 23) === 90
  );
}
