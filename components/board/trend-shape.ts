/**
 * A trend's points made ready for the chart: heights in the figure's unit, round ticks, hours of the subject's
 * zone, and the low, high and last for those who do not see it. Pure; bounded by what the contract bounds.
 */
import type { KpiUnit } from '../../lib/contracts/kpi-catalogue';
import type { TrendPoint } from '../../lib/contracts/push';
import { zoneOffsetMs } from '../../lib/day';

export interface ChartPoint {
  readonly at: number;
  readonly height: number | null;
}

export interface TrendShape {
  readonly points: readonly ChartPoint[];
  /** Epoch ms: from the first moment shown to the last. */
  readonly domain: readonly [number, number];
  readonly hours: readonly number[];
  /** Printed levels; the ground line needs no number. */
  readonly levels: readonly number[];
  readonly top: number;
  /** `null` where no point has a value. */
  readonly extremes: { readonly low: number; readonly high: number; readonly last: number } | null;
}

const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const HOUR_STEPS = [0.25, 0.5, 1, 2, 3, 4, 6, 12];

export interface TrendInput {
  readonly points: readonly TrendPoint[];
  readonly unit: KpiUnit;
  readonly every: 'minute' | 'halfHour';
  readonly timeZone: string;
  /** A level that must be in the picture: target or limit, in the figure's unit. */
  readonly mark: number | null;
  readonly mostHours: number;
}

export function trendShape(input: TrendInput): TrendShape {
  const points = input.points.map((point) => ({ at: point.at, height: heightOf(point, input.unit) }));
  const heights = points.map((point) => point.height).filter((height) => height !== null);
  const step = input.every === 'minute' ? MINUTE_MS : HALF_HOUR_MS;
  const domain = domainOf(points, step);
  const top = roundTop(Math.max(0, input.mark ?? 0, ...heights), input.unit);
  return {
    points,
    domain,
    hours: hourTicks(domain, input.timeZone, input.mostHours),
    levels: [top / 2, top].filter((level) => input.unit !== 'count' || Number.isInteger(level)),
    top,
    extremes: extremesOf(heights),
  };
}

/** A wait is drawn as long as it was at that moment. */
function heightOf(point: TrendPoint, unit: KpiUnit): number | null {
  if (unit !== 'epochMs') return point.value;
  return point.value === null ? 0 : Math.max(0, point.at - point.value);
}

function extremesOf(heights: readonly number[]): TrendShape['extremes'] {
  const last = heights[heights.length - 1];
  return last === undefined ? null : { low: Math.min(...heights), high: Math.max(...heights), last };
}

function domainOf(points: readonly ChartPoint[], step: number): readonly [number, number] {
  const first = points[0]?.at ?? 0;
  const last = points[points.length - 1]?.at ?? 0;
  return [first, Math.max(last + step, first + 4 * step)];
}

function hourTicks(domain: readonly [number, number], timeZone: string, most: number): readonly number[] {
  const [from, to] = domain;
  if (from === 0) return [];
  const offset = zoneOffsetMs(from, timeZone);
  const hourMs = 60 * MINUTE_MS;
  const fitting = HOUR_STEPS.find((step) => (to - from) / (step * hourMs) <= Math.max(1, most));
  const stepMs = (fitting ?? 24) * hourMs;
  const ticks: number[] = [];
  for (let at = Math.ceil((from + offset) / stepMs) * stepMs - offset; at < to; at += stepMs) ticks.push(at);
  return ticks;
}

const ROUND_COUNTS = [1, 2, 4, 6, 8, 10];
const ROUND_SECONDS = [10, 20, 30, 60, 120, 240, 360, 600, 1_200, 1_800, 3_600, 7_200, 14_400];

/** The first round level at or over the highest point, so that half of it is round as well. */
function roundTop(highest: number, unit: KpiUnit): number {
  if (unit === 'ms' || unit === 'epochMs') {
    const seconds = ROUND_SECONDS.find((level) => level * 1_000 >= highest);
    return seconds === undefined ? Math.ceil(highest / 7_200_000) * 7_200_000 : seconds * 1_000;
  }
  if (unit === 'ratio') return highest > 0.5 ? 1 : highest > 0.2 ? 0.5 : highest > 0.1 ? 0.2 : 0.1;
  if (highest <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(highest));
  const mantissa = ROUND_COUNTS.find((level) => level * power >= highest) ?? 10;
  return mantissa * power;
}
