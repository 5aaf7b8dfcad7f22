/**
 * A snapshot is complete: whatever in its scope was not observed at or after it is zero as of it. What is held is
 * set to zero here; what is not held yet starts from zero because the completeness is kept.
 */
import { writeGauge, writeUser } from './apply-gauges';
import { unobservedInterval, withIntervals, withStraddle, zeroMetric } from './apply-interval';
import type { GaugesScope, IntervalsScope, SnapshotCompleted } from './events';
import type { Completeness, MediaRow, PresenceCount, QueueState, Straddle, Users } from './queue-state';
import {
  AT,
  at,
  COMPLETE,
  completeIndex,
  END,
  GAUGE,
  GAUGE_AT,
  GAUGES,
  intervalIndex,
  NEVER,
  ON_QUEUE,
  QUALIFIERS,
  ROUTING,
  START,
  USER_AT,
} from './row-layout';

/**
 * What was observed in the very millisecond of the request beats being left out, also where it comes after the
 * answer: so a zero is of a moment just before.
 */
const JUST_BEFORE_MS = 0.5;

export function applySnapshot(state: QueueState, event: SnapshotCompleted): QueueState {
  const zeroAt = event.observedAt - JUST_BEFORE_MS;
  return event.scope.kind === 'gauges'
    ? completeGauges(state, event.scope, zeroAt)
    : completeIntervals(state, event.scope, zeroAt);
}

function completeGauges(state: QueueState, scope: GaugesScope, observedAt: number): QueueState {
  const places = scope.metrics.map(completeIndex).filter((place) => place !== -1);
  const gauges = raised(state.complete.gauges, places, observedAt);
  const media = mapSame(state.media, (row) => withZeroGauges(row, places, observedAt));
  const users = withZeroUsers(state.users, places, observedAt);
  if (gauges === state.complete.gauges && media === state.media && users === state.users) return state;
  const complete = gauges === state.complete.gauges ? state.complete : { ...state.complete, gauges };
  return { dayStart: state.dayStart, media, users, complete };
}

/** Stamps brought up to a moment; the same array where none was older. */
function raised(stamps: readonly number[], places: readonly number[], observedAt: number): readonly number[] {
  let next: number[] | null = null;
  for (const place of places) {
    if (at(next ?? stamps, place) >= observedAt) continue;
    next ??= stamps.slice();
    next[place] = observedAt;
  }
  return next ?? stamps;
}

/** Maps a list; the same list where nothing changed. */
export function mapSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let next: T[] | null = null;
  for (const [index, item] of list.entries()) {
    const changed = change(item);
    if (changed === item) continue;
    next ??= list.slice();
    next[index] = changed;
  }
  return next ?? list;
}

function withZeroGauges(row: MediaRow, places: readonly number[], observedAt: number): MediaRow {
  let gauges: number[] | null = null;
  for (const g of places) {
    if (g >= GAUGES || at(row.gauges, GAUGE_AT + g) >= observedAt) continue;
    gauges ??= row.gauges.slice();
    writeGauge(gauges, g, g === GAUGE.longest ? Number.NaN : 0, observedAt, true);
  }
  if (gauges === null) return row;
  return { ...row, gauges: withoutWaiter(gauges) };
}

/** Nobody waits any more, so nobody waits longest, also where only the count was asked for. */
function withoutWaiter(gauges: number[]): number[] {
  const waitingAt = at(gauges, GAUGE_AT + GAUGE.waiting);
  const isOver = at(gauges, GAUGE.waiting) === 0 && at(gauges, GAUGE_AT + GAUGE.longest) < waitingAt;
  if (isOver) writeGauge(gauges, GAUGE.longest, Number.NaN, waitingAt, true);
  return gauges;
}

function withZeroUsers(users: Users, places: readonly number[], observedAt: number): Users {
  let row: number[] | null = null;
  for (const [place, base] of [
    [COMPLETE.onQueue, ON_QUEUE],
    [COMPLETE.routing, ROUTING],
  ] as const) {
    if (!places.includes(place)) continue;
    for (let slot = base; slot < base + QUALIFIERS; slot++) {
      if (at(users.row, USER_AT + slot) >= observedAt) continue;
      row ??= users.row.slice();
      writeUser(row, slot, 0, observedAt, true);
    }
  }
  const presences = places.includes(COMPLETE.offQueue)
    ? mapSame(users.presences, (presence) => zeroPresence(presence, observedAt))
    : users.presences;
  return row === null && presences === users.presences ? users : { row: row ?? users.row, presences };
}

