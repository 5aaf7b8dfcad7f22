/**
 * The engine's state: every queue's truth, what each event does to it, and what time alone changes (staleness,
 * midnight, delays of thresholds, suspects of a comparison), swept once a second.
 */
import type { KpiKey, QueueKpiKey } from '../../lib/contracts/kpi';
import { createDayCalendar } from '../../lib/day-calendar';
import type { SubjectKey } from '../../lib/ids';
import type { Clock } from '../runtime/clock';
import { applyToQueue, exceedsBounds, type QueueEvent } from './apply';
import type { EngineTotals } from './engine-metrics';
import type {
  GaugesObserved,
  IntervalObserved,
  KpiEvent,
  QueuesListed,
  QueueTold,
  SnapshotCompleted,
} from './events';
import { type Freshness, isStale } from './freshness';
import { joinQueue } from './join-queue';
import type { KpiSettings } from './kpi-settings';
import { LinkWatch } from './link-watch';
import { type Observation, observationOfQueue, observationOfRollup } from './observation';
import { offQueueDetail } from './off-queue';
import { QueueBook } from './queue-book';
import { readQueueState } from './queue-state-text';
import {
  noteBackfill,
  noteCompleted,
  noteLive,
  type ReconciliationReport,
  takeDecided,
} from './reconciliation';
import { Settling } from './settling';
import type { Detail, ValueSource } from './subject-value';
import type { QueueEntry, SubjectView } from './subject-view';
import { createThresholdBook, type ThresholdBook } from './threshold-book';
import type { RuleInForce } from './threshold-rules';
import { adoptRules } from './threshold-watch';

export interface LiveStateOptions {
  readonly clock: Clock;
  readonly settings: KpiSettings;
  readonly totals: EngineTotals;
  isWanted(subject: SubjectKey): boolean;
  isQueueWanted(queueId: string): boolean;
  /** There is something to flush. */
  onDirty(): void;
  /** Comparisons with REST were decided: how many figures, how many had drifted. */
  onReconciled(compared: number, drift: number): void;
}

/** Names of presences that are kept; an organisation has some dozens. */
const MAX_PRESENCE_NAMES = 1_000;

export class LiveState {
  readonly #options: LiveStateOptions;
  readonly book: QueueBook;
  readonly settling: Settling;
  readonly values: ValueSource;
  readonly #calendar = createDayCalendar();
  readonly #links: LinkWatch;
  readonly #reconciling = new Set<QueueEntry>();
  #presenceNames: ReadonlyMap<string, string> = new Map();
  #listedAt = Number.NEGATIVE_INFINITY;
  #subjectsChanged = false;
  #thresholds: ThresholdBook;

