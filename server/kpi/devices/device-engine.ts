/**
 * The KPIs of devices: takes what the sources of alerts and of diagnostic sessions say through the door, and tells
 * readers what changed, at the pace of the boards. One carrier stands behind each of the two: where the broker is away,
 * all of alerts goes stale, after the same five seconds as a queue's, and sessions do not. Few figures, few changes:
 * sums are worked out where somebody looks, nothing is kept by difference.
 */
import {
  DEVICE_KPI_KEYS,
  type DeviceKpiKey,
  isSessionKpi,
  type KpiOrigin,
  type KpiStatus,
  type KpiValue,
} from '../../../lib/contracts/kpi';
import type { TrendPoint, ValueChange } from '../../../lib/contracts/push';
import type { SubjectKey } from '../../../lib/ids';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { DeviceEvent, DeviceSink, SessionEvent, SessionSink } from '../events';
import { keptMinutes, MINUTE_MS } from '../history';
import type { KpiParts } from '../kpi-parts';
import type { KpiSettings } from '../kpi-settings';
import type { Interest, KpiBatch, Unsubscribe } from '../reader';
import { createTrendWatch, recordSample, type TrendWatch } from '../trend-watch';
import { createDeviceBook, type DeviceBook, deviceDetail, deviceKpi, type MembersOf } from './device-book';
import { createDeviceThresholds } from './device-thresholds';
import { createLinkAge, type LinkAge } from './link-age';
import { createSessionBook, type SessionBook, sessionKpi } from './session-book';
import { createShownDevices } from './shown-devices';

export interface DeviceEngineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<KpiSettings, 'thresholds'>;
  readonly membersOf: MembersOf;
  /** Whom a listener that names nobody hears of. */
  readonly subjects: () => readonly SubjectKey[];
  readonly flushIntervalMs: number;
  /** Minutes of trends from before this start; absent: none were kept. */
  readonly keptPoints?: readonly TrendPoint[];
}

const SWEEP_MS = 1_000;

/** One figure as its book has it. */
interface Entry {
  readonly value: number | null;
  /** `null`: nobody spoke of it. */
  readonly observedAt: number | null;
  readonly origin: KpiOrigin;
  readonly age: LinkAge;
  readonly detail?: KpiValue['detail'];
}

interface Listener {
  readonly hear: (batch: KpiBatch) => void;
  readonly subjects: ReadonlySet<SubjectKey> | null;
}

export class DeviceEngine {
  readonly #options: DeviceEngineOptions;
  readonly #alerts: { readonly book: DeviceBook; readonly age: LinkAge };
  readonly #sessions: { readonly book: SessionBook; readonly age: LinkAge };
  readonly #thresholds;
  readonly #shown = createShownDevices();
  readonly #listeners = new Set<Listener>();
  readonly #pointListeners = new Set<(points: readonly TrendPoint[]) => void>();
  readonly #trends: TrendWatch;
  #sampledMinute = Number.NEGATIVE_INFINITY;
  #siteCount = 0;
  #flush: Cancel | null = null;
  #sweep: Cancel | null = null;

  constructor(options: DeviceEngineOptions) {
    this.#options = options;
    const { clock, membersOf } = options;
    this.#trends = createTrendWatch(keptMinutes(options.keptPoints ?? [], clock.now()));
    this.#alerts = { book: createDeviceBook(membersOf), age: createLinkAge(clock) };
    this.#sessions = { book: createSessionBook(membersOf), age: createLinkAge(clock) };
    this.#thresholds = createDeviceThresholds(options.settings.thresholds);
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

  /** The door of alerts. Never throws. */
  readonly sink: DeviceSink = (event) => this.#enter(() => this.#takeAlerts(event));

  /** The door of diagnostic sessions. Never throws. */
  readonly sessionSink: SessionSink = (event) => this.#enter(() => this.#takeSessions(event));

  #enter(take: () => boolean): void {
    try {
      if (take()) this.#schedule();
    } catch (thrown) {
      this.#options.log.error('an event of devices could not be applied', { reason: messageOf(thrown) });
    }
  }

