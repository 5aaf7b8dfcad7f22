/** The engine's running totals, counted in plain numbers and read when Prometheus asks. */
import type { Metrics } from '../runtime/metrics';

export interface EngineTotals {
  events: number;
  /** Events of queues that are not in the list. */
  unknownQueue: number;
  /** Refused at a bound: media types, presences, intervals. */
  beyondBounds: number;
  /** Changed nothing: twice, late, or already known. */
  unchanged: number;
  failed: number;
  changes: number;
  compared: number;
  drift: number;
}

export function newTotals(): EngineTotals {
  return {
    events: 0,
    unknownQueue: 0,
    beyondBounds: 0,
    unchanged: 0,
    failed: 0,
    changes: 0,
    compared: 0,
    drift: 0,
  };
}

export function exposeTotals(
  metrics: Metrics,
  totals: EngineTotals,
  read: { readonly queues: () => number; readonly staleQueues: () => number },
): void {
  metrics.counterFrom('floorcast_kpi_events_total', 'Events the KPI engine was told.', () => totals.events);
  metrics.countersFrom(
    'floorcast_kpi_ignored_total',
    'Events that changed nothing, by why.',
    'reason',
    () => [
      ['unknown_queue', totals.unknownQueue],
      ['beyond_bounds', totals.beyondBounds],
      ['unchanged', totals.unchanged],
      ['failed', totals.failed],
    ],
  );
  metrics.counterFrom('floorcast_kpi_changes_total', 'Changed figures announced.', () => totals.changes);
  metrics.counterFrom('floorcast_kpi_compared_total', 'Figures compared with REST.', () => totals.compared);
  metrics.counterFrom(
    'floorcast_kpi_drift_total',
    'Figures that had drifted and were put right.',
    () => totals.drift,
  );
  metrics.gaugeFrom('floorcast_kpi_queues', 'Queues listed.', read.queues);
  metrics.gaugeFrom('floorcast_kpi_stale_queues', 'Queues whose figures are stale.', read.staleQueues);
}
