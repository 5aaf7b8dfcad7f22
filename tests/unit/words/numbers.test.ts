/** Numbers, shares, moments and zones as readers of each country write them. */
import { describe, expect, it } from 'vitest';
import { formatMoment } from '../../../components/access/moments';
import { ageWords } from '../../../components/device/widget/widget-view';
import { LOCALES } from '../../../lib/contracts/locale';
import {
  formatClock,
  formatCount,
  formatDuration,
  formatGlancePercent,
  formatPercent,
  formatSeconds,
} from '../../../lib/format';
import { showSameClock, zoneName } from '../../../lib/zone';
import de from '../../../messages/de.json';

const AT = Date.UTC(2026, 10, 21, 13, 3, 7);
const BERLIN = 'Europe/Berlin';

describe('numbers', () => {
  it('UI-237 are written in German with points and commas', () => {
    expect(formatCount(1_234, 'de').text).toBe('1.234');
    expect(formatCount(1_234_567, 'de-AT').text).toMatch(/^1[\u00a0.]234[\u00a0.]567$/);
    expect(formatPercent(0.815, 'de', 1)).toEqual({ text: '81,5', unit: '%' });
    expect(formatGlancePercent(0.0449, 'de').text).toBe('4,5');
    expect(formatSeconds(208_960, 'de', 2).text).toBe('208,96');
    expect(formatCount(1_234, 'de-CH').text).toMatch(/^1[’']234$/);
  });

  it.each(LOCALES)('UI-237 of time have no words in %s', (locale) => {
    expect(formatDuration(252_000, 'down').text).toBe('4:12');
    expect(formatClock(AT, { locale, timeZone: BERLIN })).toBe('14:03');
    expect(formatClock(AT, { locale, timeZone: BERLIN }, 'second')).toBe('14:03:07');
    expect(formatClock(Date.UTC(2026, 10, 20, 23), { locale, timeZone: BERLIN })).toBe('00:00');
  });
});

describe('moments', () => {
  it.each([
    ['de', '21. Nov. 2026, 14:03', '14:03'],
    ['de-AT', '21. Nov. 2026, 14:03', '14:03'],
    ['en-GB', '21 Nov 2026, 14:03', '14:03'],
    ['en', 'Nov 21, 2026, 14:03', '14:03'],
    ['en-US', 'Nov 21, 2026, 2:03 PM', '2:03 PM'],
  ])('UI-237 in %s are %s', (locale, whole, clock) => {
    const style = { locale, timeZone: BERLIN };
    expect(plain(formatMoment(AT, { ...style, precision: 'minute' }))).toBe(whole);
    expect(plain(formatMoment(AT, { ...style, precision: 'clock' }))).toBe(clock);
  });

  it('UI-237 and ages in the widget are said in German', () => {
    const tongue = { words: de.widget, locale: 'de', timeZone: BERLIN };
    expect(ageWords(AT - 180_000, AT, tongue)).toBe('vor 3 Minuten');
    expect(ageWords(AT - 1_000, AT, tongue)).toBe('gerade eben');
  });
});

describe('zones', () => {
  it.each([
    [BERLIN, 'Europe/Vienna', true],
    [BERLIN, 'Europe/Dublin', false],
    ['UTC', 'Europe/Dublin', true],
    ['Asia/Kathmandu', 'Asia/Kolkata', false],
    ['UTC', 'Nowhere/Land', false],
    ['Nowhere/Land', 'Nowhere/Land', true],
  ])('UI-238 clocks of %s and %s show the same: %s', (a, b, isSame) => {
    expect(showSameClock(a, b, AT)).toBe(isSame);
    expect(showSameClock(b, a, AT)).toBe(isSame);
  });

  it('UI-238 differ only while they do: in summer Dublin is not UTC', () => {
    expect(showSameClock('UTC', 'Europe/Dublin', Date.UTC(2026, 6, 1))).toBe(false);
  });

  it.each([
    ['de', BERLIN, 'MEZ'],
    ['en-GB', BERLIN, 'CET'],
    ['en-US', 'America/New_York', 'EST'],
    ['de', 'Asia/Kathmandu', 'GMT+5:45'],
    ['en', 'UTC', 'UTC'],
    ['en', 'Nowhere/Land', 'Nowhere/Land'],
  ])('UI-238 in %s %s is %s', (locale, timeZone, name) => {
    expect(zoneName(timeZone, AT, locale)).toBe(name);
  });
});

/** The machine's data may write narrow spaces, which are no other words. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ');
}