  #takeAlerts(event: DeviceEvent): boolean {
    const { book, age } = this.#alerts;
    if (event.kind === 'deviceFiguresObserved') return book.take(event);
    return event.kind === 'deviceLinkRestored' ? age.restored(event.at) : age.lost(event);
  }

  #takeSessions(event: SessionEvent): boolean {
    const { book, age } = this.#sessions;
    if (event.kind === 'sessionFiguresObserved') return book.take(event);
    return event.kind === 'sessionsRestored' ? age.restored(event.at) : age.lost(event);
  }

  /** Other thresholds hold from now on where they are given; the members of groups may be others in any case. */
  replaceSettings({ thresholds }: Partial<Pick<KpiSettings, 'thresholds'>>): void {
    if (thresholds !== undefined) this.#thresholds.replace(thresholds);
    this.#schedule();
  }

  sites(): readonly string[] {
    return this.#alerts.book.sites();
  }

  /** `null` where the subject has no such figures: one media type, a site's sessions, or nobody knows it. */
  value(subject: SubjectKey, kpi: DeviceKpiKey): KpiValue | null {
    const entry = this.#entry(subject, kpi);
    if (entry === null) return null;
    const { value, observedAt, origin, age, detail } = entry;
    const stale = age.isStale();
    if (observedAt === null && !age.wasThere())
      return { value: null, asOf: null, origin: null, status: 'unknown', stale };
    return {
      value,
      // While its carrier lives a figure is as old as its last change; afterwards it was right until the last sign of life.
      asOf: Math.max(observedAt ?? 0, age.heardAt()),
      origin,
      status: this.#statusOf(subject, kpi, stale ? 'stale' : value),
      stale,
      ...(detail === undefined ? {} : { detail }),
    };
  }

  /** What the health of sessions is made of; `null` for all other figures. */
  partsOf(subject: SubjectKey, kpi: DeviceKpiKey): KpiParts | null {
    const figures = kpi === 'sessionHealth' ? this.#sessions.book.figuresOf(subject) : null;
    return figures && { numerator: figures.healthy, denominator: figures.open };
  }

  #entry(subject: SubjectKey, kpi: DeviceKpiKey): Entry | null {
    if (isSessionKpi(kpi)) {
      const { book, age } = this.#sessions;
      const figures = book.figuresOf(subject);
      return figures && { ...figures, value: sessionKpi(kpi, figures), age };
    }
    const { book, age } = this.#alerts;
    const figures = book.figuresOf(subject);
    return figures && { ...figures, value: deviceKpi(kpi, figures), detail: deviceDetail(kpi, figures), age };
  }

  #statusOf(subject: SubjectKey, kpi: DeviceKpiKey, value: number | null | 'stale'): KpiStatus {
    // A live figure that has no value is nothing to worry about: nobody has a session.
    if (value === null) return 'normal';
    return this.#thresholds.judge(subject, kpi, {
      value: value === 'stale' ? null : value,
      now: this.#options.clock.monotonicNow(),
    });
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
    const subjectsChanged = this.sites().length !== this.#siteCount;
    this.#siteCount = this.sites().length;
    const at = this.#options.clock.now();
    for (const { hear, subjects } of this.#listeners) {
      // Only our own subject keys are in changes.
      const own = changes.filter(({ subject }) => subjects === null || subjects.has(subject as SubjectKey));
      if (own.length > 0 || subjectsChanged) this.#guarded(() => hear({ at, changes: own, subjectsChanged }));
    }
  }

  #onSweep(): void {
    const flipped = [this.#alerts, this.#sessions].map(({ age }) => age.tick());
    if (flipped.includes(true) || this.#thresholds.isPending()) this.#schedule();
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
