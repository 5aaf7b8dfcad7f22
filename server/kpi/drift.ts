/**
 * Comparing with REST. A figure of a reconciliation that differs from what was held is put right at once and is a
 * suspect for five seconds: a frame on its way (the platform sends at most one a second) explains it where it brings
 * the same value or goes past it. What nothing explains was lost, and is drift. Pure; times are monotonic ms but
 * for `observedAt`.
 */
import type { KpiKey } from '../../lib/contracts/kpi';
import { newGauges } from './apply-gauges';
import type { GaugesObserved, IntervalObserved, MetricSample, SnapshotCompleted } from './events';
import { type MediaRow, mediaIndex, type QueueState } from './queue-state';
import {
  AT,
  at,
  COMPLETE,
  COUNT,
  GAUGE,
  GAUGE_AT,
  gaugeIndex,
  intervalIndex,
  NEVER,
  ON_QUEUE,
  qualifierIndex,
  ROUTING,
  START,
  SUM,
  USER_AT,
} from './row-layout';

export const SUSPECT_MS = 5_000;

/** One figure of REST beside what was held. */
export interface Comparison {
  readonly mediaType: string | null;
  readonly metric: string;
  readonly qualifier: string | null;
  /** Start of the interval; `null` for a gauge. */
  readonly interval: number | null;
  readonly observedAt: number;
  readonly count: number;
  readonly isDifferent: boolean;
}

type Observed = GaugesObserved | IntervalObserved;

/** What a REST event compares with: figures held and not observed since its request. */
export function compareWith(state: QueueState, event: Observed): readonly Comparison[] {
  const list: Comparison[] = [];
  for (const sample of event.metrics) {
    const held = heldFigure(state, event, sample);
    const count = countOf(sample);
    if (held === null || count === undefined || held.observedAt >= event.observedAt) continue;
    const isDifferent =
      held.count !== count || (held.sum !== null && held.sum !== (sumOf(sample) ?? held.sum));
    list.push({
      mediaType: event.mediaType,
      metric: sample.metric,
      qualifier: sample.qualifier ?? null,
      interval: event.kind === 'intervalObserved' ? event.intervalStart : null,
      observedAt: event.observedAt,
      count,
      isDifferent,
    });
  }
  return list;
}

function countOf(sample: MetricSample): number | undefined {
  if (sample.metric === 'oServiceLevel') return sample.stats.denominator;
  return sample.metric === 'oLongestWaiting' ? undefined : sample.stats.count;
}
function sumOf(sample: MetricSample): number | undefined {
  return sample.metric === 'oServiceLevel' ? sample.stats.numerator : sample.stats.sum;
}

interface HeldFigure {
  readonly count: number;
  readonly sum: number | null;
  readonly observedAt: number;
}

function heldFigure(state: QueueState, event: Observed, sample: MetricSample): HeldFigure | null {
  if (event.mediaType === null) return heldUsers(state, sample);
  const row = state.media[mediaIndex(state, event.mediaType)];
  return event.kind === 'gaugesObserved'
    ? heldGauge(state, row, sample)
    : heldInterval(state, row, { event, sample });
}

/** A media type without a row is held at zero where a snapshot said so. */
function heldGauge(state: QueueState, row: MediaRow | undefined, sample: MetricSample): HeldFigure | null {
  const g = gaugeIndex(sample.metric);
  if (g === -1) return null;
  const gauges = row?.gauges ?? newGauges(state);
  return heldOrNull({ count: at(gauges, g), sum: null, observedAt: at(gauges, GAUGE_AT + g) });
}

function heldInterval(
  state: QueueState,
  row: MediaRow | undefined,
  { event, sample }: { readonly event: IntervalObserved; readonly sample: MetricSample },
): HeldFigure | null {
  const m = intervalIndex(sample.metric);
  if (m === -1 || event.intervalStart < state.dayStart) return null;
  const held =
    row === undefined ? undefined : intervalsOf(row).find((i) => at(i, START) === event.intervalStart);
  if (held === undefined)
    return heldOrNull({ count: 0, sum: 0, observedAt: at(state.complete.intervals, m) });
  return heldOrNull({ count: at(held, COUNT + m), sum: at(held, SUM + m), observedAt: at(held, AT + m) });
}

