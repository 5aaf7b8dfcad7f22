/**
 * The engine's state: queues and roll-ups, which of them have changed since they were last settled, and what time
 * alone changes (staleness, midnight, thresholds with a delay, suspects of a comparison), swept once a second.
 */
import type { KpiOrigin } from '../../lib/contracts/kpi';
import { ALL_QUEUES, type SubjectKey } from '../../lib/ids';
import type { Clock } from '../runtime/clock';
import { applyToQueue, exceedsBounds, type QueueEvent } from './apply';
import { createDayCalendar } from './day-calendar';
import { DEFAULT_THRESHOLDS } from './default-thresholds';
import type { EngineTotals } from './engine-metrics';
import type {
  GaugesObserved,
  IntervalObserved,
  KpiEvent,
  LinkLost,
  LinkRestored,
  QueuesListed,
  SnapshotCompleted,
} from './events';
import { type Freshness, isStale, stepFreshness } from './freshness';
import type { KpiSettings } from './kpi-settings';
import { observationOfQueue, observationOfRollup } from './observation';
import { offQueueDetail } from './off-queue';
import { QueueBook } from './queue-book';
import { noteBackfill, noteCompleted, noteLive, takeDecided } from './reconciliation';
import { createRefresher, type RefreshContext } from './refresh';
import { isRollupStale } from './rollup-book';
import type { ValueSource } from './subject-value';
import { AGE, type QueueEntry, type RollupNode, raiseAge, type SubjectView } from './subject-view';
import { type CompiledRule, compileRule, type RuleInForce, rulesFor } from './threshold-rules';
import { CHANGED, judge, type Moment, RUNNING } from './threshold-watch';

export interface LiveStateOptions {
  readonly clock: Clock;
  readonly settings: KpiSettings;
  readonly totals: EngineTotals;
  isWanted(subject: SubjectKey): boolean;
  onDirty(): void;
  /** Comparisons with REST were decided: how many figures, how many had drifted. */
  onReconciled(compared: number, drift: number): void;
}

/** Names of presences that are kept; an organisation has some dozens. */
const MAX_PRESENCE_NAMES = 1_000;

export class LiveState {
  readonly #options: LiveStateOptions;
  readonly book: QueueBook;
  readonly values: ValueSource;
  readonly rules: readonly RuleInForce[];
  readonly #calendar = createDayCalendar();
  readonly #refresher = createRefresher();
  readonly #context: RefreshContext;
  // Lists with a mark on what they hold: a Set would cost more than what is done with it.
  #dirty: QueueEntry[] = [];
  #dirtyNodes: RollupNode[] = [];
  #touched: SubjectView[] = [];
  /** Views whose status may change by time alone. */
  readonly #running = new Set<SubjectView>();
  readonly #lost = new Set<QueueEntry>();
  readonly #reconciling = new Set<QueueEntry>();
  #retired = new Map<SubjectKey, SubjectView>();
  #presenceNames: ReadonlyMap<string, string> = new Map();
  #listedAt = Number.NEGATIVE_INFINITY;
  #subjectsChanged = false;

  constructor(options: LiveStateOptions) {
    this.#options = options;
    const { settings } = options;
    this.rules = [...DEFAULT_THRESHOLDS, ...settings.thresholds];
    const rulesOf = ruleBook(this.rules);
    this.book = new QueueBook({ ...settings, rulesOf }, this.#calendar);
    this.values = {
      options: settings,
      observationOf: (view, kpi) => this.#observationOf(view, kpi),
      detailOf: (view, kpi) => this.#detailOf(view, kpi),
    };
    this.#context = {
      rulesOf,
      touchView: (view) => this.#judge(view, this.#moment),
      touchNode: (node) => this.#touchNode(node),
      viewAdded: (view) => this.#adopt(view),
    };
    this.#moment = this.#now();
  }

  #moment: Moment;

