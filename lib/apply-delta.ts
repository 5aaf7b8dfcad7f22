/**
 * What a screen knows, and how one frame changes it: the pure core of the client.
 * Promise: snapshot + deltas = the later snapshot. A branch that did not change keeps its identity, so that a
 * component which shows it need not draw again. It never guesses: where a delta does not follow, it says `gap`,
 * and the screen asks for a snapshot. It knows no sockets, no clock and no React.
 */
import type { Board } from './contracts/board';
import type { KpiKey } from './contracts/kpi';
import type { Delta, Limit, Snapshot, SubjectInfo, TrendPoint, ValueChange } from './contracts/push';
import type { Sources } from './contracts/source';
import { dayStart, halfHourStart } from './day';

/** Four hours of minutes, and more than any day has half hours. */
export const MAX_TREND_POINTS = 240;

export interface LiveState {
  readonly epoch: string;
  readonly seq: number;
  /** Epoch ms on the server's clock when the newest frame was made. */
  readonly serverTime: number;
  /** Names the build that serves; a screen reloads when a snapshot brings another. */
  readonly build: string;
  readonly board: Board;
  /** By subject key, in the order that the server lists them. */
  readonly subjects: ReadonlyMap<string, SubjectInfo>;
  /** By `valueKey(subject, kpi)`. */
  readonly values: ReadonlyMap<string, ValueChange>;
  /** By `trendKey(subject, kpi, every)`: points oldest first, at most one a moment, at most 240. */
  readonly trends: ReadonlyMap<string, readonly TrendPoint[]>;
  readonly sources: Sources;
  /** What is printed beside the figures; empty where nothing is. */
  readonly limits: readonly Limit[];
}

export type Applied =
  /** `changedKeys`: value keys and trend keys whose content is another than before. */
  | { readonly kind: 'applied'; readonly state: LiveState; readonly changedKeys: readonly string[] }
  /** Something before this delta was missed: ask for a snapshot, keep the picture. */
  | { readonly kind: 'gap' }
  /** Already held: nothing to do. */
  | { readonly kind: 'duplicate' };

/** Address of a figure. */
export function valueKey(subject: string, kpi: KpiKey): string {
  return `${subject}#${kpi}`;
}

/** The state that a snapshot gives. */
export function fromSnapshot(snapshot: Snapshot): LiveState {
  const { epoch, seq, serverTime, build, board, sources } = snapshot;
  const subjects = new Map(snapshot.subjects.map((info) => [info.subject, info]));
  const values = new Map(snapshot.values.map((value) => [valueKey(value.subject, value.kpi), value]));
  const { trends } = mergePoints(new Map(), snapshot.trends, { subjects, serverTime });
  const limits = snapshot.limits ?? [];
  return { epoch, seq, serverTime, build, board, subjects, values, trends, sources, limits };
}

/** What a delta makes of a state. The state that went in is never changed. */
export function applyDelta(state: LiveState, delta: Delta): Applied {
  if (delta.epoch !== state.epoch) return { kind: 'gap' };
  if (delta.seq <= state.seq) return { kind: 'duplicate' };
  if (delta.prevSeq !== state.seq) return { kind: 'gap' };
  const { values, changed } = mergeValues(state.values, delta.changes);
  const frame = { subjects: state.subjects, serverTime: delta.serverTime };
  const points = mergePoints(state.trends, delta.points ?? [], frame);
  const next: LiveState = {
    ...state,
    seq: delta.seq,
    serverTime: delta.serverTime,
    values,
    trends: points.trends,
    sources: delta.sources ?? state.sources,
  };
  return { kind: 'applied', state: next, changedKeys: [...changed, ...points.changed] };
}

type Values = LiveState['values'];
type Trends = LiveState['trends'];

function mergeValues(before: Values, changes: readonly ValueChange[]): { values: Values; changed: string[] } {
  const changed = new Set<string>();
  let values: Map<string, ValueChange> | null = null;
  for (const change of changes) {
    const key = valueKey(change.subject, change.kpi);
    const known = (values ?? before).get(key);
    if (known !== undefined && sameValue(known, change)) continue;
    values ??= new Map(before);
    values.set(key, change);
    changed.add(key);
  }
  return { values: values ?? before, changed: [...changed] };
}

function sameValue(a: ValueChange, b: ValueChange): boolean {
  return (
    a.value === b.value &&
    a.asOf === b.asOf &&
    a.origin === b.origin &&
    a.status === b.status &&
    a.stale === b.stale &&
    a.hidden === b.hidden &&
    sameDetail(a.detail, b.detail)
  );
}

function sameDetail(a: ValueChange['detail'], b: ValueChange['detail']): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.length === b.length && a.every((part, i) => part.label === b[i]?.label && part.count === b[i]?.count)
  );
}

interface Frame {
  readonly subjects: LiveState['subjects'];
  readonly serverTime: number;
}

function mergePoints(
  before: Trends,
  points: readonly TrendPoint[],
  frame: Frame,
): { trends: Trends; changed: string[] } {
  const byTrend = new Map<string, TrendPoint[]>();
  for (const point of points) {
    const group = byTrend.get(point.trend);
    if (group === undefined) byTrend.set(point.trend, [point]);
    else group.push(point);
  }
  let trends: Map<string, readonly TrendPoint[]> | null = null;
  const changed: string[] = [];
  for (const [trend, added] of byTrend) {
    const known = before.get(trend) ?? [];
    const merged = withPoints(known, added, oldestShown(trend, frame));
    if (merged === known) continue;
    trends ??= new Map(before);
    trends.set(trend, merged);
    changed.push(trend);
  }
  return { trends: trends ?? before, changed };
}

/** The same array where nothing changed. */
function withPoints(
  known: readonly TrendPoint[],
  added: readonly TrendPoint[],
  oldest: number,
): readonly TrendPoint[] {
  const byMoment = new Map(known.map((point) => [point.at, point]));
  let same = (known[0]?.at ?? oldest) >= oldest;
  for (const point of added) {
    if (point.at < oldest || byMoment.get(point.at)?.value === point.value) continue;
    byMoment.set(point.at, point);
    same = false;
  }
  if (same) return known;
  const kept = [...byMoment.values()].filter((point) => point.at >= oldest);
  return kept.sort((a, b) => a.at - b.at).slice(-MAX_TREND_POINTS);
}

/** Half hours are those of today in the subject's zone: yesterday's leave the picture with the first of a new day. */
function oldestShown(trend: string, frame: Frame): number {
  if (!trend.endsWith('#halfHour')) return Number.NEGATIVE_INFINITY;
  const subject = trend.slice(0, trend.lastIndexOf('#', trend.length - '#halfHour'.length - 1));
  const timeZone = frame.subjects.get(subject)?.timeZone;
  if (timeZone === undefined) return Number.NEGATIVE_INFINITY;
  return halfHourStart(dayStart(frame.serverTime, timeZone));
}
