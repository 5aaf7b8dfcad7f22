/**
 * REST answers as KPI events, pure: the same events that the stream makes, then for every queue that was asked for
 * the word that the answer was complete.
 */
import type { QueueId } from '../../lib/ids';
import type { KpiEvent, MetricSample, MetricStats, SnapshotCompleted } from '../kpi/events';
import type { DayPiece } from './day-pieces';
import { createIntervalReader } from './interval-text';
import type { AggregatesAnswer, ObservationsAnswer } from './schemas';

/** What was asked, and when the request went out. */
export interface Asked {
  readonly queueIds: readonly QueueId[];
  readonly metrics: readonly string[];
  readonly sentAt: number;
  readonly reason: SnapshotCompleted['reason'];
}

type WireSample = NonNullable<NonNullable<ObservationsAnswer['results']>[number]['data']>[number];

export function gaugeEvents(answer: ObservationsAnswer, asked: Asked): KpiEvent[] {
  const wanted = new Map<string, QueueId>(asked.queueIds.map((id) => [id, id]));
  const events: KpiEvent[] = [];
  for (const { group, data } of answer.results ?? []) {
    const queueId = wanted.get(group.queueId ?? '');
    if (queueId === undefined || !data) continue;
    const metrics = data.map(sampleOf);
    const mediaType = group.mediaType ?? null;
    events.push({
      kind: 'gaugesObserved',
      queueId,
      mediaType,
      observedAt: asked.sentAt,
      origin: 'backfill',
      metrics,
    });
  }
  return [...events, ...completed(asked, { kind: 'gauges', metrics: asked.metrics })];
}

/** `null` where an interval of the answer is none of those that were asked for. */
export function intervalEvents(answer: AggregatesAnswer, asked: Asked, piece: DayPiece): KpiEvent[] | null {
  const wanted = new Map<string, QueueId>(asked.queueIds.map((id) => [id, id]));
  const intervals = createIntervalReader();
  const events: KpiEvent[] = [];
  for (const { group, data } of answer.results ?? []) {
    const queueId = wanted.get(group.queueId ?? '');
    const { mediaType } = group;
    if (queueId === undefined || !mediaType) continue;
    for (const { interval, metrics } of data ?? []) {
      const span = piece.part ? { start: piece.from, end: piece.to } : intervals.read(interval);
      if (span === null || span.start < piece.from || span.end > piece.to) return null;
      events.push({
        kind: 'intervalObserved',
        queueId,
        mediaType,
        observedAt: asked.sentAt,
        origin: 'backfill',
        intervalStart: span.start,
        intervalEnd: span.end,
        metrics: metrics.map(sampleOf),
      });
    }
  }
  const { from, to } = piece;
  return [...events, ...completed(asked, { kind: 'intervals', from, to, metrics: asked.metrics })];
}

function completed(
  { queueIds, sentAt, reason }: Asked,
  scope: SnapshotCompleted['scope'],
): SnapshotCompleted[] {
  return queueIds.map((queueId) => ({
    kind: 'snapshotCompleted',
    queueId,
    observedAt: sentAt,
    reason,
    scope,
  }));
}

function sampleOf({ metric, qualifier, stats }: WireSample): MetricSample {
  const clean: Record<string, number> = {};
  // The fields' names come from the schema, not from outside.
  for (const [field, figure] of Object.entries(stats)) if (typeof figure === 'number') clean[field] = figure;
  const figures: MetricStats = clean;
  return qualifier ? { metric, qualifier, stats: figures } : { metric, stats: figures };
}
