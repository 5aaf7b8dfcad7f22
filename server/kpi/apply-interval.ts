/**
 * Running aggregates of a half hour. They only grow, and live ones carry no stamp of the platform, so a delayed
 * frame shows by its smaller count: among live observations a smaller one never wins. REST wins over what was
 * observed before its request, and over newer live ones only where it is further on.
 * A new half hour closes the one before with its last value until REST confirms it.
 */
import { HALF_HOUR_MS, halfHourStart } from '../../lib/day';
import { isCount, newGauges, withBit } from './apply-gauges';
import type { IntervalObserved, MetricSample } from './events';
import type { Completeness, MediaRow, QueueState, Straddle } from './queue-state';
import { MAX_INTERVALS, MAX_MEDIA_TYPES, mediaIndex, withMediaRow } from './queue-state';
import {
  AT,
  at,
  COUNT,
  EMPTY_INTERVAL,
  END,
  INTERVAL,
  INTERVAL_METRICS,
  intervalIndex,
  MAX_WAIT,
  NEVER,
  ORIGINS,
  START,
  SUM,
} from './row-layout';

type IntervalRow = readonly number[];

export function applyInterval(state: QueueState, event: IntervalObserved): QueueState {
  const lengthMs = event.intervalEnd - event.intervalStart;
  if (!(lengthMs > 0 && lengthMs <= HALF_HOUR_MS)) return state;
  const index = mediaIndex(state, event.mediaType);
  const held = state.media[index];
  if (held === undefined && state.media.length >= MAX_MEDIA_TYPES) return state;
  const row = held ?? newMediaRow(state, event.mediaType);
  const next =
    event.intervalStart < state.dayStart || isPartOfDayStart(state, event)
      ? withStraddling(state, row, event)
      : withInterval(state, row, event);
  return next === row ? state : withMediaRow(state, index, next);
}

function newMediaRow(state: QueueState, mediaType: string): MediaRow {
  return { mediaType, gauges: newGauges(state), current: null, closed: [], straddle: null };
}

/** The rest of the half hour in which a day starts off the half-hour grid. */
function isPartOfDayStart(state: QueueState, event: IntervalObserved): boolean {
  return event.intervalStart === state.dayStart && event.intervalStart !== halfHourStart(event.intervalStart);
}

/** Intervals that touch the day's start from before: yesterday's are dropped. */
function withStraddling(state: QueueState, row: MediaRow, event: IntervalObserved): MediaRow {
  const { dayStart, complete } = state;
  const straddled = halfHourStart(dayStart);
  const isRest = event.intervalStart === dayStart;
  if (straddled === dayStart || event.intervalEnd < dayStart) return row;
  if (!isRest && event.intervalStart !== straddled) return row;
  const held = row.straddle ?? newStraddle(state);
  let next = held;
  if (isRest)
    next = withPart(held, merged(held.part ?? emptyInterval(complete, dayStart, event.intervalEnd), event));
  else if (event.intervalEnd > dayStart) next = withRunning(held, merged(held.running, event));
  else next = withBaseline(held, merged(held.baseline ?? unobservedInterval(straddled, dayStart), event));
  return next === held ? row : withStraddle(row, next);
}

/** Not seen when the day started, so its baseline is not known; its part is, where a snapshot left it out. */
function newStraddle(state: QueueState): Straddle {
  const { dayStart, complete } = state;
  const start = halfHourStart(dayStart);
  const end = start + HALF_HOUR_MS;
  const isPartAsked = complete.from > start && complete.from <= dayStart && complete.to >= end;
  const part = isPartAsked ? emptyInterval(complete, dayStart, end) : null;
  return { running: emptyInterval(complete, start, end), baseline: null, part };
}

function withRunning(held: Straddle, running: IntervalRow): Straddle {
  return running === held.running ? held : { running, baseline: held.baseline, part: held.part };
}
function withBaseline(held: Straddle, baseline: IntervalRow): Straddle {
  return baseline === held.baseline ? held : { running: held.running, baseline, part: held.part };
}
function withPart(held: Straddle, part: IntervalRow): Straddle {
  return part === held.part ? held : { running: held.running, baseline: held.baseline, part };
}
export function withStraddle(row: MediaRow, straddle: Straddle | null): MediaRow {
  return { mediaType: row.mediaType, gauges: row.gauges, current: row.current, closed: row.closed, straddle };
}

function withInterval(state: QueueState, row: MediaRow, event: IntervalObserved): MediaRow {
  const current = row.current;
  if (current !== null && at(current, START) === event.intervalStart) {
    const next = merged(current, event);
    return next === current ? row : withIntervals(row, next, row.closed);
  }
  if (current !== null && event.intervalStart < at(current, START)) return withClosed(state, row, event);
  const fresh = emptyInterval(state.complete, event.intervalStart, event.intervalEnd);
  const next = merged(fresh, event);
  if (next === fresh || row.closed.length >= MAX_INTERVALS) return row;
  return withIntervals(row, next, current === null ? row.closed : [...row.closed, current]);
}

