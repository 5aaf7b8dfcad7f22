/**
 * What the readers of KPIs (push, http) see of the engine: values by subject, trends, and batches of changes.
 * Types only; `kpi/engine` implements it.
 */
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import type { SubjectInfo, TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { SubjectKey } from '../../lib/ids';

export type Unsubscribe = () => void;

/** All that changed since the last flush, each (subject, kpi) at most once. */
export interface KpiBatch {
  readonly at: number;
  readonly changes: readonly ValueChange[];
  /** Set when queues, groups, names or thresholds changed: readers ask anew for what they list and print. */
  readonly subjectsChanged: boolean;
}

export interface QueueRow {
  readonly queueId: string;
  readonly name: string;
  readonly mediaType: string | null;
  readonly values: ReadonlyMap<KpiKey, KpiValue>;
}

/**
 * What a listener wants to hear of; absent: all of it. Only what somebody wants is worked out, so a narrow interest
 * is much cheaper. A listener may hear of more KPIs than it asked for, never of fewer.
 */
export interface Interest {
  readonly subjects?: ReadonlySet<SubjectKey>;
  readonly kpis?: ReadonlySet<KpiKey>;
}

export interface KpiReader {
  /** Every known subject over all media types: `all`, groups, divisions, queues by name. */
  subjects(): readonly SubjectInfo[];
  subject(key: SubjectKey): SubjectInfo | null;
  /** The figures of a subject now; `null` for an unknown subject. */
  value(subject: SubjectKey, kpi: KpiKey): KpiValue | null;
  /** Rows by queue: one over all media types, then one a media type seen. `queueId` null: all queues. */
  rows(queueId: string | null): readonly QueueRow[];
  /** The points of a trend so far, oldest first, bounded (half hours of today; minutes of the last four hours). */
  trend(subject: SubjectKey, kpi: KpiKey, every: 'minute' | 'halfHour'): readonly TrendPoint[];
  subscribe(listener: (batch: KpiBatch) => void, interest?: Interest): Unsubscribe;
  /** Announces at once what changed of queues and waits for its turn, to who subscribed. */
  flush(): void;
  subscribePoints(listener: (points: readonly TrendPoint[]) => void): Unsubscribe;
  /**
   * Declares interest in a trend, so that its points are recorded and announced; call the result to end it.
   * Half-hour trends need no recording and exist from the first backfill.
   */
  watchTrend(subject: SubjectKey, kpi: KpiKey, every: 'minute' | 'halfHour'): Unsubscribe;
}
