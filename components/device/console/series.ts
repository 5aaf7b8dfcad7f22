/**
 * What a device measured lately, as bounded points for a chart: half seconds with their mean, the newest two minutes.
 * Where the device was silent there is a gap, never a line. Pure; the same series comes back where nothing is new.
 */
export interface SeriesPoint {
  /** Start of its half second, epoch ms. */
  readonly at: number;
  readonly sum: number;
  readonly count: number;
}
export type Series = readonly SeriesPoint[];

export const POINT_MS = 500;
export const SPAN_MS = 120_000;
/** Longer without a sample is silence. */
const GAP_MS = 3_000;

export function withSample(series: Series, at: number, value: number): Series {
  if (!Number.isFinite(value) || !Number.isFinite(at)) return series;
  const start = Math.floor(at / POINT_MS) * POINT_MS;
  const last = series.at(-1);
  if (last !== undefined && start < last.at) {
    // Late by a little; by more the clock was set back, and what is there is of another time.
    return last.at - start > GAP_MS ? [{ at: start, sum: value, count: 1 }] : series;
  }
  if (last?.at === start) {
    return [...series.slice(0, -1), { at: start, sum: last.sum + value, count: last.count + 1 }];
  }
  const kept = series.filter((point) => point.at > start - SPAN_MS);
  return [...kept, { at: start, sum: value, count: 1 }];
}

/** One point of a drawn line; `value` null: nothing was measured from here on. */
export interface LinePoint {
  readonly at: number;
  readonly value: number | null;
}

export function lineOf(series: Series): readonly LinePoint[] {
  return series.flatMap((point, index): LinePoint[] => {
    const drawn = { at: point.at, value: point.sum / point.count };
    const before = series[index - 1];
    const isGap = before !== undefined && point.at - before.at > GAP_MS;
    return isGap ? [{ at: before.at + POINT_MS, value: null }, drawn] : [drawn];
  });
}

export interface Scale {
  readonly bottom: number;
  readonly top: number;
  readonly levels: readonly number[];
}

/** Whole steps that hold all points and the limit, at least `least` broad; three to six levels. */
export function scaleOf(line: readonly LinePoint[], base: { low: number; high: number }): Scale {
  const values = line.flatMap(({ value }) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(base.low, ...values), Math.max(base.high, ...values)];
  const step = STEPS.find((one) => (high - low) / one <= 5) ?? STEPS[STEPS.length - 1] ?? 1;
  const bottom = Math.floor(low / step) * step;
  const top = Math.ceil(high / step) * step;
  const levels: number[] = [];
  for (let level = bottom; level <= top && levels.length < 12; level += step) levels.push(level);
  return { bottom, top, levels };
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 1_000_000];

/** Lowest, highest and newest; `null`: nothing was measured. */
export function extremesOf(
  line: readonly LinePoint[],
): { readonly low: number; readonly high: number; readonly last: number } | null {
  const values = line.flatMap(({ value }) => (value === null ? [] : [value]));
  const last = values.at(-1);
  return last === undefined ? null : { low: Math.min(...values), high: Math.max(...values), last };
}
