/**
 * Asks REST for the truth about up to a hundred queues and gives it to the KPI engine: gauges, and the day by half
 * hours. Backfill and reconciliation both ask here; they differ in lane and reason.
 */
import type { QueueId } from '../../lib/ids';
import { err, ok, type Result } from '../../lib/result';
import type { KpiEvent, KpiSink, SnapshotCompleted } from '../kpi/events';
import type { Failure } from '../runtime/errors';
import { malformed } from '../runtime/http-failures';
import { type DayPiece, groupByDay } from './day-pieces';
import { GAUGE_METRICS, INTERVAL_METRICS, queryAggregates, queryObservations } from './platform-calls';
import type { Lane } from './rate-pacer';
import type { RestClient } from './rest-client';
import { gaugeEvents, intervalEvents } from './snapshot-events';

export interface SnapshotQuery {
  readonly rest: RestClient;
  readonly lane: Lane;
  readonly reason: SnapshotCompleted['reason'];
  readonly queueIds: readonly QueueId[];
}

/** Gives an answer's events on; reconciliation lets the stream go first. */
export type Deliver = (events: readonly KpiEvent[]) => void;

export function deliverTo(sink: KpiSink): Deliver {
  return (events) => {
    for (const event of events) sink(event);
  };
}

export async function askGauges(query: SnapshotQuery, deliver: Deliver): Promise<Result<null, Failure>> {
  const { queueIds, reason } = query;
  const metrics = GAUGE_METRICS;
  const answer = await queryObservations(query.rest, query.lane, { queueIds, metrics });
  if (!answer.ok) return answer;
  const { value, sentAt } = answer.value;
  deliver(gaugeEvents(value, { queueIds, metrics, sentAt, reason }));
  return ok(null);
}

/** The whole day of each queue, by its own zone. */
export async function askDay(
  query: SnapshotQuery,
  day: { now: number; timeZoneOf: (queueId: QueueId) => string },
  deliver: Deliver,
): Promise<Result<null, Failure>> {
  for (const { queueIds, pieces } of groupByDay(query.queueIds, day.now, day.timeZoneOf)) {
    for (const piece of pieces) {
      const answer = await askPiece({ ...query, queueIds }, piece, deliver);
      if (!answer.ok) return answer;
    }
  }
  return ok(null);
}

export async function askPiece(
  query: SnapshotQuery,
  piece: DayPiece,
  deliver: Deliver,
): Promise<Result<null, Failure>> {
  const { queueIds, reason } = query;
  const metrics = INTERVAL_METRICS;
  const { from, to } = piece;
  const answer = await queryAggregates(query.rest, query.lane, { queueIds, metrics, from, to });
  if (!answer.ok) return answer;
  const { value, sentAt } = answer.value;
  const events = intervalEvents(value, { queueIds, metrics, sentAt, reason }, piece);
  if (events === null)
    return err(malformed('asking for the figures of the day', 'an interval nobody asked for'));
  deliver(events);
  return ok(null);
}
