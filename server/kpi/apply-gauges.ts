/**
 * Instant observations: of a media type (waiting, alerting, interacting, the longest wait) and of the queue's users.
 * The newest `observedAt` wins; equal or older ones change nothing. What an event leaves out is unchanged.
 */
import type { GaugesObserved, MetricSample, MetricStats } from './events';
import type { MediaRow, PresenceCount, QueueState, Users } from './queue-state';
import { MAX_MEDIA_TYPES, MAX_PRESENCES, mediaIndex, withMediaRow } from './queue-state';
import {
  at,
  COMPLETE,
  EMPTY_GAUGES,
  GAUGE,
  GAUGE_AT,
  GAUGE_ORIGINS,
  GAUGES,
  gaugeIndex,
  NEVER,
  ON_QUEUE,
  qualifierIndex,
  ROUTING,
  USER_AT,
  USER_ORIGINS,
  USER_SEEN,
} from './row-layout';

export function applyGauges(state: QueueState, event: GaugesObserved): QueueState {
  return event.mediaType === null
    ? applyUserGauges(state, event)
    : applyMediaGauges(state, event, event.mediaType);
}

/** A count that JSON may hold and arithmetic may add: 1e309, NaN and negatives are none. */
export function isCount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function applyMediaGauges(state: QueueState, event: GaugesObserved, mediaType: string): QueueState {
  const index = mediaIndex(state, mediaType);
  const held = state.media[index];
  if (held === undefined && state.media.length >= MAX_MEDIA_TYPES) return state;
  const before = held === undefined ? newGauges(state) : held.gauges;
  const gauges = mergedGauges(before, event);
  if (gauges === before) return state;
  const row: MediaRow =
    held === undefined
      ? { mediaType, gauges, current: null, closed: [], straddle: null }
      : { mediaType, gauges, current: held.current, closed: held.closed, straddle: held.straddle };
  return withMediaRow(state, index, row);
}

/** Gauges of a media type that was not seen before: zero where a snapshot left it out. */
export function newGauges(state: QueueState): readonly number[] {
  const complete = state.complete.gauges;
  let row: number[] | null = null;
  for (let g = 0; g < GAUGES; g++) {
    const stamp = at(complete, g);
    if (stamp === NEVER) continue;
    row ??= EMPTY_GAUGES.slice();
    writeGauge(row, g, g === GAUGE.longest ? Number.NaN : 0, stamp, true);
  }
  return row ?? EMPTY_GAUGES;
}

function mergedGauges(before: readonly number[], event: GaugesObserved): readonly number[] {
  const observedAt = event.observedAt;
  const isBackfill = event.origin === 'backfill';
  let row: number[] | null = null;
  for (const sample of event.metrics) {
    const g = gaugeIndex(sample.metric);
    if (g === -1) continue;
    const value = g === GAUGE.longest ? waitingSince(sample.stats, event) : sample.stats.count;
    if (value === undefined || (g !== GAUGE.longest && !isCount(value))) continue;
    if (observedAt > at(row ?? before, GAUGE_AT + g)) {
      row ??= before.slice();
      writeGauge(row, g, value, observedAt, isBackfill);
    }
    if (g === GAUGE.waiting) row = followWaiting(row, before, sample.stats, event);
  }
  return row ?? before;
}

/**
 * Epoch of the longest waiter; NaN where nobody waits; undefined where nothing is said. A live one is never after its
 * observation. REST's may be: it is stamped with its question's start, and the caller may have joined since.
 */
function waitingSince(stats: MetricStats, { observedAt, origin }: GaugesObserved): number | undefined {
  const since = stats.calculatedMetricValue;
  if (since === undefined || Number.isNaN(since)) return undefined;
  if (since <= 0) return Number.NaN;
  return origin === 'live' ? Math.min(since, observedAt) : since;
}

