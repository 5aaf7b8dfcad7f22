/**
 * Which queues, roll-ups and views have changed since they were last looked at, and bringing them up to date. A
 * queue is brought up when the next one is heard of, while its rows are still in the processor's cache: coming back
 * to it at the flush would cost as much as parsing its frame. Lists carry a mark on what they hold, because a Set
 * would cost more than what is done with it.
 */
import type { SubjectKey } from '../../lib/ids';
import type { Clock } from '../runtime/clock';
import type { FormulaOptions } from './formulas';
import { createRefresher, type RefreshContext } from './refresh';
import { isRollupStale } from './rollup-book';
import type { QueueEntry, RollupBase, RollupNode, RulesOf, SubjectView } from './subject-view';
import { CHANGED, judge, type Moment, RUNNING } from './threshold-watch';

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
  readonly #refresher = createRefresher();
  readonly #context: RefreshContext;
  /** The queue that was heard of last. */
  #warm: QueueEntry | null = null;
  #dirty: QueueEntry[] = [];
  #dirtyNodes: RollupNode[] = [];
  #touched: SubjectView[] = [];
  /** Views whose status may change by time alone. */
  readonly #running = new Set<SubjectView>();
  #retired = new Map<SubjectKey, SubjectView>();
  /** Taken once a flush: 50 ms are nothing to a threshold, and a clock costs as much as a rule. */
  #moment: Moment | null = null;

  constructor(options: SettlingOptions) {
    this.#options = options;
    this.#context = {
      rulesOf: options.rulesOf,
      touchView: (view) => this.#judge(view),
      touchNode: (node) => this.touchNode(node),
      viewAdded: (view) => this.#adopt(view),
    };
  }

  /** A queue has changed. */
  mark(entry: QueueEntry): void {
    if (entry === this.#warm) return;
    const previous = this.#warm;
    this.#warm = entry;
    if (previous === null) this.#options.onDirty();
    else this.#refresher.refresh(previous, this.#context);
  }

  /** Many queues may have changed. */
  markAll(entries: readonly QueueEntry[]): void {
    for (const entry of entries) {
      if (entry.isDirty) continue;
      entry.isDirty = true;
      this.#dirty.push(entry);
    }
    this.#options.onDirty();
  }

  touchNode(node: RollupNode): void {
    if (node.isDirty) return;
    node.isDirty = true;
    this.#dirtyNodes.push(node);
  }

  /** The roll-ups are new: every queue is to be brought up, and views go on from those they take the place of. */
  startAnew(old: readonly SubjectView[], queues: readonly QueueEntry[], bases: readonly RollupBase[]): void {
    this.#retired = new Map(old.map((view) => [view.key, view]));
    for (const view of this.#running) view.isRunning = false;
    this.#running.clear();
    for (const view of this.#touched) view.isTouched = false;
    for (const entry of this.#dirty) entry.isDirty = false;
    this.#touched = [];
    this.#dirtyNodes = [];
    this.#dirty = [];
    this.#warm = null;
    for (const base of bases) {
      this.#adopt(base.all.view);
      this.touchNode(base.all);
    }
    for (const entry of queues) this.#adopt(entry.view);
    this.markAll(queues);
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

  /** Brings all figures up to the state. Cheap where nothing has changed. */
  settle(): void {
    const warm = this.#warm;
    this.#warm = null;
    if (warm !== null) this.#refresher.refresh(warm, this.#context);
    for (const entry of this.#dirty) {
      entry.isDirty = false;
      this.#refresher.refresh(entry, this.#context);
    }
    this.#dirty = [];
    for (const node of this.#dirtyNodes) {
      node.isDirty = false;
      node.view.isStale = isRollupStale(node);
      this.#judge(node.view);
    }
    this.#dirtyNodes = [];
    this.#moment = null;
    if (this.#retired.size > 0) this.#retired = new Map();
  }

  #now(): Moment {
    const { clock, formulas } = this.#options;
    return { now: clock.now(), tick: clock.monotonicNow(), options: formulas };
  }

  #judge(view: SubjectView): void {
    this.#moment ??= this.#now();
    this.#setRunning(view, (judge(view, this.#moment) & RUNNING) !== 0);
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

  /** Judges again what time alone may change. */
  sweep(): void {
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
