/**
 * The books in the platform's words: gauges, user counts and interval metrics as `{metric, qualifier?, stats}`.
 * Shared by the topics and by REST, so that both say the same.
 */
import type { Books, UserCounts } from '../world/books';
import {
  GAUGE,
  INTERVAL_METRICS,
  type IntervalMetric,
  ON_QUEUE_STATUSES,
  PRESENCES,
  presenceIndex,
} from '../world/catalogue';
import { type IntervalRow, statsOf, type WireStats } from '../world/interval-row';

export interface GaugeStats extends WireStats {
  readonly calculatedMetricValue?: number;
}
export interface WireMetric {
  readonly metric: string;
  readonly qualifier?: string;
  readonly stats: GaugeStats;
}

/** Instant observations of interactions that the platform has a name for. */
export const MEDIA_GAUGES = [
  'oWaiting',
  'oInteracting',
  'oAlerting',
  'oLongestWaiting',
  'oLongestInteracting',
] as const;
export type MediaGauge = (typeof MEDIA_GAUGES)[number];

/** Instant observations of a queue's users. */
export const USER_GAUGES = [
  'oOnQueueUsers',
  'oOffQueueUsers',
  'oUserRoutingStatuses',
  'oUserPresences',
  'oActiveUsers',
  'oMemberUsers',
] as const;
export type UserGauge = (typeof USER_GAUGES)[number];

/** The longest ones carry the epoch since when, and count 0 where there is nobody. */
export function mediaGauge(books: Books, queue: number, media: number, name: MediaGauge): WireMetric {
  const gauges = books.gauges(queue, media);
  switch (name) {
    case 'oWaiting':
      return { metric: name, stats: { count: gauges.waiting } };
    case 'oInteracting':
      return { metric: name, stats: { count: gauges.interacting } };
    case 'oAlerting':
      return { metric: name, stats: { count: gauges.alerting } };
    case 'oLongestWaiting':
      return { metric: name, stats: since(gauges.longestWaitSince) };
    case 'oLongestInteracting':
      return { metric: name, stats: since(gauges.longestInteractingSince) };
  }
}

function since(at: number | null): GaugeStats {
  return at === null ? { count: 0 } : { calculatedMetricValue: at };
}

const GAUGE_OF_BIT = [
  [GAUGE.waiting, 'oWaiting'],
  [GAUGE.interacting, 'oInteracting'],
  [GAUGE.alerting, 'oAlerting'],
] as const;

/** The streamed gauges of a mask: a count and nothing else. */
export function gaugesOfMask(books: Books, queue: number, media: number, mask: number): WireMetric[] {
  return GAUGE_OF_BIT.filter(([bit]) => (mask & bit) !== 0).map(([, name]) =>
    mediaGauge(books, queue, media, name),
  );
}

/** The interval metrics of a mask that have been counted at all. */
export function metricsOfMask(row: IntervalRow, mask: number, target: number): WireMetric[] {
  return metricsOf(
    row,
    INTERVAL_METRICS.filter((metric) => (mask & metric.bit) !== 0),
    target,
  );
}

export function metricsOf(
  row: IntervalRow,
  metrics: readonly IntervalMetric[],
  target: number,
): WireMetric[] {
  return metrics.flatMap((metric) => {
    const stats = statsOf(row, metric, target);
    return stats === null ? [] : [{ metric: metric.name, stats }];
  });
}

/** Counts of a user metric by qualifier, zeros included. */
export function userGauge(users: UserCounts, memberCount: number, name: UserGauge): WireMetric[] {
  const onQueue = ON_QUEUE_STATUSES.map((status, at) => counted(name, users.onQueue[at] ?? 0, status));
  const onQueueTotal = total(users.onQueue);
  switch (name) {
    case 'oOnQueueUsers':
      return onQueue;
    case 'oUserRoutingStatuses':
      return [...onQueue, counted(name, total(users.offQueue), 'OFF_QUEUE')];
    case 'oOffQueueUsers':
      return PRESENCES.map((presence, at) => counted(name, users.offQueue[at] ?? 0, presence.id));
    case 'oUserPresences':
      return PRESENCES.map((presence, at) => {
        const count = at === ON_QUEUE_PRESENCE ? onQueueTotal : (users.offQueue[at] ?? 0);
        return counted(name, count, presence.id);
      });
    case 'oActiveUsers':
      return [{ metric: name, stats: { count: onQueueTotal } }];
    case 'oMemberUsers':
      return [{ metric: name, stats: { count: memberCount } }];
  }
}

const ON_QUEUE_PRESENCE = presenceIndex('On Queue');

function counted(metric: string, count: number, qualifier: string): WireMetric {
  return { metric, qualifier, stats: { count } };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
