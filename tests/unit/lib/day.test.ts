import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayStart,
  HALF_HOUR_MS,
  halfHourStart,
  isTimeZone,
  nextDayStart,
  zoneOffsetMs,
} from '../../../lib/day';

const HOUR = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Pacific/Apia',
];

describe('days', () => {
  it.each([
    ['UTC', '2026-11-20T09:10:00Z', '2026-11-20T00:00:00Z', 48],
    ['Europe/Berlin', '2026-11-20T23:30:00Z', '2026-11-20T23:00:00Z', 48],
    ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', 46],
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', 50],
    ['Asia/Kolkata', '2026-11-20T00:00:00Z', '2026-11-19T18:30:00Z', 48],
    ['Asia/Kathmandu', '2026-11-20T18:14:59Z', '2026-11-19T18:15:00Z', 48],
    ['Asia/Kathmandu', '2026-11-20T18:15:00Z', '2026-11-20T18:15:00Z', 48],
    ['Pacific/Chatham', '2026-04-04T16:00:00Z', '2026-04-04T10:15:00Z', 50],
    ['Australia/Lord_Howe', '2026-04-04T20:00:00Z', '2026-04-04T13:00:00Z', 49],
    // Midnight does not exist: the clocks go from 24:00 to 01:00.
    ['America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00Z', 46],
  ])('KPI-8 in %s the day that holds %s starts at %s and has %s half hours', (zone, at, start, halfHours) => {
    const moment = Date.parse(at);
    expect(new Date(dayStart(moment, zone)).toISOString()).toBe(new Date(start).toISOString());
    expect((nextDayStart(moment, zone) - dayStart(moment, zone)) / HALF_HOUR_MS).toBe(halfHours);
  });

  it('KPI-8 a day holds its moments, starts on its own date, and ends where the next begins', () => {
    const moment = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...ZONES), (at, zone) => {
        const start = dayStart(at, zone);
        const end = nextDayStart(at, zone);
        expect(start).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        expect(dayStart(start, zone)).toBe(start);
        expect(dayStart(end - 1, zone)).toBe(start);
        expect(dayStart(end, zone)).toBe(end);
        expect(end - start).toBeGreaterThanOrEqual(23 * HOUR);
        expect(end - start).toBeLessThanOrEqual(25 * HOUR);
      }),
    );
  });

  it('KPI-7 half hours start at :00 and :30 UTC in every zone', () => {
    expect(halfHourStart(Date.parse('2026-11-20T09:29:59.999Z'))).toBe(Date.parse('2026-11-20T09:00:00Z'));
    expect(halfHourStart(Date.parse('2026-11-20T09:30:00Z'))).toBe(Date.parse('2026-11-20T09:30:00Z'));
  });

  it('KPI-8 knows how far a zone is ahead, and which zones there are', () => {
    expect(zoneOffsetMs(Date.UTC(2026, 10, 20), 'Asia/Kathmandu')).toBe(5.75 * HOUR);
    expect(zoneOffsetMs(Date.UTC(2026, 10, 20) + 999, 'America/New_York')).toBe(-5 * HOUR);
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
  });
});
