/**
 * Which queues, roll-ups and views have changed since they were last looked at, and bringing them up to date. Views
 * are brought up only where somebody listens. Lists carry a mark on what they hold, because a Set would cost more
 * than what is done with it.
 */
import type { SubjectKey } from '../../lib/ids';
import type { Clock } from '../runtime/clock';
import { Accounting, standingOf } from './accounting';
import type { GaugesObserved, IntervalObserved } from './events';
import type { FormulaOptions } from './formulas';
import type { QueueState } from './queue-state';
import { bringUpViews } from './queue-views';
import { isRollupStale } from './rollup-book';
import type { QueueEntry, QueueViews, RollupBase, RollupNode, RulesOf, SubjectView } from './subject-view';
import { CHANGED, judge, type Moment, RUNNING } from './threshold-watch';

/** Queues counted anew in one turn of the event loop: some 10 ms. */
const MOST_COUNTED_A_STEP = 150;

export interface SettlingOptions {
  readonly clock: Clock;
  readonly formulas: FormulaOptions;
  readonly rulesOf: RulesOf;
  isWanted(subject: SubjectKey): boolean;
  /** There is something to flush. */
  onDirty(): void;
}

export class Settling {
  readonly #options: SettlingOptions;
  readonly #accounting: Accounting;
  /** Queues that their roll-ups must count anew. */
  #uncounted: QueueEntry[] = [];
  /** Watched queues whose views may have changed. */
  #touchedQueues: QueueEntry[] = [];
  #dirtyNodes: RollupNode[] = [];
  #touched: SubjectView[] = [];
  /** Views whose status may change by time alone. */
  readonly #running = new Set<SubjectView>();
  #retired = new Map<SubjectKey, SubjectView>();
  #isDirty = false;

