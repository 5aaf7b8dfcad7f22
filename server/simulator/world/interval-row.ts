/**
 * One interval's running figures of a queue and media type: a flat row of numbers, laid out by the catalogue.
 * Times are ms. A row starts at zero; `min` and `max` mean something once `count` is above 0.
 */
import { INTERVAL_METRICS, type IntervalMetric, ROW_SIZE } from './catalogue';

export type IntervalRow = number[];

/** The platform's `stats`, as both the topic and REST send them. */
export interface WireStats {
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly ratio?: number;
  readonly numerator?: number;
  readonly denominator?: number;
  readonly target?: number;
}

export function emptyRow(): IntervalRow {
  return new Array<number>(ROW_SIZE).fill(0);
}

/** The number at a place of a row; rows always have ROW_SIZE numbers. */
export function cell(row: IntervalRow, place: number): number {
  return row[place] ?? 0;
}

export function addCount(row: IntervalRow, metric: IntervalMetric): void {
  row[metric.offset] = cell(row, metric.offset) + 1;
}

export function addTime(row: IntervalRow, metric: IntervalMetric, ms: number): void {
  const at = metric.offset;
  const count = cell(row, at);
  row[at] = count + 1;
  row[at + 1] = cell(row, at + 1) + ms;
  row[at + 2] = count === 0 ? ms : Math.min(cell(row, at + 2), ms);
  row[at + 3] = count === 0 ? ms : Math.max(cell(row, at + 3), ms);
}

export function addServiceLevel(row: IntervalRow, metric: IntervalMetric, met: boolean): void {
  if (met) row[metric.offset] = cell(row, metric.offset) + 1;
  row[metric.offset + 1] = cell(row, metric.offset + 1) + 1;
}

/** Adds the figures of `from` to `into`. */
export function mergeRow(into: IntervalRow, from: IntervalRow): void {
  for (const metric of INTERVAL_METRICS) {
    const at = metric.offset;
    if (metric.kind === 'time') mergeTime(into, from, at);
    else {
      into[at] = cell(into, at) + cell(from, at);
      if (metric.kind === 'serviceLevel') into[at + 1] = cell(into, at + 1) + cell(from, at + 1);
    }
  }
}

function mergeTime(into: IntervalRow, from: IntervalRow, at: number): void {
  const [had, adds] = [cell(into, at), cell(from, at)];
  if (adds === 0) return;
  into[at] = had + adds;
  into[at + 1] = cell(into, at + 1) + cell(from, at + 1);
  into[at + 2] = had === 0 ? cell(from, at + 2) : Math.min(cell(into, at + 2), cell(from, at + 2));
  into[at + 3] = had === 0 ? cell(from, at + 3) : Math.max(cell(into, at + 3), cell(from, at + 3));
}

/** The metric's stats; `null` where nothing has been counted. `target` is the queue's service level (fraction). */
export function statsOf(row: IntervalRow, metric: IntervalMetric, target: number): WireStats | null {
  const at = metric.offset;
  if (metric.kind === 'serviceLevel') {
    const [numerator, denominator] = [cell(row, at), cell(row, at + 1)];
    if (denominator === 0) return null;
    return { ratio: numerator / denominator, numerator, denominator, target };
  }
  const count = cell(row, at);
  if (count === 0) return null;
  if (metric.kind === 'count') return { count };
  return { count, sum: cell(row, at + 1), min: cell(row, at + 2), max: cell(row, at + 3) };
}
