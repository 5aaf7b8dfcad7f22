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
/** As many as can be watched at once. */
const MAX_KEPT_TRENDS = 5_000;

/** The points with one more at the end; those that are older than four hours drop out. */
export function withSample(points: readonly TrendPoint[], sample: TrendPoint): readonly TrendPoint[] {
  const last = points.at(-1);
  if (last !== undefined && last.at >= sample.at) return points;
  const oldest = sample.at - (MAX_MINUTES - 1) * MINUTE_MS;
  return [...points.slice(-(MAX_MINUTES - 1)).filter((point) => point.at >= oldest), sample];
}

/**
 * Minutes that were kept through a restart, by trend; `points` by trend and then by time. What was not seen stays a
 * gap: where minutes are missing the last one before is followed by one without a value.
 */
export function keptMinutes(points: readonly TrendPoint[], now: number): Map<string, readonly TrendPoint[]> {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const oldest = minute - (MAX_MINUTES - 1) * MINUTE_MS;
  const kept = new Map<string, TrendPoint[]>();
  for (const point of points) {
    if (point.at < oldest || point.at > minute) continue;
    const known = kept.get(point.trend);
    if (known !== undefined) {
      markGap(known, point.at);
      known.push(point);
    } else if (kept.size < MAX_KEPT_TRENDS) kept.set(point.trend, [point]);
  }
  for (const known of kept.values()) markGap(known, minute);
  return new Map([...kept].map(([trend, known]) => [trend, known.slice(-MAX_MINUTES)]));
}

function markGap(points: TrendPoint[], at: number): void {
  const last = points.at(-1);
  if (last === undefined || last.value === null || last.at + MINUTE_MS >= at) return;
  points.push({ ...last, at: last.at + MINUTE_MS, value: null });
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
