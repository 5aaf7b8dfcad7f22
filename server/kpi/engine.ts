/**
 * The KPI engine: takes events through its door, keeps the truth of every queue, and tells its readers what changed.
 * A shell: what an event means is decided in `apply`, what a figure is in `formulas`, when it is abnormal in
 * `thresholds`, when it is stale in `freshness`. It promises that no event makes it throw, that the first change of
 * a quiet moment is announced at once, and that an event costs the same for ten queues as for 20,000.
 */
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import type { Limit, SubjectInfo, TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { QueueId, SubjectKey } from '../../lib/ids';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import { Announcer } from './announcer';
import { type EngineTotals, exposeTotals, newTotals } from './engine-metrics';
import type { KpiEvent, KpiSink } from './events';
import { serviceLevelTarget } from './formulas';
import { isStale } from './freshness';
import { keptMinutes } from './history';
import { type KpiParts, partsOf } from './kpi-parts';
import type { KpiSettings } from './kpi-settings';
import { limitsInForce } from './limits';
import { LiveState } from './live-state';
import { type ToldQueueState, tellQueueState } from './queue-state-text';
import type { Interest, KpiBatch, KpiReader, QueueRow, Unsubscribe } from './reader';
import { rowsOf } from './rows';
import { EVERY_KPI, kpiValueOf, takeChanges } from './subject-value';
import type { SubjectView } from './subject-view';
import { limitsOf } from './threshold-rules';
import type { Limits } from './thresholds';
import { TrendRecorder } from './trend-recorder';
import type { Every } from './trend-watch';

export interface KpiEngineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: KpiSettings;
  /** Time between announcements while changes keep coming, unless a reader asks for them. */
  readonly flushIntervalMs?: number;
  /** Runs a function after what is being done now, e.g. `setImmediate`; absent: a timer of 0 ms. */
  readonly defer?: (run: () => void) => void;
  /** Minutes of trends from before this start, by trend and then by time; absent: none were kept. */
  readonly keptPoints?: readonly TrendPoint[];
}

const FLUSH_INTERVAL_MS = 50;
const SWEEP_MS = 1_000;
/** An event that fails is a bug of ours: the first is logged, then every thousandth. */
const LOG_EVERY = 1_000;

export class KpiEngine implements KpiReader {
  readonly #options: KpiEngineOptions;
  readonly #state: LiveState;
  readonly #announcer: Announcer;
  readonly #trends: TrendRecorder;
  readonly #totals: EngineTotals = newTotals();
  readonly #reconciliationListeners = new Set<(compared: number, drift: number) => void>();
  #stopSweep: Cancel | null = null;

