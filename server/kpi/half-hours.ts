/**
 * Today by half hours: the sums of a queue's intervals, or of a roll-up's, each under its start. A roll-up's are
 * kept by difference while somebody watches one of its trends, and added up on demand otherwise.
 */
import { HALF_HOUR_MS, halfHourStart } from '../../lib/day';
import { addInterval, partOfToday } from './figures';
import type { MediaRow, QueueState } from './queue-state';
import { AT, at, COUNT, EMPTY_INTERVAL, INTERVAL_METRICS, START, SUM } from './row-layout';
import type { QueueEntry, RollupBase, RollupNode } from './subject-view';

/** Sums in the layout of an interval row, by the epoch ms at which the half hour (or the day) starts. */
export type HalfHours = Map<number, number[]>;

/** The starts of today's half hours up to `now`; the first is the day's start. */
export function halfHourStarts(dayStart: number, now: number): readonly number[] {
  const starts: number[] = [];
  for (let start = dayStart; start <= now; start = halfHourStart(start) + HALF_HOUR_MS) starts.push(start);
  return starts;
}

/** A row's intervals of today, each with where it starts within the day. */
function intervalsOf(row: MediaRow, dayStart: number): [number, readonly number[]][] {
  const list: [number, readonly number[]][] = [];
  if (row.straddle !== null) list.push([dayStart, partOfToday(row.straddle)]);
  for (const interval of row.closed) list.push([at(interval, START), interval]);
  if (row.current !== null) list.push([at(row.current, START), row.current]);
  return list;
}

export function addRow(sums: HalfHours, row: MediaRow, dayStart: number): void {
  for (const [start, interval] of intervalsOf(row, dayStart)) add(sums, start, interval);
}

function add(sums: HalfHours, start: number, interval: readonly number[]): void {
  let held = sums.get(start);
  if (held === undefined) {
    held = EMPTY_INTERVAL.slice();
    sums.set(start, held);
  }
  addInterval(held, interval);
}

function subtract(sums: HalfHours, start: number, interval: readonly number[]): void {
  const held = sums.get(start);
  if (held === undefined) return;
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    held[COUNT + m] = at(held, COUNT + m) - at(interval, COUNT + m);
    held[SUM + m] = at(held, SUM + m) - at(interval, SUM + m);
    held[AT + m] = Math.max(at(held, AT + m), at(interval, AT + m));
  }
}

/** Moves the half hours of a roll-up's watched nodes by what changed of one member. */
export function moveHalfHours(base: RollupBase, before: QueueState | null, after: QueueState): void {
  for (const [index, row] of after.media.entries()) {
    const old = before?.media[index] ?? null;
    if (old === row && before?.dayStart === after.dayStart) continue;
    const from = old === null ? [] : intervalsOf(old, before?.dayStart ?? after.dayStart);
    const to = intervalsOf(row, after.dayStart);
    const ofMedia = base.media.get(row.mediaType)?.halfHours ?? null;
    if (base.all.halfHours !== null) moveSums(base.all.halfHours, from, to);
    if (ofMedia !== null) moveSums(ofMedia, from, to);
  }
}

type StartedInterval = readonly [number, readonly number[]];

function moveSums(
  sums: HalfHours,
  before: readonly StartedInterval[],
  after: readonly StartedInterval[],
): void {
  const kept = new Set(before.map(([, interval]) => interval));
  const left = new Set(after.map(([, interval]) => interval));
  for (const [start, interval] of before) if (!left.has(interval)) subtract(sums, start, interval);
  for (const [start, interval] of after) if (!kept.has(interval)) add(sums, start, interval);
}

/** A roll-up's half hours, added up over its members. */
export function sumHalfHours(node: RollupNode): HalfHours {
  const sums: HalfHours = new Map();
  for (const entry of node.base.members) addEntry(sums, entry, node.view.mediaType);
  return sums;
}

/** A queue's half hours over all media types (`null`) or for one. */
export function queueHalfHours(entry: QueueEntry, mediaType: string | null): HalfHours {
  const sums: HalfHours = new Map();
  addEntry(sums, entry, mediaType);
  return sums;
}

function addEntry(sums: HalfHours, entry: QueueEntry, mediaType: string | null): void {
  const { media, dayStart } = entry.state;
  for (const row of media) if (mediaType === null || row.mediaType === mediaType) addRow(sums, row, dayStart);
}
