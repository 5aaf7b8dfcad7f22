import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TrendInput, trendShape } from '../../../../components/board/trend-shape';

const HALF_HOUR = 30 * 60_000;
const EIGHT = Date.UTC(2026, 10, 20, 7, 0, 0); // 08:00 in Berlin

function input(values: readonly (number | null)[], some: Partial<TrendInput> = {}): TrendInput {
  const points = values.map((value, n) => ({ trend: 't', at: EIGHT + n * HALF_HOUR, value }));
  return {
    points,
    unit: 'count',
    every: 'halfHour',
    timeZone: 'Europe/Berlin',
    mark: null,
    mostHours: 5,
    ...some,
  };
}

describe('a trend made ready', () => {
  it('UI-19 spans its half hours, with a round top and full hours of its zone', () => {
    const shape = trendShape(input([12, 40, null, 73, 55, 20]));
    expect(shape.domain).toEqual([EIGHT, EIGHT + 6 * HALF_HOUR]);
    expect(shape.hours).toEqual([EIGHT, EIGHT + 2 * HALF_HOUR, EIGHT + 4 * HALF_HOUR]);
    expect([shape.top, shape.levels]).toEqual([80, [40, 80]]);
    expect(shape.extremes).toEqual({ low: 12, high: 73, last: 20 });
    expect(shape.points[2]).toEqual({ at: EIGHT + 2 * HALF_HOUR, height: null });
  });

  it.each([
    ['ratio', [0.03, 0.04], null, 0.1],
    ['ratio', [0.03, 0.04], 0.12, 0.2],
    ['ratio', [0.9], null, 1],
    ['ms', [95_000], null, 120_000],
    ['ms', [20_000_000], null, 21_600_000],
    ['count', [0], null, 2],
    ['count', [1_234], null, 2_000],
  ] as const)('UI-19 of %s with %j and the mark %s reaches to %d', (unit, values, mark, top) => {
    expect(trendShape(input(values, { unit, mark })).top).toBe(top);
  });

  it('UI-19 draws a wait as long as it was, and nobody waiting as none', () => {
    const shape = trendShape(input([EIGHT - 60_000, null], { unit: 'epochMs' }));
    expect(shape.points.map((point) => point.height)).toEqual([60_000, 0]);
  });

  it('UI-19 counts hours in a zone that is a quarter of an hour off', () => {
    const shape = trendShape(input([1, 1, 1, 1], { timeZone: 'Asia/Kathmandu' }));
    expect(shape.hours).toEqual([0.5, 1.5, 2.5, 3.5].map((half) => EIGHT + half * HALF_HOUR));
  });

  it('UI-19 is empty without points, and without values', () => {
    expect(trendShape(input([]))).toMatchObject({ points: [], hours: [], extremes: null });
    expect(trendShape(input([null, null])).extremes).toBeNull();
  });

  it('UI-19 keeps every height under the top and the hours few', () => {
    const values = fc.array(fc.option(fc.nat(100_000)), { minLength: 1, maxLength: 48 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 9 }), (counts, mostHours) => {
        const shape = trendShape(input(counts, { mostHours }));
        for (const point of shape.points) expect(point.height ?? 0).toBeLessThanOrEqual(shape.top);
        expect(shape.hours.length).toBeLessThanOrEqual(mostHours + 1);
      }),
    );
  });
});