  constructor(options: KpiEngineOptions) {
    const { clock, log, flushIntervalMs = FLUSH_INTERVAL_MS } = options;
    this.#options = options;
    this.#announcer = new Announcer({
      clock,
      log,
      flushIntervalMs,
      defer: options.defer,
      flush: () => this.#flush(),
    });
    this.#state = new LiveState({
      clock,
      settings: options.settings,
      totals: this.#totals,
      isWanted: (subject) => this.#announcer.isWanted(subject),
      isQueueWanted: (id) => this.#announcer.isQueueWanted(id),
      onDirty: () => this.#announcer.schedule(),
      onReconciled: (compared, drift) => this.#reconciled(compared, drift),
    });
    const kept = keptMinutes(options.keptPoints ?? [], clock.now());
    this.#trends = new TrendRecorder(this.#state, options.settings, kept);
  }

  start(): void {
    this.#stopSweep ??= this.#options.clock.every(SWEEP_MS, () => this.#sweep());
    exposeTotals(this.#options.metrics, this.#totals, {
      queues: () => this.#state.book.entries.size,
      staleQueues: () => this.#state.book.sorted.filter((entry) => isStale(entry.freshness)).length,
    });
  }

  stop(): void {
    this.#stopSweep?.();
    this.#stopSweep = null;
    this.#announcer.stop();
  }

  /** The door. Never throws. */
  readonly sink: KpiSink = (event: KpiEvent) => {
    this.#totals.events++;
    try {
      this.#state.take(event);
    } catch (thrown) {
      if (this.#totals.failed++ % LOG_EVERY !== 0) return;
      this.#options.log.error('an event could not be applied', {
        kind: event.kind,
        reason: messageOf(thrown),
      });
    }
  };

  /** What of these is given holds from now on, without a restart: statuses, roll-ups and the limits in force. */
  replaceSettings({ thresholds, groups }: Partial<Pick<KpiSettings, 'thresholds' | 'groups'>>): void {
    if (groups !== undefined) this.#state.replaceGroups(groups);
    if (thresholds !== undefined) this.#state.replaceThresholds(thresholds);
  }

  /** Time between announcements from now on. */
  setPace(flushIntervalMs: number): void {
    this.#announcer.setPace(flushIntervalMs);
  }

  #flush(): void {
    if (!this.#state.settling.settleSome()) {
      this.#announcer.again();
      return;
    }
    const changes: ValueChange[] = [];
    const subjectsChanged = this.#state.takeSubjectsChanged();
    const taking = { source: this.#state.values, wanted: this.#announcer.wantedKpis };
    for (const view of this.#state.settling.takeTouched()) takeChanges(view, taking, changes);
    this.#totals.changes += changes.length;
    if (changes.length === 0 && !subjectsChanged) return;
    this.#announcer.tell({ at: this.#options.clock.now(), changes, subjectsChanged });
  }

  #sweep(): void {
    try {
      this.#state.sweep();
      const points = this.#trends.sweep(this.#options.clock.now());
      if (points.length > 0) this.#announcer.tellPoints(points);
    } catch (thrown) {
      this.#totals.failed++;
      this.#options.log.error('a sweep of the figures failed', { reason: messageOf(thrown) });
    }
  }

  subjects(): readonly SubjectInfo[] {
    return this.#state.book.subjects();
  }

  subject(key: SubjectKey): SubjectInfo | null {
    return this.#state.book.info(key);
  }

  value(subject: SubjectKey, kpi: KpiKey): KpiValue | null {
    const view = this.#state.find(subject);
    return view === null ? null : kpiValueOf(view, kpi, this.#state.values);
  }

  /** All that is known of a queue, for `queueTold` elsewhere; `null`: there is no such queue. */
  stateOf(queueId: QueueId): ToldQueueState | null {
    const entry = this.#state.book.entries.get(queueId);
    return entry === undefined ? null : tellQueueState(entry.state);
  }

  /** What a share or an average is made of now; `null`: it is neither, or nobody knows the subject. */
  partsOf(subject: SubjectKey, kpi: KpiKey): KpiParts | null {
    this.#state.settling.settle();
    const view = this.#state.find(subject);
    return view === null ? null : partsOf(kpi, view.figures, this.#options.settings);
  }

  rows(queueId: string | null): readonly QueueRow[] {
    this.#state.settling.settle();
    return rowsOf(this.#state, queueId);
  }

  /** The queues that a subject is made of; `null`: nobody knows it. */
  membersOf(key: SubjectKey): readonly QueueId[] | null {
    return this.#state.book.membersOf(key);
  }

  /** Hear how many figures were compared with REST, and how many had drifted, when that is decided. */
  onReconciled(listener: (compared: number, drift: number) => void): Unsubscribe {
    const own = (compared: number, drift: number) => listener(compared, drift);
    this.#reconciliationListeners.add(own);
    return () => void this.#reconciliationListeners.delete(own);
  }

  #reconciled(compared: number, drift: number): void {
    for (const hear of this.#reconciliationListeners) hear(compared, drift);
  }

  /** The thresholds in force, to print beside figures; see `limits`. */
  limits(): readonly Limit[] {
    this.#state.settling.settle();
    return limitsInForce(this.#state.rules, this.#views());
  }

  *#views(): Iterable<SubjectView> {
    yield* this.#state.book.nodeViews();
    for (const entry of this.#state.book.sorted) {
      const { view, media } = this.#state.settling.viewsOf(entry);
      yield view;
      for (const own of media) yield own.view;
    }
  }

  /** The threshold in force for a figure, in its own unit (ms waited for the longest wait); `null` where none is. */
  thresholdFor(subject: SubjectKey, kpi: KpiKey): Limits | null {
    const view = this.#state.find(subject);
    const rule = view?.rules.find((candidate) => candidate.kpi === kpi);
    return view === null || rule === undefined ? null : limitsOf(rule, serviceLevelTarget(view.figures));
  }

  subscribe(listener: (batch: KpiBatch) => void, interest: Interest = {}): Unsubscribe {
    const { subjects } = interest;
    const remove = this.#announcer.add(listener, interest);
    this.#setWanted(subjects);
    return () => {
      remove();
      this.#setWanted(subjects);
    };
  }

  flush(): void {
    this.#announcer.flush();
  }

  /** What is heard from now on are changes against the figures of now. */
  #setWanted(subjects: ReadonlySet<SubjectKey> | undefined): void {
    const { settling, book } = this.#state;
    settling.settle();
    for (const entry of book.sorted) {
      const isWatched = this.#announcer.isQueueWanted(entry.id);
      if (subjects === undefined && isWatched !== entry.isWatched) {
        const { view, media } = settling.viewsOf(entry);
        for (const own of [view, ...media.map((m) => m.view)]) this.#setViewWanted(own);
      }
      entry.isWatched = isWatched;
    }
    if (subjects === undefined) for (const view of book.nodeViews()) this.#setViewWanted(view);
    for (const subject of subjects ?? []) {
      const view = book.find(subject, settling);
      if (view !== null) this.#setViewWanted(view);
    }
  }

  #setViewWanted(view: SubjectView): void {
    const isWanted = this.#announcer.isWanted(view.key);
    const isNew = isWanted && !view.isWanted;
    this.#state.settling.setWanted(view, isWanted);
    if (isNew) takeChanges(view, { source: this.#state.values, wanted: EVERY_KPI }, []);
    if (!isWanted) view.shown = null;
  }

  subscribePoints(listener: (points: readonly TrendPoint[]) => void): Unsubscribe {
    return this.#announcer.addPoints(listener);
  }

  watchTrend(subject: SubjectKey, kpi: KpiKey, every: Every): Unsubscribe {
    return this.#trends.watch(subject, kpi, every);
  }

  trend(subject: SubjectKey, kpi: KpiKey, every: Every): readonly TrendPoint[] {
    this.#state.settling.settle();
    return this.#trends.points({ subject, kpi, every }, this.#options.clock.now());
  }
}