  #now(): Moment {
    const { clock, settings } = this.#options;
    return { now: clock.now(), tick: clock.monotonicNow(), options: settings };
  }

  take(event: KpiEvent): void {
    switch (event.kind) {
      case 'gaugesObserved':
      case 'intervalObserved':
        this.#observe(event);
        break;
      case 'snapshotCompleted':
        this.#complete(event);
        break;
      case 'queuesListed':
        this.#list(event);
        break;
      case 'presencesListed':
        this.#presenceNames = new Map(
          event.presences.slice(0, MAX_PRESENCE_NAMES).map((p) => [p.id, p.name]),
        );
        for (const entry of this.book.sorted) this.#markDirty(entry);
        break;
      case 'linkLost':
        this.#loseLink(event);
        break;
      case 'linkRestored':
        this.#restoreLink(event);
        break;
    }
  }

  #observe(event: GaugesObserved | IntervalObserved): void {
    const entry = this.book.entries.get(event.queueId);
    if (entry === undefined) {
      this.#options.totals.unknownQueue++;
      return;
    }
    if (event.origin === 'backfill') noteBackfill(entry, event);
    else if (entry.reconciliations.length > 0) noteLive(entry, event);
    if (!this.#apply(entry, event)) return;
    const group =
      event.kind === 'intervalObserved' ? AGE.intervals : event.mediaType === null ? AGE.users : AGE.gauges;
    if (event.observedAt > (entry.ages.at[group] ?? 0)) raise(entry, group, event);
  }

  /** False where the event changed nothing. */
  #apply(entry: QueueEntry, event: QueueEvent): boolean {
    const next = applyToQueue(entry.state, event);
    if (next === entry.state) {
      if (exceedsBounds(entry.state, event)) this.#options.totals.beyondBounds++;
      else this.#options.totals.unchanged++;
      return false;
    }
    entry.state = next;
    this.#markDirty(entry);
    return true;
  }

  #markDirty(entry: QueueEntry): void {
    if (entry.isDirty) return;
    entry.isDirty = true;
    this.#dirty.push(entry);
    this.#options.onDirty();
  }

  #complete(event: SnapshotCompleted): void {
    const entry = this.book.entries.get(event.queueId);
    if (entry === undefined) return;
    const before = entry.state;
    if (this.#apply(entry, event)) {
      const seen = { observedAt: event.observedAt, origin: 'backfill' } as const;
      if (event.scope.kind === 'intervals') raise(entry, AGE.intervals, seen);
      else for (const group of [AGE.gauges, AGE.users]) raise(entry, group, seen);
    }
    noteCompleted(entry, before, { event, tick: this.#options.clock.monotonicNow() });
    if (entry.reconciliations.length > 0) this.#reconciling.add(entry);
  }

  #list(event: QueuesListed): void {
    const old = [...this.book.views()];
    const now = this.#options.clock.now();
    this.#listedAt = now;
    if (!this.book.list(event.queues, now)) return;
    this.#retired = new Map(old.map((view) => [view.key, view]));
    for (const base of this.book.bases) this.#adopt(base.all.view);
    this.#startAnew();
    for (const set of [this.#lost, this.#reconciling]) {
      for (const entry of set) if (this.book.entries.get(entry.id) !== entry) set.delete(entry);
    }
    for (const base of this.book.bases) this.#touchNode(base.all);
    this.#subjectsChanged = true;
    this.#options.onDirty();
  }

  /** Every queue is to be settled, and nothing else is. */
  #startAnew(): void {
    for (const view of this.#running) view.isRunning = false;
    this.#running.clear();
    for (const view of this.#touched) view.isTouched = false;
    this.#touched = [];
    this.#dirtyNodes = [];
    this.#dirty = [...this.book.sorted];
    for (const entry of this.#dirty) {
      entry.isDirty = true;
      this.#adopt(entry.view);
    }
  }

  #touchNode(node: RollupNode): void {
    if (node.isDirty) return;
    node.isDirty = true;
    this.#dirtyNodes.push(node);
  }

  /** A view that takes the place of one with the same address goes on from what that one had announced. */
  #adopt(view: SubjectView): void {
    const old = this.#retired.get(view.key);
    if (old !== undefined && old !== view) {
      view.shown = old.shown;
      view.thresholds = old.thresholds;
    }
    view.isWanted = this.#options.isWanted(view.key);
  }

  #loseLink(event: LinkLost): void {
    const now = this.#options.clock.monotonicNow();
    const lost = { kind: 'lost', now, heardAt: event.heardAt, silentMs: event.at - event.heardAt } as const;
    this.#eachEntry(event.queueIds, (entry) => {
      this.#setFreshness(entry, stepFreshness(entry.freshness, lost));
      if (entry.freshness.state === 'lost') this.#lost.add(entry);
    });
  }

  #restoreLink(event: LinkRestored): void {
    this.#eachEntry(event.queueIds, (entry) => {
      this.#lost.delete(entry);
      this.#setFreshness(entry, stepFreshness(entry.freshness, { kind: 'restored' }));
    });
  }

  #eachEntry(queueIds: LinkLost['queueIds'], change: (entry: QueueEntry) => void): void {
    for (const id of queueIds) {
      const entry = this.book.entries.get(id);
      if (entry !== undefined) change(entry);
    }
  }

  #setFreshness(entry: QueueEntry, next: Freshness): void {
    const wasStale = isStale(entry.freshness);
    entry.freshness = next;
    if (wasStale === isStale(next)) return;
    for (const { base } of entry.memberships) {
      base.liveMembers += wasStale ? 1 : -1;
      this.#touchNode(base.all);
      for (const node of base.media.values()) this.#touchNode(node);
    }
    this.#markDirty(entry);
  }

  /** Brings all figures up to the state. Cheap where nothing has changed. */
  settle(): void {
    if (this.#dirty.length === 0 && this.#dirtyNodes.length === 0) return;
    this.#moment = this.#now();
    for (const entry of this.#dirty) {
      entry.isDirty = false;
      this.#refresher.refresh(entry, this.#context);
    }
    this.#dirty = [];
    for (const node of this.#dirtyNodes) {
      node.isDirty = false;
      node.view.isStale = isRollupStale(node);
      this.#judge(node.view, this.#moment);
    }
    this.#dirtyNodes = [];
    if (this.#retired.size > 0) this.#retired = new Map();
  }

  #judge(view: SubjectView, moment: Moment): void {
    this.#setRunning(view, (judge(view, moment) & RUNNING) !== 0);
    this.#touch(view);
  }

  #setRunning(view: SubjectView, isRunning: boolean): void {
    if (view.isRunning === isRunning) return;
    view.isRunning = isRunning;
    if (isRunning) this.#running.add(view);
    else this.#running.delete(view);
  }

  #touch(view: SubjectView): void {
    if (!view.isWanted || view.isTouched) return;
    view.isTouched = true;
    this.#touched.push(view);
  }

  /** The views that may have changed since the last call. */
  takeTouched(): readonly SubjectView[] {
    this.settle();
    const touched = this.#touched;
    this.#touched = [];
    for (const view of touched) view.isTouched = false;
    return touched;
  }

  takeSubjectsChanged(): boolean {
    const changed = this.#subjectsChanged;
    this.#subjectsChanged = false;
    return changed;
  }

  /** The settled view of a subject. */
  find(subject: SubjectKey): SubjectView | null {
    this.settle();
    return this.book.find(subject);
  }

  /** Once a second: what time alone changes. */
  sweep(): void {
    this.#sweepDays();
    const tick = this.#options.clock.monotonicNow();
    for (const entry of this.#lost) {
      this.#setFreshness(entry, stepFreshness(entry.freshness, { kind: 'tick', now: tick }));
      if (entry.freshness.state !== 'lost') this.#lost.delete(entry);
    }
    this.#decideAll();
    this.settle();
    this.#sweepThresholds();
    if (this.#touched.length > 0) this.#options.onDirty();
  }

  #sweepThresholds(): void {
    const moment = this.#now();
    for (const view of this.#running) {
      const verdict = judge(view, moment);
      this.#setRunning(view, (verdict & RUNNING) !== 0);
      if ((verdict & CHANGED) !== 0) this.#touch(view);
    }
  }

  #sweepDays(): void {
    const now = this.#options.clock.now();
    for (const entry of this.book.sorted) {
      const dayStart = this.#calendar.startOf(now, entry.timeZone);
      if (dayStart !== entry.state.dayStart) this.#apply(entry, { kind: 'dayStarted', dayStart });
    }
  }

  #decideAll(): void {
    let compared = 0;
    let drift = 0;
    for (const entry of this.#reconciling) {
      for (const report of takeDecided(entry, this.#options.clock.monotonicNow())) {
        compared += report.compared;
        drift += report.drift;
        raise(entry, AGE.drift, { observedAt: report.at, origin: 'backfill' });
        this.#markDirty(entry);
      }
      if (entry.reconciliations.length === 0) this.#reconciling.delete(entry);
    }
    if (compared === 0) return;
    this.#options.totals.compared += compared;
    this.#options.totals.drift += drift;
    this.#options.onReconciled(compared, drift);
  }

  #observationOf(
    view: SubjectView,
    kpi: Parameters<ValueSource['observationOf']>[1],
  ): ReturnType<ValueSource['observationOf']> {
    if (kpi === 'serviceLevelTarget') return { at: this.#listedAt, origin: 'backfill' };
    if (view.node !== null) return observationOfRollup(view.node, kpi);
    if (view.entry === null) return { at: Number.NEGATIVE_INFINITY, origin: 'live' };
    const media =
      view.mediaType === null ? undefined : view.entry.media.find((m) => m.mediaType === view.mediaType);
    return observationOfQueue(view.entry, media ?? null, kpi);
  }

  #detailOf(
    view: SubjectView,
    kpi: Parameters<ValueSource['detailOf']>[1],
  ): ReturnType<ValueSource['detailOf']> {
    if (view.entry === null || view.mediaType !== null) return undefined;
    if (kpi === 'drift') return view.entry.drift.detail;
    return kpi === 'agentsOffQueue' ? offQueueDetail(view.entry, this.#presenceNames) : undefined;
  }
}

function raise(
  entry: QueueEntry,
  group: 0 | 1 | 2 | 3,
  seen: { readonly observedAt: number; readonly origin: KpiOrigin },
): void {
  raiseAge(entry.ages, group, { at: seen.observedAt, origin: seen.origin });
}

/** Where no rule names a subject, all subjects share one list. */
function ruleBook(rules: readonly RuleInForce[]): (subject: SubjectKey) => readonly CompiledRule[] {
  if (rules.some((rule) => rule.subject !== undefined)) {
    return (subject) => rulesFor(rules, subject).map(compileRule);
  }
  const shared = rulesFor(rules, ALL_QUEUES).map(compileRule);
  return () => shared;
}
