import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DASH,
  formatClock,
  formatCount,
  formatDuration,
  formatGlancePercent,
  formatPercent,
  formatSeconds,
  shorten,
} from '../../../lib/format';

describe('figures in words', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [12_345, '12,345'],
    [-3, '-3'],
    [1_234_567, '1,234,567'],
  ])('UI-1 writes the count %d as %s', (value, text) => {
    expect(formatCount(value, 'en')).toEqual({ text, unit: '' });
  });

  it('UI-1 writes numbers by locale', () => {
    expect(formatCount(12_345, 'de').text).toBe('12.345');
    expect(formatPercent(0.4769, 'de', 2)).toEqual({ text: '47,69', unit: '%' });
  });

  it.each([
    [0, 'down', '0:00', ''],
    [999, 'down', '0:00', ''],
    [999, 'nearest', '0:01', ''],
    [59_999, 'down', '0:59', ''],
    [59_999, 'nearest', '1:00', ''],
    [407_000, 'down', '6:47', ''],
    [3_599_999, 'down', '59:59', ''],
    [3_599_999, 'nearest', '1:00', 'h'],
    [3_600_000, 'down', '1:00', 'h'],
    [4_059_000, 'down', '1:07', 'h'],
    [360_000_000, 'down', '100:00', 'h'],
    [-5_000, 'down', '0:00', ''],
  ] as const)('UI-1 writes %d ms, rounded %s, as %s %s', (ms, rounding, text, unit) => {
    expect(formatDuration(ms, rounding)).toEqual({ text, unit });
  });

  it('UI-1 writes a dash for what is not known', () => {
    const unknown = [
      formatCount(null, 'en'),
      formatCount(Number.NaN, 'en'),
      formatDuration(null, 'down'),
      formatPercent(null, 'en', 1),
      formatGlancePercent(Number.POSITIVE_INFINITY, 'en'),
      formatSeconds(null, 'en', 2),
    ];
    expect(unknown).toEqual(unknown.map(() => ({ text: DASH, unit: '' })));
    expect(formatClock(null, { locale: 'en', timeZone: 'UTC' })).toBe(DASH);
  });

  it('UI-1 writes seconds and percent with the decimals asked for', () => {
    expect(formatSeconds(208_960, 'en', 2)).toEqual({ text: '208.96', unit: 's' });
    expect(formatPercent(0.4769, 'en', 2)).toEqual({ text: '47.69', unit: '%' });
    expect(formatPercent(0.1, 'en', 2).text).toBe('10.00');
  });

  it('UI-178 writes the day of a moment that is of another day than its reader’s, by the zone', () => {
    const friday = Date.UTC(2026, 10, 20, 16, 58, 7);
    const at = (now: number, locale = 'en', timeZone = 'UTC') =>
      formatClock(friday, { locale, timeZone, now });
    expect(at(Date.UTC(2026, 10, 20, 23, 59))).toBe('16:58');
    expect(at(Date.UTC(2026, 10, 23, 17, 1))).toBe('Nov 20, 16:58');
    expect(at(Date.UTC(2026, 10, 23, 17, 1), 'en-GB')).toBe('20 Nov, 16:58');
    expect(at(Date.UTC(2026, 10, 23, 17, 1), 'de')).toBe('20. Nov., 16:58');
    // In Auckland it is Saturday for both.
    expect(at(Date.UTC(2026, 10, 21, 9, 0), 'en-GB', 'Pacific/Auckland')).toBe('05:58');
    expect(at(Date.UTC(2027, 10, 20, 17, 0), 'en-GB')).toBe('20 Nov, 16:58');
    expect(
      formatClock(friday, { locale: 'en-GB', timeZone: 'UTC', now: Date.UTC(2026, 10, 23) }, 'second'),
    ).toBe('20 Nov, 16:58:07');
  });

  it('UI-1 writes a moment as the clock of its zone shows it', () => {
    const at = Date.UTC(2026, 10, 20, 8, 41, 7);
    expect(formatClock(at, { locale: 'en', timeZone: 'Europe/Berlin' })).toBe('09:41');
    expect(formatClock(at, { locale: 'en', timeZone: 'Asia/Kathmandu' }, 'second')).toBe('14:26:07');
    expect(formatClock(Date.UTC(2026, 0, 1), { locale: 'en', timeZone: 'UTC' })).toBe('00:00');
  });

  it.each([
    [0.784, null, '78'],
    [0.031, null, '3.1'],
    [0.0994, null, '9.9'],
    [0.0996, null, '10'],
    [0, null, '0'],
    [1, null, '100'],
    [0.9996, null, '100.0'],
    [0.996, null, '99.6'],
    [0.003, null, '0.3'],
    [0.796, { level: 0.8, sense: 'atLeast' }, '79.6'],
    [0.8, { level: 0.8, sense: 'atLeast' }, '80'],
    [0.804, { level: 0.8, sense: 'atLeast' }, '80'],
    [0.104, { level: 0.1, sense: 'atMost' }, '10.4'],
    [0.1, { level: 0.1, sense: 'atMost' }, '10'],
    [0.0999, { level: 0.1, sense: 'atMost' }, '10'],
  ] as const)('UI-2 writes %d beside the mark %j as %s', (ratio, mark, text) => {
    expect(formatGlancePercent(ratio, 'en', mark).text).toBe(text);
  });

  it('UI-2 holds for every ratio: within half a unit of what is written, and whole from 10 % on unless it misleads', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        const { text } = formatGlancePercent(ratio, 'en');
        expect(Math.abs(Number(text) - ratio * 100)).toBeLessThanOrEqual(0.5 + 1e-9);
        if (text === '100') expect(ratio).toBe(1);
        if (text === '0') expect(ratio).toBe(0);
      }),
    );
  });

  it.each([
    ['Washers', 10, 'Washers'],
    ['Washing machines', 16, 'Washing machines'],
    ['Washing machines', 10, 'Washing…'],
    ['Washing machines', 12, 'Washing…'],
    ['Donaudampfschifffahrt', 8, 'Donauda…'],
    ['Ünïcode', 3, 'Ün…'],
    ['👩‍🔧', 1, '👩…'],
  ])('UI-18 cuts %s to %d characters as %s', (name, length, text) => {
    expect(shorten(name, length)).toBe(text);
  });
});