  constructor(options: SettlingOptions) {
    this.#options = options;
    this.#accounting = new Accounting({
      rulesOf: options.rulesOf,
      touchNode: (node) => this.touchNode(node),
      nodeAdded: (view) => this.#adopt(view),
    });
  }

  /** One event has changed a queue, which was at `before`. */
  moved(entry: QueueEntry, before: QueueState, event: GaugesObserved | IntervalObserved): void {
    const isUpToDate = entry.isCounted && entry.counted === null;
    if (!isUpToDate || !this.#accounting.moveByEvent(entry, before, event)) this.recount(entry, before);
    else this.#touchQueue(entry);
  }

  /** A queue is to be counted anew; `before`: its state when it was last counted. */
  recount(entry: QueueEntry, before: QueueState = entry.state, change: () => void = () => {}): void {
    if (entry.counted === null && entry.isCounted) {
      entry.counted = { ...standingOf(entry), state: before };
      this.#uncounted.push(entry);
    }
    change();
    this.#touchQueue(entry);
  }

  #touchQueue(entry: QueueEntry): void {
    if (entry.isWatched && !entry.isTouched) {
      entry.isTouched = true;
      this.#touchedQueues.push(entry);
    }
    this.#markDirty();
  }

  /** Other rules hold for the views of a queue. */
  rejudge(entry: QueueEntry): void {
    for (const media of entry.views?.media ?? []) media.isChanged = true;
    this.#touchQueue(entry);
  }

  #markDirty(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#options.onDirty();
  }

  touchNode(node: RollupNode): void {
    if (node.isDirty) return;
    node.isDirty = true;
    this.#dirtyNodes.push(node);
    this.#markDirty();
  }

  /** The roll-ups are new: every queue is to be counted, and views go on from those they take the place of. */
  startAnew(old: readonly SubjectView[], queues: readonly QueueEntry[], bases: readonly RollupBase[]): void {
    // What the former ones took the place of too, where not all was counted since.
    this.#retired = new Map([...this.#retired, ...old.map((view) => [view.key, view] as const)]);
    for (const view of this.#running) view.isRunning = false;
    this.#running.clear();
    for (const view of this.#touched) view.isTouched = false;
    for (const entry of this.#touchedQueues) entry.isTouched = false;
    this.#touched = [];
    this.#touchedQueues = [];
    this.#dirtyNodes = [];
    this.#uncounted = [...queues];
    for (const base of bases) {
      this.#adopt(base.all.view);
      this.touchNode(base.all);
    }
    for (const entry of queues) {
      entry.counted = null;
      entry.isCounted = false;
      this.#touchQueue(entry);
    }
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

  /** A step towards `settle`, where that would hold everybody up; false: call it again in another turn. */
  settleSome(): boolean {
    if (this.#uncounted.length <= MOST_COUNTED_A_STEP) return true;
    this.#count(this.#uncounted.splice(0, MOST_COUNTED_A_STEP));
    return false;
  }

  #count(entries: readonly QueueEntry[]): void {
    for (const entry of entries) {
      const before = entry.counted;
      entry.counted = null;
      entry.isCounted = true;
      this.#accounting.count(entry, before);
    }
  }

  /** Brings the roll-ups and all watched views up to the state. Cheap where nothing has changed. */
  settle(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#count(this.#uncounted);
    this.#uncounted = [];
    const moment = this.#now();
    for (const entry of this.#touchedQueues) {
      entry.isTouched = false;
      this.#settleViews(this.viewsOf(entry), moment);
    }
    this.#touchedQueues = [];
    for (const node of this.#dirtyNodes) {
      node.isDirty = false;
      node.view.isStale = isRollupStale(node);
      this.#judge(node.view, moment);
    }
    this.#dirtyNodes = [];
    this.#isDirty = false;
    if (this.#retired.size > 0) this.#retired = new Map();
  }

  #settleViews(views: QueueViews, moment: Moment): void {
    if (views.view.isWanted) this.#judge(views.view, moment);
    for (const media of views.media) {
      if (!media.isChanged) continue;
      media.isChanged = false;
      if (media.view.isWanted) this.#judge(media.view, moment);
    }
  }

  /** The views of a queue as of now. */
  viewsOf(entry: QueueEntry): QueueViews {
    const { rulesOf, isWanted } = this.#options;
    return bringUpViews(entry, { rulesOf, isWanted });
  }

  /** Nobody follows it, so its status is decided at the first look, as for whatever has just become known. */
  judgeAfresh(view: SubjectView): void {
    if (view.isWanted || view.node !== null) return;
    view.thresholds = null;
    judge(view, this.#now());
  }

  #now(): Moment {
    const { clock, formulas } = this.#options;
    return { now: clock.now(), tick: clock.monotonicNow(), options: formulas };
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

  /** Somebody has begun to listen, or has stopped. */
  setWanted(view: SubjectView, isWanted: boolean): void {
    const wasWanted = view.isWanted;
    view.isWanted = isWanted;
    // One that was made for whoever has just begun to listen was never judged.
    const isJudged = wasWanted === isWanted && (view.thresholds !== null || !isWanted);
    if (view.node !== null || isJudged) return;
    view.thresholds = null;
    this.#setRunning(view, isWanted && (judge(view, this.#now()) & RUNNING) !== 0);
  }

  /** The views that may have changed since the last call. */
  takeTouched(): readonly SubjectView[] {
    this.settle();
    const touched = this.#touched;
    this.#touched = [];
    for (const view of touched) view.isTouched = false;
    return touched;
  }

  /** Judges again what time alone may change. */
  sweep(): void {
    // Many are counted step by step by a flush, and nothing is judged on half of them.
    if (this.#uncounted.length > MOST_COUNTED_A_STEP) {
      this.#options.onDirty();
      return;
    }
    this.settle();
    const moment = this.#now();
    for (const view of this.#running) {
      const verdict = judge(view, moment);
      this.#setRunning(view, (verdict & RUNNING) !== 0);
      if ((verdict & CHANGED) !== 0) this.#touch(view);
    }
    if (this.#touched.length > 0) this.#options.onDirty();
  }
}