function zeroPresence(presence: PresenceCount, observedAt: number): PresenceCount {
  return presence.observedAt >= observedAt
    ? presence
    : { id: presence.id, count: 0, observedAt, isBackfill: true };
}

function completeIntervals(state: QueueState, scope: IntervalsScope, observedAt: number): QueueState {
  const metrics = scope.metrics.map(intervalIndex).filter((m) => m !== -1);
  const complete = withDay(state, scope, raised(state.complete.intervals, metrics, observedAt));
  const media = mapSame(state.media, (row) => withZeroIntervals(row, scope, { metrics, observedAt }));
  if (complete === state.complete && media === state.media) return state;
  return { dayStart: state.dayStart, media, users: state.users, complete };
}

/** An answer from the day's start on makes the day complete; one that goes on where it ended extends it. */
function withDay(state: QueueState, scope: IntervalsScope, intervals: readonly number[]): Completeness {
  const held = state.complete;
  const isSequel = scope.from === held.to && scope.to > held.to;
  if (isSequel) return { gauges: held.gauges, from: held.from, to: scope.to, intervals: held.intervals };
  if (scope.from > state.dayStart || intervals === held.intervals) return held;
  return { gauges: held.gauges, from: scope.from, to: scope.to, intervals };
}

/** A state whose rows are of different origins: what its own completeness says is zero is made so. */
export function completedByItself(state: QueueState): QueueState {
  const { gauges, from, to, intervals } = state.complete;
  let { media, users } = state;
  for (const [place, observedAt] of gauges.entries()) {
    if (observedAt === NEVER) continue;
    media = mapSame(media, (row) => withZeroGauges(row, [place], observedAt));
    users = withZeroUsers(users, [place], observedAt);
  }
  const scope: IntervalsScope = { kind: 'intervals', from, to, metrics: [] };
  for (const [m, observedAt] of intervals.entries()) {
    if (observedAt === NEVER) continue;
    media = mapSame(media, (row) => withZeroIntervals(row, scope, { metrics: [m], observedAt }));
  }
  return { dayStart: state.dayStart, media, users, complete: state.complete };
}

interface Zeroing {
  readonly metrics: readonly number[];
  readonly observedAt: number;
}

function withZeroIntervals(row: MediaRow, scope: IntervalsScope, zeroing: Zeroing): MediaRow {
  const zeroed = (interval: readonly number[]) => zeroInterval(interval, scope, zeroing);
  const current = row.current === null ? null : zeroed(row.current);
  const closed = mapSame(row.closed, zeroed);
  const straddle = row.straddle === null ? null : zeroStraddle(row.straddle, scope, zeroing);
  const next = current === row.current && closed === row.closed ? row : withIntervals(row, current, closed);
  return straddle === row.straddle ? next : withStraddle(next, straddle);
}

function zeroInterval(row: readonly number[], scope: IntervalsScope, zeroing: Zeroing): readonly number[] {
  if (at(row, START) < scope.from || at(row, END) > scope.to) return row;
  let next: number[] | null = null;
  for (const m of zeroing.metrics) {
    if (at(row, AT + m) >= zeroing.observedAt) continue;
    next ??= row.slice();
    zeroMetric(next, m, zeroing.observedAt);
  }
  return next ?? row;
}

/** An answer from the day's very start says, by its silence, that the part of today is zero. */
function zeroStraddle(held: Straddle, scope: IntervalsScope, zeroing: Zeroing): Straddle {
  const running = zeroInterval(held.running, scope, zeroing);
  const baseline = held.baseline === null ? null : zeroInterval(held.baseline, scope, zeroing);
  const start = held.baseline === null ? scope.from : at(held.baseline, END);
  const end = at(held.running, END);
  const isAsked = scope.from > at(held.running, START) && scope.from < end && scope.to >= end;
  const part = held.part ?? (isAsked ? unobservedInterval(start, end) : null);
  const zeroed = part === null ? null : zeroInterval(part, scope, zeroing);
  const isSame = running === held.running && baseline === held.baseline && zeroed === held.part;
  return isSame ? held : { running, baseline, part: zeroed };
}

/** Whether a snapshot has said anything of this metric's day. */
export function isDayKnown(complete: Completeness, m: number): boolean {
  return at(complete.intervals, m) !== NEVER;
}
