/** A queue's comparisons with REST: collected while its answer comes in, judged when it is complete. See `drift`. */
import type { KpiValue } from '../../lib/contracts/kpi';
import { type Comparison, compareLeftOut, compareWith, countByLabel, explains, SUSPECT_MS } from './drift';
import type { GaugesObserved, IntervalObserved, SnapshotCompleted } from './events';
import type { QueueState } from './queue-state';
import type { QueueEntry, Reconciliation } from './subject-view';

/** A day of five media types by half hours is some 2,000 figures; a broken source must not fill the memory. */
const MAX_COMPARISONS = 10_000;

/** The outcome of one comparison of one queue. `at`: epoch ms of the request. */
export interface ReconciliationReport {
  readonly queueId: string;
  readonly at: number;
  readonly compared: number;
  readonly drift: number;
}

/** Before a REST event is applied to a queue whose link is live. */
export function noteBackfill(entry: QueueEntry, event: GaugesObserved | IntervalObserved): void {
  if (entry.freshness.state !== 'live' || entry.comparisons.length >= MAX_COMPARISONS) return;
  entry.comparisons.push(...compareWith(entry.state, event));
}

/** After a live event: it may explain what looked wrong. */
export function noteLive(entry: QueueEntry, event: GaugesObserved | IntervalObserved): void {
  for (const reconciliation of entry.reconciliations) {
    if (reconciliation.suspects.length === 0) continue;
    reconciliation.suspects = reconciliation.suspects.filter((suspect) => !explains(event, suspect));
  }
}

/** After `snapshotCompleted`: a reconciliation starts its five seconds; a backfill explains its differences itself. */
export function noteCompleted(
  entry: QueueEntry,
  before: QueueState,
  given: { readonly event: SnapshotCompleted; readonly tick: number },
): void {
  const { event, tick } = given;
  const scope = event.scope.kind;
  const isOfScope = (c: Comparison) => (c.interval === null) === (scope === 'gauges');
  const compared = entry.comparisons.filter(isOfScope);
  entry.comparisons = entry.comparisons.filter((c) => !isOfScope(c));
  if (event.reason !== 'reconcile' || entry.freshness.state !== 'live') return;
  const leftOut = compareLeftOut(before, entry.state, event);
  const reconciliation: Reconciliation = {
    at: event.observedAt,
    compared: compared.length + leftOut.length,
    scope,
    until: tick + SUSPECT_MS,
    suspects: [...compared.filter((c) => c.isDifferent), ...leftOut],
  };
  entry.reconciliations = [...entry.reconciliations, reconciliation];
}

/** The reconciliations that are decided by now: nothing suspect is left, or its time is over. */
export function takeDecided(entry: QueueEntry, tick: number): readonly ReconciliationReport[] {
  const isDecided = (r: Reconciliation) => r.suspects.length === 0 || tick >= r.until;
  const decided = entry.reconciliations.filter(isDecided);
  if (decided.length === 0) return [];
  entry.reconciliations = entry.reconciliations.filter((r) => !isDecided(r));
  for (const { scope, suspects } of decided) entry.drift[scope] = suspects;
  entry.drift.figure = (entry.drift.gauges?.length ?? 0) + (entry.drift.intervals?.length ?? 0);
  entry.drift.detail = driftDetail(entry);
  entry.drift.at = Math.max(entry.drift.at, ...decided.map((r) => r.at));
  return decided.map((r) => ({
    queueId: entry.id,
    at: r.at,
    compared: r.compared,
    drift: r.suspects.length,
  }));
}

/** The last drift of a queue by KPI; absent where there is none. */
function driftDetail(entry: QueueEntry): KpiValue['detail'] {
  const figures = [...(entry.drift.gauges ?? []), ...(entry.drift.intervals ?? [])];
  return figures.length === 0 ? undefined : [...countByLabel(figures)];
}
