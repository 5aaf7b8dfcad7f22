/**
 * Who hears of changes, and when: the first change of a quiet engine goes out at once, the next ones are merged and
 * follow a flush interval later, or when a reader asks for them. Changes are worked out only for subjects that somebody listens to.
 */
import { type KpiKey, QUEUE_KPI_KEYS } from '../../lib/contracts/kpi';
import type { TrendPoint, ValueChange } from '../../lib/contracts/push';
import { parseSubject, type SubjectKey } from '../../lib/ids';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Interest, KpiBatch, Unsubscribe } from './reader';
import { EVERY_KPI, type WantedKpis } from './subject-value';

/** Of a flush interval, between two flushes that readers ask for: a hundred boards ask at a hundred moments. */
const LEAST_PART = 0.04;

interface Listener {
  readonly hear: (batch: KpiBatch) => void;
  /** `null`: every subject. */
  readonly subjects: ReadonlySet<SubjectKey> | null;
  /** `null`: every KPI. */
  readonly kpis: ReadonlySet<KpiKey> | null;
}

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly flushIntervalMs: number;
  /** Runs a function soon, after what is being done now; absent: a timer of 0 ms. */
  readonly defer: ((run: () => void) => void) | undefined;
  readonly flush: () => void;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #listeners = new Set<Listener>();
  readonly #pointListeners = new Set<(points: readonly TrendPoint[]) => void>();
  /** How many listen to a subject by name, and how many to all. */
  readonly #wanted = new Map<SubjectKey, number>();
  readonly #wantedQueues = new Map<string, number>();
  #wantAll = 0;
  #wantedKpis: WantedKpis = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #flushIntervalMs: number;
  #scheduled: Cancel | null = null;
  /** A flush goes on in another turn: nobody hurries it. */
  #isHalfWay = false;
  #failures = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#flushIntervalMs = options.flushIntervalMs;
  }

  /** Holds from the next flush on. */
  setPace(flushIntervalMs: number): void {
    this.#flushIntervalMs = flushIntervalMs;
  }

  /** Sees to it that a flush comes. */
  schedule(): void {
    if (this.#scheduled !== null) return;
    const { clock } = this.#options;
    const waitMs = this.#flushedAt + this.#flushIntervalMs - clock.monotonicNow();
    if (waitMs > 0) this.#scheduled = clock.after(waitMs, () => this.#flush());
    else this.#soon();
  }

  #soon(): void {
    const { clock, defer } = this.#options;
    if (defer === undefined) {
      this.#scheduled = clock.after(0, () => this.#flush());
      return;
    }
    let isCancelled = false;
    this.#scheduled = () => {
      isCancelled = true;
    };
    defer(() => {
      if (!isCancelled) this.#flush();
    });
  }

  /** The flush is not through: it goes on in another turn. */
  again(): void {
    this.#isHalfWay = true;
    if (this.#scheduled === null) this.#soon();
  }

  stop(): void {
    this.#scheduled?.();
    this.#scheduled = null;
  }

  /** What waits goes out now, and the next a flush interval from now; not where the last has only just gone out. */
  flush(): void {
    if (this.#scheduled === null || this.#isHalfWay) return;
    const { clock } = this.#options;
    if (clock.monotonicNow() - this.#flushedAt < this.#flushIntervalMs * LEAST_PART) return;
    this.#scheduled();
    this.#flush();
  }

  #flush(): void {
    this.#scheduled = null;
    this.#isHalfWay = false;
    this.#flushedAt = this.#options.clock.monotonicNow();
    this.#options.flush();
  }

  add(hear: (batch: KpiBatch) => void, interest: Interest): Unsubscribe {
    const { subjects, kpis } = interest;
    const listener: Listener = {
      hear,
      subjects: subjects === undefined ? null : new Set(subjects),
      kpis: kpis === undefined ? null : new Set(kpis),
    };
    this.#listeners.add(listener);
    this.#count(listener, 1);
    return () => {
      if (this.#listeners.delete(listener)) this.#count(listener, -1);
    };
  }

  /** The KPIs that some listener wants. */
  get wantedKpis(): WantedKpis {
    return this.#wantedKpis;
  }

  #reviewKpis(): void {
    const listeners = [...this.#listeners];
    const isWanted = (key: KpiKey) => listeners.some(({ kpis }) => kpis === null || kpis.has(key));
    this.#wantedKpis = EVERY_KPI.filter((index) => isWanted(QUEUE_KPI_KEYS[index] as KpiKey));
  }

  #count(listener: Listener, by: number): void {
    this.#reviewKpis();
    if (listener.subjects === null) this.#wantAll += by;
    for (const subject of listener.subjects ?? []) {
      addTo(this.#wanted, subject, by);
      const parsed = parseSubject(subject);
      if (parsed?.kind === 'queue') addTo(this.#wantedQueues, parsed.id, by);
    }
  }

  addPoints(hear: (points: readonly TrendPoint[]) => void): Unsubscribe {
    const own = (points: readonly TrendPoint[]) => hear(points);
    this.#pointListeners.add(own);
    return () => void this.#pointListeners.delete(own);
  }

  isWanted(subject: SubjectKey): boolean {
    return this.#wantAll > 0 || this.#wanted.has(subject);
  }

  /** Whether somebody listens to some subject of a queue. */
  isQueueWanted(id: string): boolean {
    return this.#wantAll > 0 || this.#wantedQueues.has(id);
  }

  tell(batch: KpiBatch): void {
    for (const { hear, subjects } of this.#listeners) {
      const changes =
        subjects === null ? batch.changes : batch.changes.filter((change) => isOf(subjects, change));
      if (changes.length > 0 || batch.subjectsChanged) this.#guarded(() => hear({ ...batch, changes }));
    }
  }

  tellPoints(points: readonly TrendPoint[]): void {
    for (const hear of this.#pointListeners) this.#guarded(() => hear(points));
  }

  /** One listener that throws does not keep the others from hearing. */
  #guarded(hear: () => void): void {
    try {
      hear();
    } catch (thrown) {
      this.#failures++;
      if (this.#failures === 1)
        this.#options.log.error('a listener of figures failed', { reason: messageOf(thrown) });
    }
  }
}

function addTo<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

function isOf(subjects: ReadonlySet<SubjectKey>, change: ValueChange): boolean {
  // The engine writes only its own subject keys into changes.
  return subjects.has(change.subject as SubjectKey);
}
