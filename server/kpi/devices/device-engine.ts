/**
 * The KPIs of devices: takes what the alerts' source says through the door, and tells readers what changed, at the
 * pace of the boards. One link carries all of it: where the broker is away, all of it goes stale, after the same five
 * seconds as a queue's. Few figures, few changes: sums are worked out where somebody looks, nothing is kept by
 * difference.
 */
import {
  DEVICE_KPI_KEYS,
  type DeviceKpiKey,
  type KpiStatus,
  type KpiValue,
} from '../../../lib/contracts/kpi';
import type { TrendPoint, ValueChange } from '../../../lib/contracts/push';
import type { SubjectKey } from '../../../lib/ids';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import { DEFAULT_THRESHOLDS } from '../default-thresholds';
import type { DeviceEvent, DeviceSink } from '../events';
import { type Freshness, isStale, NEVER_LINKED, stepFreshness } from '../freshness';
import { MINUTE_MS } from '../history';
import type { KpiSettings } from '../kpi-settings';
import type { Interest, KpiBatch, Unsubscribe } from '../reader';
import { createTrendWatch, recordSample } from '../trend-watch';
import { createDeviceBook, type DeviceBook, deviceDetail, deviceKpi, type MembersOf } from './device-book';
import { createDeviceThresholds } from './device-thresholds';
import { createShownDevices } from './shown-devices';

export interface DeviceEngineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<KpiSettings, 'thresholds'>;
  readonly membersOf: MembersOf;
  /** Whom a listener that names nobody hears of. */
  readonly subjects: () => readonly SubjectKey[];
  readonly flushIntervalMs: number;
}

const SWEEP_MS = 1_000;

interface Listener {
  readonly hear: (batch: KpiBatch) => void;
  readonly subjects: ReadonlySet<SubjectKey> | null;
}

export class DeviceEngine {
  readonly #options: DeviceEngineOptions;
  readonly #book: DeviceBook;
  readonly #thresholds;
  readonly #shown = createShownDevices();
  readonly #listeners = new Set<Listener>();
  readonly #pointListeners = new Set<(points: readonly TrendPoint[]) => void>();
  readonly #trends = createTrendWatch();
  #freshness: Freshness = NEVER_LINKED;
  #restoredAt: number | null = null;
  #sampledMinute = Number.NEGATIVE_INFINITY;
  #siteCount = 0;
  #flush: Cancel | null = null;
  #sweep: Cancel | null = null;

  constructor(options: DeviceEngineOptions) {
    this.#options = options;
    this.#book = createDeviceBook(options.membersOf);
    this.#thresholds = createDeviceThresholds([...DEFAULT_THRESHOLDS, ...options.settings.thresholds]);
  }

  start(): void {
    this.#sweep ??= this.#options.clock.every(SWEEP_MS, () => this.#onSweep());
  }

  stop(): void {
    this.#sweep?.();
    this.#flush?.();
    this.#sweep = null;
    this.#flush = null;
  }

