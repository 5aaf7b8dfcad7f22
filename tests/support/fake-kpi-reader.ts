/** An in-memory KpiReader that a test fills and announces from. What it holds is what it last announced. */
import { valueKey } from '../../lib/apply-delta';
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import { type SubjectInfo, type TrendPoint, trendKey, type ValueChange } from '../../lib/contracts/push';
import { parseSubject, type SubjectKey } from '../../lib/ids';
import type { KpiBatch, KpiReader, QueueRow, Unsubscribe } from '../../server/kpi/reader';

export class FakeKpiReader implements KpiReader {
  readonly watched = new Map<string, number>();
  #subjects = new Map<string, SubjectInfo>();
  #values = new Map<string, ValueChange>();
  #trends = new Map<string, TrendPoint[]>();
  #listeners = new Set<(batch: KpiBatch) => void>();
  #pointListeners = new Set<(points: readonly TrendPoint[]) => void>();

  constructor(subjects: readonly string[] = ['all']) {
    this.list(subjects);
  }

  get listenersCount(): number {
    return this.#listeners.size + this.#pointListeners.size;
  }

  subjects(): readonly SubjectInfo[] {
    return [...this.#subjects.values()];
  }

  subject(key: SubjectKey): SubjectInfo | null {
    return this.#subjects.get(key) ?? null;
  }

  value(subject: SubjectKey, kpi: KpiKey): KpiValue | null {
    const known = this.#values.get(valueKey(subject, kpi));
    if (known === undefined) return null;
    const { subject: _subject, kpi: _kpi, ...value } = known;
    return value;
  }

  rows(queueId: string | null): readonly QueueRow[] {
    const rows = new Map<string, { row: QueueRow; values: Map<KpiKey, KpiValue> }>();
    for (const { subject, kpi, ...value } of this.#values.values()) {
      const parsed = parseSubject(subject);
      if (parsed?.kind !== 'queue' || (queueId !== null && parsed.id !== queueId)) continue;
      const values = rows.get(subject)?.values ?? new Map<KpiKey, KpiValue>();
      values.set(kpi, value);
      const name = this.#subjects.get(`queue:${parsed.id}`)?.name ?? parsed.id;
      rows.set(subject, {
        row: { queueId: parsed.id, name, mediaType: parsed.mediaType, values },
        values,
      });
    }
    return [...rows.values()].map((entry) => entry.row);
  }

  trend(subject: SubjectKey, kpi: KpiKey, every: 'minute' | 'halfHour'): readonly TrendPoint[] {
    return this.#trends.get(trendKey(subject, kpi, every)) ?? [];
  }

  subscribe(listener: (batch: KpiBatch) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What a test lets be announced then. */
  onFlush: () => void = () => {};

  flush(): void {
    this.onFlush();
  }

  subscribePoints(listener: (points: readonly TrendPoint[]) => void): Unsubscribe {
    this.#pointListeners.add(listener);
    return () => void this.#pointListeners.delete(listener);
  }

  watchTrend(subject: SubjectKey, kpi: KpiKey, every: 'minute' | 'halfHour'): Unsubscribe {
    const key = trendKey(subject, kpi, every);
    this.watched.set(key, (this.watched.get(key) ?? 0) + 1);
    return () => void this.watched.set(key, (this.watched.get(key) ?? 0) - 1);
  }

  /** Replaces the list of subjects in silence. */
  list(subjects: readonly string[]): void {
    this.#subjects = new Map(
      subjects.map((subject) => [
        subject,
        { subject, name: `Name of ${subject}`, shortName: subject, timeZone: 'UTC' },
      ]),
    );
  }

  /** What a subject is called, and where its day begins. */
  name(subject: string, names: Partial<SubjectInfo>): void {
    const known = this.#subjects.get(subject);
    if (known !== undefined) this.#subjects.set(subject, { ...known, ...names });
  }

  /** Holds values and announces them as one batch. */
  announce(changes: readonly ValueChange[], subjectsChanged = false): void {
    for (const change of changes) this.#values.set(valueKey(change.subject, change.kpi), change);
    for (const listener of [...this.#listeners]) listener({ at: 0, changes, subjectsChanged });
  }

  announcePoints(points: readonly TrendPoint[]): void {
    for (const point of points) {
      const trend = (this.#trends.get(point.trend) ?? []).filter((known) => known.at !== point.at);
      this.#trends.set(point.trend, [...trend, point]);
    }
    for (const listener of [...this.#pointListeners]) listener(points);
  }
}

/** A live value. */
export function change(
  subject: string,
  kpi: KpiKey,
  value: number | null,
  more: Partial<ValueChange> = {},
): ValueChange {
  return { subject, kpi, value, asOf: 1, origin: 'live', status: 'normal', stale: false, ...more };
}
