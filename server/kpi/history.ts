/**
 * Trends, bounded. `minute`: a sample a whole minute, the last four hours, recorded while somebody watches; null
 * while stale. `halfHour`: one point a half hour of today, worked out from the intervals, so it survives restarts.
 */
import type { TrendPoint } from '../../lib/contracts/push';
import { halfHourFigures, noFigures } from './figures';
import { type FormulaOptions, kpiAt } from './formulas';
import { type HalfHours, halfHourStarts } from './half-hours';
import { EMPTY_INTERVAL } from './row-layout';

export const MAX_MINUTES = 240;
export const MINUTE_MS = 60_000;

/** The points with one more at the end; those past the bound drop out. */
export function withSample(points: readonly TrendPoint[], sample: TrendPoint): readonly TrendPoint[] {
  const last = points.at(-1);
  if (last !== undefined && last.at >= sample.at) return points;
  return [...points.slice(-(MAX_MINUTES - 1)), sample];
}

export interface HalfHourTrend {
  readonly trend: string;
  readonly kpi: number;
  readonly sums: HalfHours;
  readonly dayStart: number;
  readonly now: number;
  readonly target: number;
  /** Whether REST has told the day: only then is a half hour without data a half hour without work. */
  readonly isDayKnown: boolean;
  readonly options: FormulaOptions;
}

/** A point for each half hour of today up to now. */
export function halfHourPoints(given: HalfHourTrend): readonly TrendPoint[] {
  return halfHourStarts(given.dayStart, given.now).map((at) => {
    const sums = given.sums.get(at) ?? (given.isDayKnown ? EMPTY_INTERVAL : null);
    const figures = sums === null ? noFigures() : halfHourFigures(sums, given.target);
    const value = kpiAt(given.kpi, figures, given.options);
    return { trend: given.trend, at, value: Number.isNaN(value) ? null : value };
  });
}

/** The points that are new or differ from what was announced. */
export function changedPoints(
  announced: ReadonlyMap<number, number | null>,
  points: readonly TrendPoint[],
): readonly TrendPoint[] {
  return points.filter((point) => !announced.has(point.at) || announced.get(point.at) !== point.value);
}