function heldUsers(state: QueueState, sample: MetricSample): HeldFigure | null {
  const { row, presences } = state.users;
  if (sample.metric === 'oOffQueueUsers') {
    const held = presences.find((presence) => presence.id === sample.qualifier);
    const completeAt = at(state.complete.gauges, COMPLETE.offQueue);
    return heldOrNull({ count: held?.count ?? 0, sum: null, observedAt: held?.observedAt ?? completeAt });
  }
  const q = qualifierIndex(sample.qualifier ?? '');
  const base =
    sample.metric === 'oOnQueueUsers' ? ON_QUEUE : sample.metric === 'oUserRoutingStatuses' ? ROUTING : -1;
  if (q === -1 || base === -1) return null;
  return heldOrNull({ count: at(row, base + q), sum: null, observedAt: at(row, USER_AT + base + q) });
}

function heldOrNull(held: HeldFigure): HeldFigure | null {
  return held.observedAt === NEVER ? null : held;
}

/** Figures that were held above zero and that a complete answer, by leaving them out, says are none. */
export function compareLeftOut(
  before: QueueState,
  after: QueueState,
  event: SnapshotCompleted,
): readonly Comparison[] {
  const list: Comparison[] = [];
  for (const row of before.media) {
    const now = after.media[mediaIndex(after, row.mediaType)];
    if (now === undefined || now === row) continue;
    list.push(
      ...(event.scope.kind === 'gauges' ? gaugesLeftOut(row, now, event) : intervalsLeftOut(row, now, event)),
    );
  }
  return list;
}

function gaugesLeftOut(before: MediaRow, after: MediaRow, event: SnapshotCompleted): readonly Comparison[] {
  return event.scope.metrics
    .filter((metric) => {
      const g = gaugeIndex(metric);
      return g !== -1 && g !== GAUGE.longest && at(before.gauges, g) > 0 && at(after.gauges, g) === 0;
    })
    .map((metric) => leftOut(event, { metric, mediaType: before.mediaType, interval: null }));
}

function intervalsLeftOut(
  before: MediaRow,
  after: MediaRow,
  event: SnapshotCompleted,
): readonly Comparison[] {
  const now = new Map(intervalsOf(after).map((interval) => [at(interval, START), interval]));
  return intervalsOf(before).flatMap((held) => {
    const next = now.get(at(held, START));
    if (next === undefined || next === held) return [];
    return event.scope.metrics
      .filter((metric) => {
        const m = intervalIndex(metric);
        return m !== -1 && at(held, COUNT + m) > 0 && at(next, COUNT + m) === 0;
      })
      .map((metric) => leftOut(event, { metric, mediaType: before.mediaType, interval: at(held, START) }));
  });
}

function intervalsOf(row: MediaRow): readonly (readonly number[])[] {
  return row.current === null ? row.closed : [...row.closed, row.current];
}

function leftOut(
  event: SnapshotCompleted,
  figure: Pick<Comparison, 'metric' | 'mediaType' | 'interval'>,
): Comparison {
  return { ...figure, qualifier: null, observedAt: event.observedAt, count: 0, isDifferent: true };
}

const LABELS = new Map<string, KpiKey>([
  ['oWaiting', 'waiting'],
  ['oAlerting', 'alerting'],
  ['oInteracting', 'interacting'],
  ['nOffered', 'offered'],
  ['tAnswered', 'answered'],
  ['tAbandon', 'abandoned'],
  ['tShortAbandon', 'shortAbandoned'],
  ['tFlowOut', 'flowedOut'],
  ['nTransferred', 'transferred'],
  ['tHandle', 'ahtMs'],
  ['tWait', 'avgWaitMs'],
  ['oServiceLevel', 'serviceLevel'],
  ['oOnQueueUsers', 'agentsOnQueue'],
  ['oUserRoutingStatuses', 'agentsOnQueue'],
  ['oOffQueueUsers', 'agentsOffQueue'],
]);

/** How many figures differed, by KPI key (the platform's metric where the catalogue has no KPI of it). */
export function countByLabel(figures: readonly Comparison[]): readonly { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { metric } of figures) {
    const label = LABELS.get(metric) ?? metric;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => ({ label, count }));
}

/** Whether a live event explains a suspect: the same figure, at the same value or observed after the request. */
export function explains(event: Observed, suspect: Comparison): boolean {
  if (event.origin !== 'live' || event.mediaType !== suspect.mediaType) return false;
  const interval = event.kind === 'intervalObserved' ? event.intervalStart : null;
  if (interval !== suspect.interval) return false;
  return event.metrics.some((sample) => {
    const count = countOf(sample);
    if (sample.metric !== suspect.metric || (sample.qualifier ?? null) !== suspect.qualifier) return false;
    if (count === undefined) return false;
    if (interval !== null) return count >= suspect.count;
    return count === suspect.count || event.observedAt > suspect.observedAt;
  });
}
