import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '../../../lib/contracts/push';
import { HALF_HOUR_MS } from '../../../lib/day';
import { kpiIndex } from '../../../server/kpi/formulas';
import { addRow, type HalfHours } from '../../../server/kpi/half-hours';
import { changedPoints, halfHourPoints, MAX_MINUTES, withSample } from '../../../server/kpi/history';
import { applyAll, DAY, interval, NINE, sample } from './kpi-events';

const point = (at: number, value: number | null = 1): TrendPoint => ({ trend: 't', at, value });

describe('minutes', () => {
  it('KPI-28 keep the last four hours and take each minute once', () => {
    let points: readonly TrendPoint[] = [];
    for (let minute = 0; minute < MAX_MINUTES + 10; minute++)
      points = withSample(points, point(minute * 60_000));
    expect(points).toHaveLength(MAX_MINUTES);
    expect(points[0]?.at).toBe(10 * 60_000);
    expect(withSample(points, point(60_000))).toBe(points);
  });
});

describe('half hours', () => {
  const state = applyAll([
    interval(NINE, NINE, [sample('nOffered', 4), sample('tAnswered', { count: 2, sum: 30_000 })]),
    interval(NINE + HALF_HOUR_MS, NINE + HALF_HOUR_MS, [sample('nOffered', 6)]),
  ]);
  const sums: HalfHours = new Map();
  for (const row of state.media) addRow(sums, row, DAY);
  const trend = (kpi: 'offered' | 'asaMs', isDayKnown: boolean) =>
    halfHourPoints({
      trend: 't',
      kpi: kpiIndex(kpi),
      sums,
      dayStart: DAY,
      now: NINE + HALF_HOUR_MS + 5,
      target: Number.NaN,
      isDayKnown,
      options: { excludeShortAbandons: false },
    });

  it('KPI-29 give one point each from the day’s start to now', () => {
    const points = trend('offered', true);
    expect(points).toHaveLength(20);
    expect(points.map((p) => p.at)).toEqual(Array.from({ length: 20 }, (_, n) => DAY + n * HALF_HOUR_MS));
    expect(points.slice(-3).map((p) => p.value)).toEqual([0, 4, 6]);
  });

  it('KPI-29 have no value without a denominator, nor where REST has not told the day', () => {
    expect(
      trend('asaMs', true)
        .slice(-3)
        .map((p) => p.value),
    ).toEqual([null, 15_000, null]);
    expect(
      trend('offered', false)
        .slice(-3)
        .map((p) => p.value),
    ).toEqual([null, 4, 6]);
  });

  it('KPI-29 are announced where they are new or differ', () => {
    const announced = new Map([
      [1, 5],
      [2, null],
      [3, 7],
    ]);
    const points = [point(1, 5), point(2, 0), point(3, 8), point(4, null)];
    expect(changedPoints(announced, points)).toEqual(points.slice(1));
  });
});
