/**
 * Two pictures of one queue made one: `joinQueue(a, b)`. Pure. What each of them saw counts, the newest observation of a
 * cell winning by the same rules as for events, so that it does not matter who saw what, in which order two pictures are
 * joined, or how often. A picture of another day is first brought to the later one.
 */
import { applyDayStart } from './apply-day-start';
import { newGauges, withBit } from './apply-gauges';
import { wins, write } from './apply-interval';
import { completedByItself } from './apply-snapshot';
import type { Completeness, MediaRow, QueueState, Straddle, Users } from './queue-state';
import { MAX_INTERVALS, MAX_MEDIA_TYPES, MAX_PRESENCES } from './queue-state';
import {
  AT,
  at,
  COUNT,
  GAUGE,
  GAUGE_AT,
  GAUGE_ORIGINS,
  GAUGES,
  INTERVAL,
  INTERVAL_METRICS,
  MAX_WAIT,
  NEVER,
  ORIGINS,
  QUALIFIERS,
  ROUTING,
  START,
  SUM,
  USER_AT,
  USER_ORIGINS,
  USER_SEEN,
} from './row-layout';

type Row = readonly number[];

/** The first where the second adds nothing. */
export function joinQueue(first: QueueState, second: QueueState): QueueState {
  const dayStart = Math.max(first.dayStart, second.dayStart);
  const a = applyDayStart(first, { kind: 'dayStarted', dayStart });
  const b = applyDayStart(second, { kind: 'dayStarted', dayStart });
  const complete = joinComplete(a.complete, b.complete);
  const users = joinUsers(a.users, b.users);
  const media = joinMedia(a, b);
  if (a === first && complete === a.complete && users === a.users && media === a.media) return first;
  return completedByItself({ dayStart, media, users, complete });
}

function joinMedia(a: QueueState, b: QueueState): readonly MediaRow[] {
  const others = new Map(b.media.map((row) => [row.mediaType, row]));
  let isSame = true;
  const joined = a.media.map((row) => {
    const other = others.get(row.mediaType);
    others.delete(row.mediaType);
    const next = other === undefined ? row : joinRows(row, other);
    isSame &&= next === row;
    return next;
  });
  if (isSame && others.size === 0) return a.media;
  const added = [...others.values()].map((row) => joinRows({ ...row, gauges: newGauges(a) }, row));
  return [...joined, ...added].slice(0, MAX_MEDIA_TYPES);
}

function joinRows(a: MediaRow, b: MediaRow): MediaRow {
  const gauges = joinGauges(a.gauges, b.gauges);
  const intervals = joinIntervals(intervalsOf(a), intervalsOf(b));
  const straddle = joinStraddles(a.straddle, b.straddle);
  if (gauges === a.gauges && intervals === null && straddle === a.straddle) return a;
  const rows = intervals ?? intervalsOf(a);
  return {
    mediaType: a.mediaType,
    gauges,
    current: rows.at(-1) ?? null,
    closed: rows.slice(0, -1),
    straddle,
  };
}

function joinGauges(a: Row, b: Row): Row {
  let row: number[] | null = null;
  for (let g = 0; g < GAUGES; g++) {
    const [mine, theirs] = [at(a, GAUGE_AT + g), at(b, GAUGE_AT + g)];
    // At the same moment "nobody waits" is the stronger word.
    const isStronger =
      theirs === mine && g === GAUGE.longest && Number.isNaN(at(b, g)) && !Number.isNaN(at(a, g));
    if (!(theirs > mine || (isStronger && theirs !== NEVER))) continue;
    row ??= a.slice();
    row[g] = at(b, g);
    row[GAUGE_AT + g] = theirs;
    row[GAUGE_ORIGINS] = withBit(at(row, GAUGE_ORIGINS), g, hasBit(b, GAUGE_ORIGINS, g));
  }
  return row ?? a;
}

function intervalsOf({ closed, current }: MediaRow): readonly Row[] {
  return current === null ? closed : [...closed, current];
}