  constructor(options: LiveStateOptions) {
    this.#options = options;
    const { clock, settings, isWanted, onDirty } = options;
    this.#thresholds = createThresholdBook(settings.thresholds);
    const rulesOf = (subject: SubjectKey) => this.#thresholds.rulesOf(subject);
    this.book = new QueueBook({ ...settings, rulesOf }, this.#calendar);
    this.settling = new Settling({ clock, formulas: settings, rulesOf, isWanted, onDirty });
    this.#links = new LinkWatch(clock, (entry, next) => this.#flip(entry, next));
    this.values = {
      options: settings,
      observationOf: (view, kpi) => this.#observationOf(view, kpi),
      detailOf: (view, kpi) => this.#detailOf(view, kpi),
    };
  }

  /** The built-in ones, then those of people. */
  get rules(): readonly RuleInForce[] {
    return this.#thresholds.rules;
  }

  /** Other thresholds hold from now on. Readers are told to ask anew: they print the limits. */
  replaceThresholds(rules: KpiSettings['thresholds']): void {
    this.#thresholds = createThresholdBook(rules, this.#thresholds);
    const { rulesOf } = this.#thresholds;
    for (const view of this.book.nodeViews()) {
      if (adoptRules(view, rulesOf(view.key)) && view.node !== null) this.settling.touchNode(view.node);
    }
    for (const entry of this.book.sorted) {
      if (entry.views === null) continue;
      const { view, media } = entry.views;
      const changed = [view, ...media.map((own) => own.view)].filter((own) =>
        adoptRules(own, rulesOf(own.key)),
      );
      if (changed.length > 0) this.settling.rejudge(entry);
    }
    this.#announceSubjects();
  }

  /** Other groups hold from now on; roll-ups of those that stay go on from what was announced of them. */
  replaceGroups(groups: KpiSettings['groups']): void {
    const old = [...this.book.nodeViews()];
    this.book.regroup(groups);
    this.#startAnew(old);
    this.#announceSubjects();
  }

  #announceSubjects(): void {
    this.#subjectsChanged = true;
    this.#options.onDirty();
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
      case 'queueTold':
        this.#join(event);
        break;
      case 'queuesListed':
        this.#list(event);
        break;
      case 'presencesListed':
        this.#presenceNames = new Map(
          event.presences.slice(0, MAX_PRESENCE_NAMES).map((p) => [p.id, p.name]),
        );
        for (const entry of this.book.sorted) this.settling.recount(entry);
        break;
      case 'linkLost':
        this.#links.lose(this.#entriesOf(event.queueIds), event);
        break;
      case 'linkRestored':
        this.#links.restore(this.#entriesOf(event.queueIds));
        break;
      default:
        // What devices say has a book of its own.
        break;
    }
  }

  #entriesOf(queueIds: readonly QueueEntry['id'][]): readonly QueueEntry[] {
    return queueIds.flatMap((id) => this.book.entries.get(id) ?? []);
  }

  #observe(event: GaugesObserved | IntervalObserved): void {
    const entry = this.book.entries.get(event.queueId);
    if (entry === undefined) {
      this.#options.totals.unknownQueue++;
      return;
    }
    if (event.origin === 'backfill') noteBackfill(entry, event);
    else if (entry.reconciliations.length > 0) noteLive(entry, event);
    const before = entry.state;
    if (!this.#apply(entry, event)) return;
    this.settling.moved(entry, before, event);
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
    return true;
  }

  #complete(event: SnapshotCompleted): void {
    const entry = this.book.entries.get(event.queueId);
    if (entry === undefined) {
      this.#options.totals.unknownQueue++;
      return;
    }
    const before = entry.state;
    if (this.#apply(entry, event)) this.settling.recount(entry, before);
    noteCompleted(entry, before, { event, tick: this.#options.clock.monotonicNow() });
    if (entry.reconciliations.length > 0) this.#reconciling.add(entry);
  }

  #join({ queueId, state }: QueueTold): void {
    const entry = this.book.entries.get(queueId);
    const told = readQueueState(state);
    if (entry === undefined) this.#options.totals.unknownQueue++;
    if (entry === undefined || told === null) return;
    const before = entry.state;
    entry.state = joinQueue(before, told);
    if (entry.state !== before) this.settling.recount(entry, before);
  }

  #list(event: QueuesListed): void {
    const old = [...this.book.nodeViews()];
    const now = this.#options.clock.now();
    this.#listedAt = now;
    if (!this.book.list(event.queues, now)) return;
    const isListed = (entry: QueueEntry) => this.book.entries.get(entry.id) === entry;
    this.#links.keep(isListed);
    for (const entry of this.#reconciling) if (!isListed(entry)) this.#reconciling.delete(entry);
    this.#subjectsChanged = true;
    this.#startAnew(old);
  }

  #startAnew(old: readonly SubjectView[]): void {
    for (const entry of this.book.sorted) entry.isWatched = this.#options.isQueueWanted(entry.id);
    this.settling.startAnew(old, this.book.sorted, this.book.bases);
  }

  #flip(entry: QueueEntry, next: Freshness): void {
    this.settling.recount(entry, entry.state, () => {
      entry.freshness = next;
    });
    for (const base of entry.crowd.bases) {
      base.liveMembers += isStale(next) ? -1 : 1;
      this.settling.touchNode(base.all);
      for (const node of base.media.values()) this.settling.touchNode(node);
    }
  }

  takeSubjectsChanged(): boolean {
    const changed = this.#subjectsChanged;
    this.#subjectsChanged = false;
    return changed;
  }

  /** The settled view of a subject. */
  find(subject: SubjectKey): SubjectView | null {
    this.settling.settle();
    const view = this.book.find(subject, this.settling);
    if (view !== null) this.settling.judgeAfresh(view);
    return view;
  }

  /** Once a second: what time alone changes. */
  sweep(): void {
    this.#sweepDays();
    this.#links.sweep();
    this.#sweepReconciliations();
    this.settling.sweep();
  }

  #sweepDays(): void {
    const now = this.#options.clock.now();
    for (const entry of this.book.sorted) {
      const dayStart = this.#calendar.startOf(now, entry.timeZone);
      if (dayStart === entry.state.dayStart) continue;
      const before = entry.state;
      if (this.#apply(entry, { kind: 'dayStarted', dayStart })) this.settling.recount(entry, before);
    }
  }

  #sweepReconciliations(): void {
    let compared = 0;
    let drift = 0;
    for (const entry of this.#reconciling) {
      let reports: readonly ReconciliationReport[] = [];
      const decide = () => {
        reports = takeDecided(entry, this.#options.clock.monotonicNow());
      };
      this.settling.recount(entry, entry.state, decide);
      for (const report of reports) {
        compared += report.compared;
        drift += report.drift;
      }
      if (entry.reconciliations.length === 0) this.#reconciling.delete(entry);
    }
    if (compared === 0) return;
    this.#options.totals.compared += compared;
    this.#options.totals.drift += drift;
    this.#options.onReconciled(compared, drift);
  }

  #observationOf(view: SubjectView, kpi: QueueKpiKey): Observation {
    if (kpi === 'serviceLevelTarget') return { at: this.#listedAt, origin: 'backfill' };
    if (view.node !== null)
      return observationOfRollup(view.node, kpi, (entry) => this.settling.viewsOf(entry));
    if (view.entry === null) return { at: Number.NEGATIVE_INFINITY, origin: 'live' };
    const media = view.entry.views?.media.find((own) => own.view === view);
    return observationOfQueue(view.entry, media ?? null, kpi);
  }

  #detailOf(view: SubjectView, kpi: KpiKey): Detail {
    if (view.entry === null || view.mediaType !== null) return undefined;
    if (kpi === 'drift') return view.entry.drift.detail;
    return kpi === 'agentsOffQueue' ? offQueueDetail(view.entry, this.#presenceNames) : undefined;
  }
}