/** Replaces, or puts in its place, an interval before the current one. */
function withClosed(state: QueueState, row: MediaRow, event: IntervalObserved): MediaRow {
  let place = row.closed.length;
  while (place > 0 && startOf(row.closed[place - 1]) >= event.intervalStart) place--;
  const held = row.closed[place];
  const isHeld = held !== undefined && startOf(held) === event.intervalStart;
  const before = isHeld ? held : emptyInterval(state.complete, event.intervalStart, event.intervalEnd);
  const next = merged(before, event);
  if (next === before || (!isHeld && row.closed.length >= MAX_INTERVALS)) return row;
  return withIntervals(row, row.current, row.closed.toSpliced(place, isHeld ? 1 : 0, next));
}

function startOf(row: IntervalRow | undefined): number {
  return row === undefined ? NEVER : at(row, START);
}

export function withIntervals(
  row: MediaRow,
  current: IntervalRow | null,
  closed: readonly IntervalRow[],
): MediaRow {
  return { mediaType: row.mediaType, gauges: row.gauges, current, closed, straddle: row.straddle };
}

/** An interval of which nothing was told yet: zero where a snapshot that covers it left it out. */
function emptyInterval(complete: Completeness, start: number, end: number): IntervalRow {
  const row = unobservedInterval(start, end);
  if (start < complete.from || end > complete.to) return row;
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    const stamp = at(complete.intervals, m);
    if (stamp !== NEVER) zeroMetric(row, m, stamp);
  }
  return row;
}

export function unobservedInterval(start: number, end: number): number[] {
  const row = EMPTY_INTERVAL.slice();
  row[START] = start;
  row[END] = end;
  return row;
}

/** Writes what a snapshot says by leaving a metric out. */
export function zeroMetric(row: number[], m: number, observedAt: number): void {
  write(row, m, { count: 0, sum: 0, max: 0, observedAt, isBackfill: true });
}

function merged(before: IntervalRow, event: IntervalObserved): IntervalRow {
  const isBackfill = event.origin === 'backfill';
  const { observedAt } = event;
  let row: number[] | null = null;
  for (const sample of event.metrics) {
    const m = intervalIndex(sample.metric);
    if (m === -1) continue;
    const count = countOf(m, sample);
    const sum = sumOf(m, sample);
    if (!isCount(count) || !isCount(sum)) continue;
    const seen = row ?? before;
    if (!wins(seen, m, { count, sum, observedAt, isBackfill })) continue;
    row ??= before.slice();
    const stamp = Math.max(observedAt, at(row, AT + m));
    write(row, m, { count, sum, max: sample.stats.max, observedAt: stamp, isBackfill });
  }
  return row ?? before;
}

/** The service level's denominator stands for its count, its numerator for its sum. */
function countOf(m: number, sample: MetricSample): number | undefined {
  return m === INTERVAL.oServiceLevel ? sample.stats.denominator : sample.stats.count;
}
function sumOf(m: number, sample: MetricSample): number | undefined {
  return m === INTERVAL.oServiceLevel ? sample.stats.numerator : (sample.stats.sum ?? 0);
}

interface Observation {
  readonly count: number;
  readonly sum: number;
  readonly observedAt: number;
  readonly isBackfill: boolean;
}

/** Whether an observation of a metric goes past what is held. */
export function wins(row: IntervalRow, m: number, observation: Observation): boolean {
  const { count, sum, observedAt, isBackfill } = observation;
  const heldAt = at(row, AT + m);
  if (heldAt === NEVER) return true;
  const heldCount = at(row, COUNT + m);
  const heldSum = at(row, SUM + m);
  const isFurther = count > heldCount || (count === heldCount && sum > heldSum);
  if (isBackfill) return observedAt > heldAt || (isFurther && !isFromRest(row, m));
  // Two frames read in the same millisecond: the further one is the later one.
  if (observedAt <= heldAt) return observedAt === heldAt && isFurther;
  return isFurther || (count === heldCount && sum === heldSum);
}

function isFromRest(row: IntervalRow, m: number): boolean {
  return (at(row, ORIGINS) & (1 << m)) !== 0;
}

export function write(
  row: number[],
  m: number,
  value: Observation & { readonly max: number | undefined },
): void {
  row[COUNT + m] = value.count;
  row[SUM + m] = value.sum;
  row[AT + m] = value.observedAt;
  row[ORIGINS] = withBit(at(row, ORIGINS), m, value.isBackfill);
  if (m === INTERVAL.tWait && value.max !== undefined && isCount(value.max)) row[MAX_WAIT] = value.max;
}
