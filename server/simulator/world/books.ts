/**
 * The simulator's own books: who waits, rings and talks in every queue and media type right now, what happened in
 * every quarter (or half) hour, and where the agents are. The worlds write them, everything else reads them, and
 * they know nothing of frames, topics or REST.
 * Promise: after every event up to t has been written, a reading equals a recount of the calls at t. Times are epoch
 * ms; durations are ms, and they are the caller's: a sped-up replay books the durations of its file.
 */

import { must } from '../../../lib/assert';
import {
  GAUGE,
  type IntervalMetric,
  intervalMetric,
  MEDIA_TYPES,
  type MetricName,
  ON_QUEUE_STATUSES,
  PRESENCES,
} from './catalogue';
import { addCount, addServiceLevel, addTime, emptyRow, type IntervalRow, mergeRow } from './interval-row';

/** One stay of an interaction in one queue. `id` is unique in the world. */
export interface Leg {
  readonly id: number;
  readonly queue: number;
  readonly media: number;
}

/** Told after every booking; `gauges` and `metrics` are masks of what changed. */
export interface BooksListener {
  mediaChanged(queue: number, media: number, at: number, gauges: number, metrics: number): void;
  usersChanged(queue: number, at: number): void;
}

export interface Gauges {
  readonly waiting: number;
  readonly alerting: number;
  readonly interacting: number;
  /** When the longest waiter joined; `null` where nobody waits. */
  readonly longestWaitSince: number | null;
  readonly longestInteractingSince: number | null;
}

/** Where a queue's members are: on queue by status (index of ON_QUEUE_STATUSES), off queue by presence. */
export interface UserCounts {
  readonly onQueue: number[];
  readonly offQueue: number[];
}
export type UserPlace = { readonly kind: 'onQueue' | 'offQueue'; readonly index: number };

export interface LeftQueue {
  readonly outcome: 'answered' | 'abandoned' | 'flowedOut';
  readonly waitMs: number;
  /** Answered within the queue's target. */
  readonly metTarget: boolean;
  readonly shortAbandon: boolean;
}
export interface Handled {
  readonly talkMs: number;
  readonly heldMs: number;
  readonly acwMs: number;
}

export interface Books {
  /** The one listener of what is booked from now on. */
  listen(listener: BooksListener): void;
  offered(leg: Leg, at: number): void;
  alertStarted(leg: Leg, at: number): void;
  /** `agentFailed`: it rang in vain, and not because the caller hung up. */
  alertEnded(leg: Leg, at: number, alertMs: number, agentFailed: boolean): void;
  talkStarted(leg: Leg, at: number): void;
  leftQueue(leg: Leg, at: number, how: LeftQueue): void;
  talkEnded(leg: Leg, at: number): void;
  handled(leg: Leg, at: number, times: Handled): void;
  transferred(leg: Leg, at: number): void;
  /** A member of `queues` moved; `null` is logged out. */
  userMoved(queues: readonly number[], from: UserPlace | null, to: UserPlace | null, at: number): void;
  gauges(queue: number, media: number): Gauges;
  users(queue: number): UserCounts;
  /** Σ of the rows that overlap [from, to); `null` where there are none. Exact when both are multiples of `rowMs`. */
  interval(queue: number, media: number, from: number, to: number): IntervalRow | null;
  /** Drops rows that ended before `at`. */
  forgetBefore(at: number): void;
  readonly rowMs: number;
}

interface Series {
  /** Leg → when it joined, in order of joining: the first is the longest waiter. */
  readonly waiting: Map<number, number>;
  readonly interacting: Map<number, number>;
  alerting: number;
  readonly rows: Map<number, IntervalRow>;
}

interface QueuePage {
  readonly series: (Series | null)[];
  readonly users: UserCounts;
}

const NOBODY: BooksListener = { mediaChanged() {}, usersChanged() {} };
const EMPTY_GAUGES: Gauges = {
  waiting: 0,
  alerting: 0,
  interacting: 0,
  longestWaitSince: null,
  longestInteractingSince: null,
};

function metric(name: MetricName): IntervalMetric {
  return must(intervalMetric(name), name);
}
const M = {
  offered: metric('nOffered'),
  answered: metric('tAnswered'),
  abandon: metric('tAbandon'),
  shortAbandon: metric('tShortAbandon'),
  wait: metric('tWait'),
  acd: metric('tAcd'),
  alert: metric('tAlert'),
  notResponding: metric('tNotResponding'),
  talk: metric('tTalk'),
  held: metric('tHeld'),
  acw: metric('tAcw'),
  handle: metric('tHandle'),
  flowOut: metric('tFlowOut'),
  overSla: metric('nOverSla'),
  transferred: metric('nTransferred'),
  serviceLevel: metric('oServiceLevel'),
};

