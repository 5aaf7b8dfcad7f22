/** Short ways to write the events that tests tell a queue, and to read what it makes of them. */
import { must } from '../../../lib/assert';
import { KPI_KEYS, type KpiKey } from '../../../lib/contracts/kpi';
import { HALF_HOUR_MS } from '../../../lib/day';
import { queueId } from '../../../lib/ids';
import { applyToQueue, type QueueEvent } from '../../../server/kpi/apply';
import type {
  GaugesObserved,
  IntervalObserved,
  MetricSample,
  MetricStats,
  SnapshotCompleted,
} from '../../../server/kpi/events';
import { closedTotals, noFigures, writeMediaFigures, writeQueueFigures } from '../../../server/kpi/figures';
import { kpiAt, MEDIA_KPIS } from '../../../server/kpi/formulas';
import { emptyQueue, type QueueState } from '../../../server/kpi/queue-state';

export const Q = queueId('q');
export const DAY = Date.UTC(2026, 10, 20);
export const NINE = DAY + 9 * 3_600_000;
export const EVERY_GAUGE = [
  'oWaiting',
  'oAlerting',
  'oInteracting',
  'oLongestWaiting',
  'oOnQueueUsers',
  'oUserRoutingStatuses',
  'oOffQueueUsers',
];
export const EVERY_INTERVAL = [
  'nOffered',
  'tAnswered',
  'tAbandon',
  'tShortAbandon',
  'tFlowOut',
  'nTransferred',
  'tHandle',
  'tWait',
  'oServiceLevel',
];

export function sample(metric: string, stats: MetricStats | number, qualifier?: string): MetricSample {
  const given = typeof stats === 'number' ? { count: stats } : stats;
  return qualifier === undefined ? { metric, stats: given } : { metric, qualifier, stats: given };
}

type More<T> = Partial<Omit<T, 'kind' | 'metrics'>>;

export function gauges(
  observedAt: number,
  metrics: MetricSample[],
  more: More<GaugesObserved> = {},
): GaugesObserved {
  return {
    kind: 'gaugesObserved',
    queueId: Q,
    mediaType: 'voice',
    observedAt,
    origin: 'live',
    metrics,
    ...more,
  };
}

export function interval(
  observedAt: number,
  start: number,
  metrics: MetricSample[],
  more: More<IntervalObserved> = {},
): IntervalObserved {
  const span = { intervalStart: start, intervalEnd: more.intervalEnd ?? start + HALF_HOUR_MS };
  return {
    kind: 'intervalObserved',
    queueId: Q,
    mediaType: 'voice',
    observedAt,
    origin: 'live',
    ...span,
    metrics,
    ...more,
  };
}

export function snapshot(
  observedAt: number,
  scope: SnapshotCompleted['scope'],
  more: Partial<SnapshotCompleted> = {},
): SnapshotCompleted {
  return { kind: 'snapshotCompleted', queueId: Q, observedAt, reason: 'backfill', scope, ...more };
}

export const allGauges = { kind: 'gauges', metrics: EVERY_GAUGE } as const;
export function allIntervals(from: number, to: number) {
  return { kind: 'intervals', from, to, metrics: EVERY_INTERVAL } as const;
}

export function applyAll(events: readonly QueueEvent[], state: QueueState = emptyQueue(DAY)): QueueState {
  return events.reduce(applyToQueue, state);
}

/** Every KPI of a queue over all media types, or of one; null as on the wire. */
export function kpisOf(
  state: QueueState,
  mediaType: string | null = null,
): ReadonlyMap<KpiKey, number | null> {
  const media = state.media.map((row) => {
    const figures = noFigures();
    writeMediaFigures(figures, state, { row, totals: closedTotals(row, state.dayStart) });
    return { mediaType: row.mediaType, figures };
  });
  let figures = noFigures();
  if (mediaType === null) writeQueueFigures(figures, state, media);
  else
    figures = must(
      media.find((row) => row.mediaType === mediaType),
      `a row of ${mediaType}`,
    ).figures;
  const keys = mediaType === null ? KPI_KEYS : KPI_KEYS.slice(0, MEDIA_KPIS);
  return new Map(
    keys.map((key, index) => {
      const value = kpiAt(index, figures, { excludeShortAbandons: false });
      return [key, Number.isNaN(value) ? null : value];
    }),
  );
}

/** The KPIs asked for, in their order. */
export function pick(
  state: QueueState,
  keys: readonly KpiKey[],
  mediaType: string | null = null,
): (number | null)[] {
  const values = kpisOf(state, mediaType);
  return keys.map((key) => values.get(key) ?? null);
}