/** By start; `null`: the first, as they are. */
function joinIntervals(a: readonly Row[], b: readonly Row[]): readonly Row[] | null {
  const byStart = new Map(a.map((row) => [at(row, START), row]));
  let isSame = true;
  for (const theirs of b) {
    const mine = byStart.get(at(theirs, START));
    const next = mine === undefined ? theirs : joinInterval(mine, theirs);
    if (next === mine) continue;
    isSame = false;
    byStart.set(at(theirs, START), next);
  }
  if (isSame) return null;
  return [...byStart.values()].sort((x, y) => at(x, START) - at(y, START)).slice(-MAX_INTERVALS);
}

function joinInterval(a: Row, b: Row): Row {
  let row: number[] | null = null;
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    if (at(b, AT + m) === NEVER) continue;
    const seen = {
      count: at(b, COUNT + m),
      sum: at(b, SUM + m),
      observedAt: at(b, AT + m),
      isBackfill: hasBit(b, ORIGINS, m),
    };
    if (isCell(a, m, seen) || !wins(row ?? a, m, seen)) continue;
    row ??= a.slice();
    const observedAt = Math.max(seen.observedAt, at(row, AT + m));
    write(row, m, { ...seen, observedAt, max: m === INTERVAL.tWait ? at(b, MAX_WAIT) : undefined });
  }
  return row ?? a;
}

interface Cell {
  readonly count: number;
  readonly sum: number;
  readonly observedAt: number;
}

function isCell(row: Row, m: number, { count, sum, observedAt }: Cell): boolean {
  return at(row, AT + m) === observedAt && at(row, COUNT + m) === count && at(row, SUM + m) === sum;
}

function joinStraddles(a: Straddle | null, b: Straddle | null): Straddle | null {
  if (a === null || b === null) return a ?? b;
  const running = joinInterval(a.running, b.running);
  const baseline = joinKnown(a.baseline, b.baseline);
  const part = joinKnown(a.part, b.part);
  if (running === a.running && baseline === a.baseline && part === a.part) return a;
  return { running, baseline, part };
}

function joinKnown(a: Row | null, b: Row | null): Row | null {
  if (a === null || b === null) return a ?? b;
  return joinInterval(a, b);
}

function joinUsers(a: Users, b: Users): Users {
  let row: number[] | null = null;
  for (let slot = 0; slot < ROUTING + QUALIFIERS; slot++) {
    if (!(at(b.row, USER_AT + slot) > at(a.row, USER_AT + slot))) continue;
    row ??= a.row.slice();
    row[slot] = at(b.row, slot);
    row[USER_AT + slot] = at(b.row, USER_AT + slot);
    row[USER_ORIGINS] = withBit(at(row, USER_ORIGINS), slot, hasBit(b.row, USER_ORIGINS, slot));
  }
  const seen = at(a.row, USER_SEEN) | at(b.row, USER_SEEN);
  if (seen !== at(a.row, USER_SEEN)) {
    row ??= a.row.slice();
    row[USER_SEEN] = seen;
  }
  const presences = joinPresences(a.presences, b.presences);
  return row === null && presences === a.presences ? a : { row: row ?? a.row, presences };
}

function joinPresences(a: Users['presences'], b: Users['presences']): Users['presences'] {
  const byId = new Map(a.map((presence) => [presence.id, presence]));
  let isSame = true;
  for (const theirs of b) {
    if (theirs.observedAt <= (byId.get(theirs.id)?.observedAt ?? NEVER)) continue;
    byId.set(theirs.id, theirs);
    isSame = false;
  }
  return isSame ? a : [...byId.values()].slice(0, MAX_PRESENCES);
}

/** Answers about the same day add up; of different ones the one that was asked later holds. */
function joinComplete(a: Completeness, b: Completeness): Completeness {
  const gauges = latest(a.gauges, b.gauges);
  const days =
    a.from === b.from
      ? { from: a.from, to: Math.max(a.to, b.to), intervals: latest(a.intervals, b.intervals) }
      : Math.max(...b.intervals) > Math.max(...a.intervals)
        ? b
        : a;
  if (gauges === a.gauges && days.to === a.to && days.intervals === a.intervals) return a;
  return { gauges, from: days.from, to: days.to, intervals: days.intervals };
}

function latest(a: Row, b: Row): Row {
  return b.some((stamp, place) => stamp > at(a, place))
    ? a.map((stamp, place) => Math.max(stamp, at(b, place)))
    : a;
}

function hasBit(row: Row, place: number, bit: number): boolean {
  return (at(row, place) & (1 << bit)) !== 0;
}