/** Books for `queueCount` queues, in rows of `rowMs` (15 or 30 minutes). */
export function createBooks(queueCount: number, rowMs: number): Books {
  let listener: BooksListener = NOBODY;
  const pages = Array.from({ length: queueCount }, emptyPage);
  const page = (queue: number) => must(pages[queue], `queue ${queue}`);
  const series = (leg: Leg) => {
    const all = page(leg.queue).series;
    let found = all[leg.media];
    if (!found) {
      found = { waiting: new Map(), interacting: new Map(), alerting: 0, rows: new Map() };
      all[leg.media] = found;
    }
    return found;
  };
  const row = (leg: Leg, at: number) => rowAt(series(leg), at, rowMs);
  const tell = (leg: Leg, at: number, gauges: number, metrics: number) =>
    listener.mediaChanged(leg.queue, leg.media, at, gauges, metrics);

  return {
    rowMs,
    listen(next) {
      listener = next;
    },
    offered(leg, at) {
      series(leg).waiting.set(leg.id, at);
      addCount(row(leg, at), M.offered);
      tell(leg, at, GAUGE.waiting, M.offered.bit);
    },
    alertStarted(leg, at) {
      series(leg).alerting += 1;
      tell(leg, at, GAUGE.alerting, 0);
    },
    alertEnded(leg, at, alertMs, agentFailed) {
      series(leg).alerting -= 1;
      const figures = row(leg, at);
      addTime(figures, M.alert, alertMs);
      if (agentFailed) addTime(figures, M.notResponding, alertMs);
      tell(leg, at, GAUGE.alerting, M.alert.bit | (agentFailed ? M.notResponding.bit : 0));
    },
    talkStarted(leg, at) {
      series(leg).interacting.set(leg.id, at);
      tell(leg, at, GAUGE.interacting, 0);
    },
    leftQueue(leg, at, how) {
      series(leg).waiting.delete(leg.id);
      tell(leg, at, GAUGE.waiting, bookDeparture(row(leg, at), how));
    },
    talkEnded(leg, at) {
      series(leg).interacting.delete(leg.id);
      tell(leg, at, GAUGE.interacting, 0);
    },
    handled(leg, at, times) {
      tell(leg, at, 0, bookHandling(row(leg, at), times));
    },
    transferred(leg, at) {
      addCount(row(leg, at), M.transferred);
      tell(leg, at, 0, M.transferred.bit);
    },
    userMoved(queues, from, to, at) {
      for (const queue of queues) {
        const users = page(queue).users;
        if (from !== null) shift(users[from.kind], from.index, -1);
        if (to !== null) shift(users[to.kind], to.index, 1);
        listener.usersChanged(queue, at);
      }
    },
    gauges: (queue, media) => gaugesOf(page(queue).series[media] ?? null),
    users: (queue) => page(queue).users,
    interval: (queue, media, from, to) => sumRows(page(queue).series[media] ?? null, from, to, rowMs),
    forgetBefore(at) {
      for (const { series: all } of pages) {
        for (const one of all) {
          for (const start of one?.rows.keys() ?? []) if (start + rowMs <= at) one?.rows.delete(start);
        }
      }
    },
  };
}

function emptyPage(): QueuePage {
  return {
    series: MEDIA_TYPES.map(() => null),
    users: { onQueue: ON_QUEUE_STATUSES.map(() => 0), offQueue: PRESENCES.map(() => 0) },
  };
}

function rowAt(series: Series, at: number, rowMs: number): IntervalRow {
  const start = Math.floor(at / rowMs) * rowMs;
  let row = series.rows.get(start);
  if (row === undefined) {
    row = emptyRow();
    series.rows.set(start, row);
  }
  return row;
}

function bookDeparture(row: IntervalRow, how: LeftQueue): number {
  addTime(row, M.acd, how.waitMs);
  if (how.outcome === 'flowedOut') {
    addTime(row, M.flowOut, how.waitMs);
    return M.acd.bit | M.flowOut.bit;
  }
  addTime(row, M.wait, how.waitMs);
  addServiceLevel(row, M.serviceLevel, how.outcome === 'answered' && how.metTarget);
  const always = M.acd.bit | M.wait.bit | M.serviceLevel.bit;
  if (how.outcome === 'answered') {
    addTime(row, M.answered, how.waitMs);
    if (!how.metTarget) addCount(row, M.overSla);
    return always | M.answered.bit | (how.metTarget ? 0 : M.overSla.bit);
  }
  addTime(row, M.abandon, how.waitMs);
  if (how.shortAbandon) addTime(row, M.shortAbandon, how.waitMs);
  return always | M.abandon.bit | (how.shortAbandon ? M.shortAbandon.bit : 0);
}

function bookHandling(row: IntervalRow, times: Handled): number {
  addTime(row, M.talk, times.talkMs);
  addTime(row, M.handle, times.talkMs + times.heldMs + times.acwMs);
  let mask = M.talk.bit | M.handle.bit;
  if (times.heldMs > 0) {
    addTime(row, M.held, times.heldMs);
    mask |= M.held.bit;
  }
  if (times.acwMs > 0) {
    addTime(row, M.acw, times.acwMs);
    mask |= M.acw.bit;
  }
  return mask;
}

function gaugesOf(series: Series | null): Gauges {
  if (series === null) return EMPTY_GAUGES;
  return {
    waiting: series.waiting.size,
    alerting: series.alerting,
    interacting: series.interacting.size,
    longestWaitSince: firstValue(series.waiting),
    longestInteractingSince: firstValue(series.interacting),
  };
}

function firstValue(map: Map<number, number>): number | null {
  for (const value of map.values()) return value;
  return null;
}

function sumRows(series: Series | null, from: number, to: number, rowMs: number): IntervalRow | null {
  if (series === null) return null;
  let sum: IntervalRow | null = null;
  const add = (row: IntervalRow | undefined) => {
    if (row === undefined) return;
    sum ??= emptyRow();
    mergeRow(sum, row);
  };
  const first = Math.floor(from / rowMs) * rowMs;
  // Half hours are asked for at every frame: two look-ups, whatever the day holds.
  if ((to - first) / rowMs <= series.rows.size) {
    for (let start = first; start < to; start += rowMs) add(series.rows.get(start));
  } else {
    for (const [start, row] of series.rows) if (start >= first && start < to) add(row);
  }
  return sum;
}

function shift(counts: number[], index: number, by: number): void {
  counts[index] = (counts[index] ?? 0) + by;
}
