/** Records and announces watched trends: minutes as they pass, half hours at most every five seconds. */
import type { KpiKey } from '../../lib/contracts/kpi';
import { type TrendPoint, trendKey } from '../../lib/contracts/push';
import { dayStart } from '../../lib/day';
import type { SubjectKey } from '../../lib/ids';
import { FIGURE } from './figures';
import { kpiAt, kpiIndex, serviceLevelTarget } from './formulas';
import { type HalfHours, queueHalfHours, sumHalfHours } from './half-hours';
import { halfHourPoints, MINUTE_MS } from './history';
import type { KpiSettings } from './kpi-settings';
import type { LiveState } from './live-state';
import type { Unsubscribe } from './reader';
import type { SubjectView } from './subject-view';
import {
  createTrendWatch,
  type Every,
  hasHalfHours,
  recordSample,
  type TrendWatch,
  takePoints,
  type Watch,
} from './trend-watch';

export const ANNOUNCE_EVERY_MS = 5_000;

interface TrendAddress {
  readonly subject: SubjectKey;
  readonly kpi: KpiKey;
  readonly every: Every;
}

export class TrendRecorder {
  readonly #state: LiveState;
  readonly #settings: KpiSettings;
  readonly #watches: TrendWatch;
  #sampledMinute = Number.NEGATIVE_INFINITY;
  #announcedAt = Number.NEGATIVE_INFINITY;

  /** `kept`: minutes from before this start, by trend. */
  constructor(state: LiveState, settings: KpiSettings, kept: Map<string, readonly TrendPoint[]>) {
    this.#state = state;
    this.#settings = settings;
    this.#watches = createTrendWatch(kept);
  }

  watch(subject: SubjectKey, kpi: KpiKey, every: Every): Unsubscribe {
    const watch = this.#watches.add(subject, kpi, every);
    if (watch === null) return () => {};
    let isEnded = false;
    return () => {
      if (isEnded) return;
      isEnded = true;
      if (this.#watches.remove(watch)) this.#release(watch);
    };
  }

  /** The last watcher of a roll-up's half hours is gone: they are no longer kept. */
  #release(watch: Watch): void {
    const node = this.#state.find(watch.subject)?.node;
    if (!node || watch.every !== 'halfHour') return;
    const isStillWatched = [...this.#watches.all()].some(
      (w) => w.every === 'halfHour' && w.subject === watch.subject,
    );
    if (isStillWatched) return;
    node.halfHours = null;
    this.#state.book.watchHalfHours();
  }

  /** The points of a trend so far, oldest first. */
  points(address: TrendAddress, now: number): readonly TrendPoint[] {
    const key = trendKey(address.subject, address.kpi, address.every);
    if (address.every === 'minute') return this.#watches.find(key)?.samples ?? [];
    const isWatched = this.#watches.find(key) !== undefined;
    return this.#halfHours(address, { now, isWatched });
  }

  /** Called every second; the points to announce. */
  sweep(now: number): readonly TrendPoint[] {
    if (this.#watches.size === 0) return [];
    const minutes = this.#sampleMinute(now);
    if (Math.abs(now - this.#announcedAt) < ANNOUNCE_EVERY_MS) return minutes;
    this.#announcedAt = now;
    const halfHours = [...this.#watches.all()]
      .filter((watch) => watch.every === 'halfHour')
      .flatMap((watch) => takePoints(watch, this.#halfHours(watch, { now, isWatched: true })));
    return [...minutes, ...halfHours];
  }

  #sampleMinute(now: number): TrendPoint[] {
    const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (minute <= this.#sampledMinute) return [];
    this.#sampledMinute = minute;
    return [...this.#watches.all()]
      .filter((watch) => watch.every === 'minute')
      .flatMap((watch) => recordSample(watch, minute, this.#sample(watch, now)) ?? []);
  }

  /** A stale figure leaves a hole; a running wait is sampled as its age. */
  #sample(watch: Watch, now: number): number | null {
    const view = this.#state.find(watch.subject);
    if (view === null || view.isStale) return null;
    const value = kpiAt(kpiIndex(watch.kpi), view.figures, this.#settings);
    if (watch.kpi !== 'longestWaitSince') return Number.isNaN(value) ? null : value;
    return Number.isNaN(value) ? 0 : Math.max(0, now - value);
  }

  #halfHours(
    address: TrendAddress,
    given: { readonly now: number; readonly isWatched: boolean },
  ): readonly TrendPoint[] {
    const view = this.#state.find(address.subject);
    if (view === null || !hasHalfHours(address.kpi)) return [];
    return halfHourPoints({
      trend: trendKey(address.subject, address.kpi, address.every),
      kpi: kpiIndex(address.kpi),
      sums: this.#sums(view, address.kpi, given.isWatched),
      dayStart: view.entry?.state.dayStart ?? dayStart(given.now, this.#settings.timeZone),
      now: given.now,
      target: serviceLevelTarget(view.figures),
      isDayKnown: !Number.isNaN(view.figures[FIGURE.offered] ?? Number.NaN),
      options: this.#settings,
    });
  }

  #sums(view: SubjectView, kpi: KpiKey, isWatched: boolean): HalfHours {
    if (view.entry !== null) return queueHalfHours(view.entry, view.mediaType);
    if (view.node === null) return new Map();
    // A maximum can't be kept by difference: it is looked up where somebody asks for it.
    if (kpi === 'maxWaitMs' || !isWatched) return sumHalfHours(view.node);
    if (view.node.halfHours === null) {
      view.node.halfHours = sumHalfHours(view.node);
      this.#state.book.watchHalfHours();
    }
    return view.node.halfHours;
  }
}
