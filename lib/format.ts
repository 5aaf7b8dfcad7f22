/**
 * How figures are written: counts in full, waits as m:ss up to 59:59 and then h:mm, ratios as percent. A figure
 * that is not known is a dash, never 0 and never NaN. Pure: the locale and the zone are arguments.
 */
import { isSameDay } from './day';

/** The digits and the unit apart, because the unit is drawn smaller. `unit` is '' where the digits say it all. */
export interface FormattedFigure {
  readonly text: string;
  readonly unit: '' | '%' | 'h' | 's';
}

export const DASH = '–';
const NOTHING: FormattedFigure = { text: DASH, unit: '' };

const numberFormats = new Map<string, Intl.NumberFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${digits}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    numberFormats.set(key, format);
  }
  return format;
}

function known(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** A count with its thousands: 12,345, never 12.3k. */
export function formatCount(value: number | null, locale: string): FormattedFigure {
  return known(value) ? { text: numberFormat(locale, 0).format(value), unit: '' } : NOTHING;
}

/** `down`: what has passed for sure, for a running wait. `nearest`: for averages. */
export type SecondRounding = 'down' | 'nearest';

/** Ms as m:ss up to 59:59, then h:mm with the unit h. Under 0 is written as 0:00. */
export function formatDuration(ms: number | null, rounding: SecondRounding): FormattedFigure {
  if (!known(ms)) return NOTHING;
  const exact = Math.max(0, ms) / 1_000;
  const seconds = rounding === 'down' ? Math.floor(exact) : Math.round(exact);
  if (seconds < 3_600) return { text: `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}`, unit: '' };
  const minutes = Math.floor(seconds / 60);
  return { text: `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}`, unit: 'h' };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A ratio as percent with a fixed number of decimals. */
export function formatPercent(ratio: number | null, locale: string, digits: number): FormattedFigure {
  return known(ratio) ? { text: numberFormat(locale, digits).format(ratio * 100), unit: '%' } : NOTHING;
}

/** A level that a ratio must reach (`atLeast`) or must not pass (`atMost`). */
export interface Mark {
  readonly level: number;
  readonly sense: 'atLeast' | 'atMost';
}

/**
 * A ratio as percent for reading at a glance: whole from 10 % on, else one decimal. One decimal also where the
 * whole number would say 0, 100 or that the mark is kept although it is not: 79.6 is not "80 of 80".
 */
export function formatGlancePercent(
  ratio: number | null,
  locale: string,
  mark: Mark | null = null,
): FormattedFigure {
  if (!known(ratio)) return NOTHING;
  const rounded = Math.round(ratio * 100) / 100;
  const misleads =
    (rounded === 0 && ratio > 0) || (rounded === 1 && ratio < 1) || seemsKept(rounded, ratio, mark);
  const small = ratio > 0 && ratio < 0.0995;
  return formatPercent(ratio, locale, small || misleads ? 1 : 0);
}

function seemsKept(rounded: number, ratio: number, mark: Mark | null): boolean {
  if (mark === null || rounded !== Math.round(mark.level * 100) / 100) return false;
  return mark.sense === 'atLeast' ? ratio < mark.level : ratio > mark.level;
}

/** Ms as seconds with decimals, for exact tables: 208.96. */
export function formatSeconds(ms: number | null, locale: string, digits: number): FormattedFigure {
  return known(ms) ? { text: numberFormat(locale, digits).format(ms / 1_000), unit: 's' } : NOTHING;
}

export interface ClockZone {
  readonly locale: string;
  readonly timeZone: string;
  /** The moment at which it is read: of another day the clock says which. Absent: only the clock. */
  readonly now?: number;
}

/** A moment as the clock of a zone shows it: `minute` 09:41, `second` 09:41:07, of another day 20 Nov, 09:41. */
export function formatClock(
  at: number | null,
  zone: ClockZone,
  precision: 'minute' | 'second' = 'minute',
): string {
  if (!known(at)) return DASH;
  const isOther = known(zone.now ?? null) && !isSameDay(at, zone.now ?? at, zone.timeZone);
  return clockFormat(zone, isOther, precision).format(at);
}

function clockFormat(
  { locale, timeZone }: ClockZone,
  withDay: boolean,
  precision: 'minute' | 'second',
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${withDay} ${precision}`;
  let format = timeFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      timeZone,
      ...(withDay ? { day: 'numeric', month: 'short' } : {}),
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      ...(precision === 'second' ? { second: '2-digit' } : {}),
    });
    timeFormats.set(key, format);
  }
  return format;
}

/** A name in at most `length` characters, cut at a word where that keeps most of it, and marked as cut. */
export function shorten(name: string, length: number): string {
  const characters = [...name];
  if (characters.length <= length) return name;
  const head = characters.slice(0, Math.max(1, length - 1)).join('');
  const space = head.lastIndexOf(' ');
  const cut = space >= head.length * 0.6 ? head.slice(0, space) : head;
  return `${cut.replace(/[\s,.;:–-]+$/u, '')}…`;
}
