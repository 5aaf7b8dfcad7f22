/**
 * Which figures some board may raise an alarm by, and what changed of them since it was last asked. Only what a watched
 * board shows is asked of the reader, and so worked out at all.
 */
import { valueKey } from '../../lib/apply-delta';
import type { FigureAddress } from '../../lib/board-alarms';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { ValueChange } from '../../lib/contracts/push';
import type { SubjectKey } from '../../lib/ids';
import type { KpiBatch, KpiReader, Unsubscribe } from '../kpi/reader';

/** As many as a board's table of all queues shows. */
const MOST_QUEUES = 2_000;

export interface WatchedFiguresOptions {
  readonly reader: KpiReader;
  /** Something changed of what is watched. */
  readonly onChanged: () => void;
  /** Queues, groups or names are others. */
  readonly onSubjects: () => void;
}

export class WatchedFigures {
  readonly #options: WatchedFiguresOptions;
  readonly #boards = new Map<string, ReadonlySet<string>>();
  /** By value key. */
  readonly #shownOn = new Map<string, Set<string>>();
  readonly #figures = new Map<string, FigureAddress>();
  #pending = new Map<string, ValueChange>();
  #heard = '';
  #stopHearing: Unsubscribe;

  constructor(options: WatchedFiguresOptions) {
    this.#options = options;
    this.#stopHearing = this.#hear();
  }

  /** Every queue by itself, as a table of all queues shows them. */
  queues(): readonly string[] {
    return this.#options.reader
      .subjects()
      .map(({ subject }) => subject)
      .filter((subject) => subject.startsWith('queue:') && !subject.includes('|'))
      .slice(0, MOST_QUEUES);
  }

  /** What this board shows from now on. Those that no board showed before come as pending with their value of now. */
  show(boardId: string, figures: readonly FigureAddress[]): void {
    const wanted = new Map(figures.map((figure) => [valueKey(figure.subject, figure.kpi), figure]));
    const fresh = [...wanted].filter(([key]) => !this.#shownOn.has(key));
    for (const key of this.#boards.get(boardId) ?? []) if (!wanted.has(key)) this.#leave(boardId, key);
    for (const [key, figure] of wanted) {
      const boards = this.#shownOn.get(key) ?? new Set<string>();
      this.#shownOn.set(key, boards.add(boardId));
      this.#figures.set(key, figure);
    }
    this.#boards.set(boardId, new Set(wanted.keys()));
    this.#review();
    for (const [key, { subject, kpi }] of fresh) {
      // A board's subjects are addresses; the reader knows nothing of one that is none.
      const value = this.#options.reader.value(subject as SubjectKey, kpi);
      if (value !== null) this.#pending.set(key, { subject, kpi, ...value });
    }
  }

  hide(boardId: string): void {
    for (const key of this.#boards.get(boardId) ?? []) this.#leave(boardId, key);
    this.#boards.delete(boardId);
    this.#review();
  }

  /** The boards that show it. */
  boardsOf(subject: string, kpi: KpiKey): ReadonlySet<string> {
    return this.#shownOn.get(valueKey(subject, kpi)) ?? NOWHERE;
  }

  isShownOn(boardId: string, subject: string, kpi: KpiKey): boolean {
    return this.#boards.get(boardId)?.has(valueKey(subject, kpi)) ?? false;
  }

  /** Each figure at most once, as it is now. */
  takePending(): Iterable<ValueChange> {
    const pending = this.#pending;
    this.#pending = new Map();
    return pending.values();
  }

  close(): void {
    this.#stopHearing();
  }

  #leave(boardId: string, key: string): void {
    const boards = this.#shownOn.get(key);
    boards?.delete(boardId);
    if (boards === undefined || boards.size > 0) return;
    this.#shownOn.delete(key);
    this.#figures.delete(key);
    this.#pending.delete(key);
  }

  #review(): void {
    const names = [...this.#figures.keys()].join('\n');
    if (names === this.#heard) return;
    this.#heard = names;
    // The new one first: what both hear of stays announced without a gap.
    const stopFormer = this.#stopHearing;
    this.#stopHearing = this.#hear();
    stopFormer();
  }

  #hear(): Unsubscribe {
    const subjects = new Set<SubjectKey>();
    const kpis = new Set<KpiKey>();
    for (const { subject, kpi } of this.#figures.values()) {
      // As above.
      subjects.add(subject as SubjectKey);
      kpis.add(kpi);
    }
    return this.#options.reader.subscribe((batch) => this.#take(batch), { subjects, kpis });
  }

  #take({ changes, subjectsChanged }: KpiBatch): void {
    let isOurs = false;
    for (const change of changes) {
      const key = valueKey(change.subject, change.kpi);
      if (!this.#figures.has(key)) continue;
      this.#pending.set(key, change);
      isOurs = true;
    }
    if (subjectsChanged) this.#options.onSubjects();
    else if (isOurs) this.#options.onChanged();
  }
}

const NOWHERE: ReadonlySet<string> = new Set();
