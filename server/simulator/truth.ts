/**
 * The books as JSON, for tests and people: `GET /simulator/truth`. Epochs and durations in ms.
 */

import { must } from '../../lib/assert';
import { dayStart } from '../../lib/day';
import type { DevicesTruth } from './devices/device-desk';
import type { Books, UserCounts } from './world/books';
import {
  intervalMetric,
  MEDIA_TYPES,
  type MetricName,
  ON_QUEUE_STATUSES,
  PRESENCES,
} from './world/catalogue';
import { cell, type IntervalRow } from './world/interval-row';
import type { ReplayState, SimQueue } from './world/world';

export interface TimeTruth {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export interface MediaTruth {
  readonly mediaType: string;
  readonly now: {
    readonly waiting: number;
    readonly interacting: number;
    readonly alerting: number;
    readonly longestWaitSince: number | null;
  };
  readonly today: {
    readonly offered: number;
    readonly answered: number;
    readonly abandoned: number;
    readonly shortAbandoned: number;
    readonly transferred: number;
    readonly flowedOut: number;
    readonly overSla: number;
    readonly tAnswered: TimeTruth;
    readonly tAbandon: TimeTruth;
    readonly tWait: TimeTruth;
    readonly tHandle: TimeTruth;
    readonly tTalk: TimeTruth;
    readonly tAcw: TimeTruth;
    readonly serviceLevel: { readonly numerator: number; readonly denominator: number };
  };
}

export interface QueueTruth {
  readonly id: string;
  readonly name: string;
  readonly divisionId: string;
  /** Users by routing status on queue, and by presence label off queue; zeros left out. */
  readonly users: {
    readonly onQueue: Readonly<Record<string, number>>;
    readonly offQueue: Readonly<Record<string, number>>;
  };
  /** Media types that have ever had an interaction since `since`, or have one now. */
  readonly media: readonly MediaTruth[];
}

export interface Truth {
  readonly serverTime: number;
  /** Up to when the books are written: the last step of the world. */
  readonly worldTime: number;
  readonly since: number;
  readonly replay: ReplayState | null;
  readonly queues: readonly QueueTruth[];
  /** What devices have published, and how they are; `null`: there are none. */
  readonly devices: DevicesTruth | null;
}

export interface TruthQuestion {
  /** Epoch ms from which `today` counts; default the start of the day in the world's zone. */
  readonly since?: number;
  readonly queueId?: string;
}

export interface TruthSources {
  readonly queues: readonly SimQueue[];
  readonly books: Books;
  readonly timeZone: string;
  readonly now: number;
  readonly worldTime: number;
  readonly replay: ReplayState | null;
  readonly devices: DevicesTruth | null;
}

export function tellTruth(sources: TruthSources, question: TruthQuestion): Truth {
  const since = question.since ?? dayStart(sources.now, sources.timeZone);
  const queues = sources.queues.filter(
    (queue) => question.queueId === undefined || queue.id === question.queueId,
  );
  return {
    serverTime: sources.now,
    worldTime: sources.worldTime,
    since,
    replay: sources.replay,
    devices: sources.devices,
    queues: queues.map((queue) => queueTruth(sources.books, queue, since)),
  };
}

function queueTruth(books: Books, queue: SimQueue, since: number): QueueTruth {
  return {
    id: queue.id,
    name: queue.name,
    divisionId: queue.division.id,
    users: usersTruth(books.users(queue.index)),
    media: MEDIA_TYPES.flatMap((mediaType, media) => mediaTruth(books, queue.index, media, mediaType, since)),
  };
}

function usersTruth(users: UserCounts): QueueTruth['users'] {
  const named = (counts: readonly number[], names: readonly string[]) =>
    Object.fromEntries(
      names.map((name, at) => [name, counts[at] ?? 0] as const).filter(([, count]) => count !== 0),
    );
  return {
    onQueue: named(users.onQueue, ON_QUEUE_STATUSES),
    offQueue: named(
      users.offQueue,
      PRESENCES.map((presence) => presence.label),
    ),
  };
}

function mediaTruth(
  books: Books,
  queue: number,
  media: number,
  mediaType: string,
  since: number,
): MediaTruth[] {
  const { waiting, interacting, alerting, longestWaitSince } = books.gauges(queue, media);
  const row = books.interval(queue, media, since, Number.POSITIVE_INFINITY);
  if (row === null && waiting + interacting + alerting === 0) return [];
  const today = todayTruth(row ?? []);
  return [{ mediaType, now: { waiting, interacting, alerting, longestWaitSince }, today }];
}

function todayTruth(row: IntervalRow): MediaTruth['today'] {
  const at = (name: MetricName) => must(intervalMetric(name), name).offset;
  const count = (name: MetricName) => cell(row, at(name));
  const time = (name: MetricName): TimeTruth => {
    const offset = at(name);
    return { count: cell(row, offset), sum: cell(row, offset + 1), max: cell(row, offset + 3) };
  };
  const serviceLevel = at('oServiceLevel');
  return {
    offered: count('nOffered'),
    answered: count('tAnswered'),
    abandoned: count('tAbandon'),
    shortAbandoned: count('tShortAbandon'),
    transferred: count('nTransferred'),
    flowedOut: count('tFlowOut'),
    overSla: count('nOverSla'),
    tAnswered: time('tAnswered'),
    tAbandon: time('tAbandon'),
    tWait: time('tWait'),
    tHandle: time('tHandle'),
    tTalk: time('tTalk'),
    tAcw: time('tAcw'),
    serviceLevel: { numerator: cell(row, serviceLevel), denominator: cell(row, serviceLevel + 1) },
  };
}