  /** The door. Never throws. */
  readonly sink: DeviceSink = (event) => {
    try {
      if (this.#take(event)) this.#schedule();
    } catch (thrown) {
      this.#options.log.error('an event of devices could not be applied', { reason: messageOf(thrown) });
    }
  };

  #take(event: DeviceEvent): boolean {
    if (event.kind === 'deviceFiguresObserved') return this.#book.take(event);
    const held = this.#freshness;
    if (event.kind === 'deviceLinkRestored') {
      this.#restoredAt = event.at;
      this.#freshness = stepFreshness(held, { kind: 'restored' });
    } else {
      const { at, heardAt } = event;
      const now = this.#options.clock.monotonicNow();
      this.#freshness = stepFreshness(held, { kind: 'lost', now, heardAt, silentMs: at - heardAt });
    }
    return isStale(held) !== isStale(this.#freshness);
  }

  sites(): readonly string[] {
    return this.#book.sites();
  }

  /** `null` where the subject has no devices' figures: one media type, or nobody knows it. */
  value(subject: SubjectKey, kpi: DeviceKpiKey): KpiValue | null {
    const figures = this.#book.figuresOf(subject);
    if (figures === null) return null;
    const stale = isStale(this.#freshness);
    const isKnown = figures.observedAt !== null || this.#restoredAt !== null;
    if (!isKnown) return { value: null, asOf: null, origin: null, status: 'unknown', stale };
    const value = deviceKpi(kpi, figures);
    const detail = deviceDetail(kpi, figures);
    return {
      value,
      asOf: Math.max(figures.observedAt ?? 0, this.#heardAt()),
      origin: figures.origin,
      status: this.#statusOf(subject, kpi, stale ? null : value),
      stale,
      ...(detail === undefined ? {} : { detail }),
    };
  }

  /** While the link lives a figure is as old as its last change; afterwards it was right until the last sign of life. */
  #heardAt(): number {
    const held = this.#freshness;
    return Math.max(this.#restoredAt ?? 0, held.state === 'stale' ? held.heardAt : 0);
  }

  #statusOf(subject: SubjectKey, kpi: DeviceKpiKey, value: number | null): KpiStatus {
    return this.#thresholds.judge(subject, kpi, { value, now: this.#options.clock.monotonicNow() });
  }

  subscribe(hear: (batch: KpiBatch) => void, { subjects, kpis }: Interest): Unsubscribe {
    if (kpis !== undefined && !DEVICE_KPI_KEYS.some((key) => kpis.has(key))) return () => {};
    const listener: Listener = { hear, subjects: subjects === undefined ? null : new Set(subjects) };
    this.#listeners.add(listener);
    // What is heard from now on are changes against the figures of now.
    for (const change of this.#changesOf(subjects ?? this.#options.subjects())) this.#shown.take(change);
    return () => {
      this.#listeners.delete(listener);
      const wanted = this.#wanted();
      this.#shown.keep(wanted);
      this.#thresholds.keep(wanted);
    };
  }

  subscribePoints(hear: (points: readonly TrendPoint[]) => void): Unsubscribe {
    const own = (points: readonly TrendPoint[]) => hear(points);
    this.#pointListeners.add(own);
    return () => void this.#pointListeners.delete(own);
  }

  /** Minutes only: what devices say is a gauge, or a count whose half hours nobody asked for. */
  watchTrend(subject: SubjectKey, kpi: DeviceKpiKey): Unsubscribe {
    const watch = this.#trends.add(subject, kpi, 'minute');
    let isEnded = watch === null;
    return () => {
      if (!isEnded && watch !== null) this.#trends.remove(watch);
      isEnded = true;
    };
  }

  trend(key: string): readonly TrendPoint[] {
    return this.#trends.find(key)?.samples ?? [];
  }

  #wanted(): ReadonlySet<SubjectKey> {
    const listeners = [...this.#listeners];
    if (listeners.some(({ subjects }) => subjects === null)) return new Set(this.#options.subjects());
    return new Set(listeners.flatMap(({ subjects }) => [...(subjects ?? [])]));
  }

  *#changesOf(subjects: Iterable<SubjectKey>): Iterable<ValueChange> {
    for (const subject of subjects) {
      for (const kpi of DEVICE_KPI_KEYS) {
        const value = this.value(subject, kpi);
        if (value !== null) yield { subject, kpi, ...value };
      }
    }
  }

  #schedule(): void {
    if (this.#listeners.size === 0 || this.#flush !== null) return;
    this.#flush = this.#options.clock.after(this.#options.flushIntervalMs, () => {
      this.#flush = null;
      this.#announce();
    });
  }

  #announce(): void {
    const changes = [...this.#changesOf(this.#wanted())].filter((change) => this.#shown.take(change));
    const subjectsChanged = this.#book.sites().length !== this.#siteCount;
    this.#siteCount = this.#book.sites().length;
    const at = this.#options.clock.now();
    for (const { hear, subjects } of this.#listeners) {
      // Only our own subject keys are in changes.
      const own = changes.filter(({ subject }) => subjects === null || subjects.has(subject as SubjectKey));
      if (own.length > 0 || subjectsChanged) this.#guarded(() => hear({ at, changes: own, subjectsChanged }));
    }
  }

  #onSweep(): void {
    const held = this.#freshness;
    this.#freshness = stepFreshness(held, { kind: 'tick', now: this.#options.clock.monotonicNow() });
    if (isStale(held) !== isStale(this.#freshness) || this.#thresholds.isPending()) this.#schedule();
    const points = this.#sample();
    if (points.length > 0) for (const hear of this.#pointListeners) this.#guarded(() => hear(points));
  }

  /** A stale figure leaves a hole. */
  #sample(): readonly TrendPoint[] {
    const minute = Math.floor(this.#options.clock.now() / MINUTE_MS) * MINUTE_MS;
    if (this.#trends.size === 0 || minute <= this.#sampledMinute) return [];
    this.#sampledMinute = minute;
    return [...this.#trends.all()].flatMap((watch) => {
      // Only KPIs of devices are watched here.
      const value = this.value(watch.subject, watch.kpi as DeviceKpiKey);
      return recordSample(watch, minute, value === null || value.stale ? null : value.value) ?? [];
    });
  }

  /** One listener that throws does not keep the others from hearing. */
  #guarded(hear: () => void): void {
    try {
      hear();
    } catch (thrown) {
      this.#options.log.error('a listener of figures failed', { reason: messageOf(thrown) });
    }
  }
}