/** A waiting count of 0 ends the longest wait; an `oWaiting` with `max` (an age in ms) tells it. */
function followWaiting(
  row: number[] | null,
  before: readonly number[],
  stats: MetricStats,
  event: GaugesObserved,
): number[] | null {
  const since = stats.count === 0 ? Number.NaN : sinceByAge(stats.max, event.observedAt);
  if (since === undefined || !isNews(row ?? before, since, event.observedAt)) return row;
  const next = row ?? before.slice();
  writeGauge(next, GAUGE.longest, since, event.observedAt, event.origin === 'backfill');
  return next;
}

function sinceByAge(ageMs: number | undefined, observedAt: number): number | undefined {
  return isCount(ageMs) ? observedAt - ageMs : undefined;
}

/** Whether what the waiting count says of the longest wait goes past what is held. */
function isNews(row: readonly number[], since: number, observedAt: number): boolean {
  const longestAt = at(row, GAUGE_AT + GAUGE.longest);
  if (observedAt > longestAt) return at(row, GAUGE_AT + GAUGE.waiting) <= observedAt;
  // At the same moment "nobody waits" is the stronger word.
  return observedAt === longestAt && Number.isNaN(since) && !Number.isNaN(at(row, GAUGE.longest));
}

export function writeGauge(
  row: number[],
  g: number,
  value: number,
  observedAt: number,
  isBackfill: boolean,
): void {
  row[g] = value;
  row[GAUGE_AT + g] = observedAt;
  row[GAUGE_ORIGINS] = withBit(at(row, GAUGE_ORIGINS), g, isBackfill);
}

/** A mask with one bit set or cleared. */
export function withBit(mask: number, bit: number, isSet: boolean): number {
  return isSet ? mask | (1 << bit) : mask & ~(1 << bit);
}

function applyUserGauges(state: QueueState, event: GaugesObserved): QueueState {
  let users = state.users;
  for (const sample of event.metrics) {
    if (!isCount(sample.stats.count) || sample.qualifier === undefined) continue;
    if (sample.metric === 'oOnQueueUsers') users = withUserCount(users, ON_QUEUE, sample, event);
    else if (sample.metric === 'oUserRoutingStatuses') users = withUserCount(users, ROUTING, sample, event);
    else if (sample.metric === 'oOffQueueUsers') {
      users = withPresence(users, sample, event, at(state.complete.gauges, COMPLETE.offQueue));
    }
  }
  if (users === state.users) return state;
  return { dayStart: state.dayStart, media: state.media, users, complete: state.complete };
}

function withUserCount(users: Users, base: number, sample: MetricSample, event: GaugesObserved): Users {
  const q = qualifierIndex(sample.qualifier ?? '');
  if (q === -1 || event.observedAt <= at(users.row, USER_AT + base + q)) return users;
  const row = users.row.slice();
  writeUser(row, base + q, sample.stats.count ?? 0, event.observedAt, event.origin === 'backfill');
  row[USER_SEEN] = withBit(at(row, USER_SEEN), base === ON_QUEUE ? 0 : 1, true);
  return { row, presences: users.presences };
}

export function writeUser(
  row: number[],
  slot: number,
  count: number,
  observedAt: number,
  isBackfill: boolean,
): void {
  row[slot] = count;
  row[USER_AT + slot] = observedAt;
  row[USER_ORIGINS] = withBit(at(row, USER_ORIGINS), slot, isBackfill);
}

function withPresence(users: Users, sample: MetricSample, event: GaugesObserved, completeAt: number): Users {
  const id = sample.qualifier ?? '';
  const index = users.presences.findIndex((presence) => presence.id === id);
  const held = users.presences[index];
  if (held === undefined && users.presences.length >= MAX_PRESENCES) return users;
  if (event.observedAt <= (held?.observedAt ?? completeAt)) return users;
  const isBackfill = event.origin === 'backfill';
  const next: PresenceCount = {
    id,
    count: sample.stats.count ?? 0,
    observedAt: event.observedAt,
    isBackfill,
  };
  const presences = held === undefined ? [...users.presences, next] : users.presences.with(index, next);
  return { row: users.row, presences };
}
