/**
 * Tells the KPI engine how diagnostic sessions are, by queue: of owners whose figures changed, whole, at most four times
 * a second, and one last time, with zeros, of an owner that has nothing left. Each session counts once, by the state it
 * is in. `today` begins anew at midnight of the queue's zone; of sessions without a queue at midnight of the default
 * zone.
 */
import { createDayCalendar } from '../../lib/day-calendar';
import { type QueueId, queueId as toQueueId } from '../../lib/ids';
import type { SessionFiguresObserved, SessionSink } from '../kpi/events';
import type { Cancel, Clock } from '../runtime/clock';
import type { StoredSession } from '../store/session-ports';

/** What is counted of a session. */
export type CountedSession = Pick<
  StoredSession,
  'id' | 'queueId' | 'state' | 'since' | 'endedAt' | 'solvedRemotely'
>;

/** In which zone each queue's day starts. */
export interface SessionZones {
  /** The default. */
  readonly timeZone: string;
  timeZoneOf(queueId: string): string;
}

export interface SessionCountsOptions {
  readonly clock: Clock;
  readonly zones: SessionZones;
  readonly sink: SessionSink;
  /** Sessions that are remembered at most; past it the one that has been there longest is forgotten. */
  readonly maxSessions?: number;
}

export interface SessionCounts {
  /** A session as it is now, whole: a new one, or in place of what was said of that id. */
  apply(session: CountedSession): void;
  /** Whether it is counted. */
  has(id: string): boolean;
  /** From here on figures are told; what was applied before (from the store) is told first. Gives the way to stop it. */
  start(): () => void;
}

/** How long before now a session may have begun that still counts for somebody's today; for `SessionStore.since`. */
export const SESSIONS_COUNT_MS = 3 * 24 * 3_600_000;
const FLUSH_INTERVAL_MS = 250;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** No day is longer, in any zone and on any day of the year. */
const LONGEST_DAY_MS = 26 * 3_600_000;
const MAX_SESSIONS = 100_000;

type Figures = Omit<SessionFiguresObserved, 'kind' | 'owner' | 'observedAt' | 'origin'>;
type Sessions = Map<string, CountedSession>;

export function createSessionCounts(options: SessionCountsOptions): SessionCounts {
  return new Counter(options);
}

class Counter implements SessionCounts {
  readonly #options: SessionCountsOptions;
  /** By queue; `null`: of none. Each holds its sessions in the order in which they were first heard of. */
  readonly #owners = new Map<QueueId | null, Sessions>();
  /** All of them, to the owner that holds each. */
  readonly #ownerOf = new Map<string, QueueId | null>();
  readonly #dirty = new Set<QueueId | null>();
  /** What was said last; of who is not in it nothing was said, or zeros. */
  readonly #told = new Map<QueueId | null, Figures>();
  readonly #calendar = createDayCalendar();
  #flush: Cancel | null = null;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #isStarted = false;
  #minute = 0;

  constructor(options: SessionCountsOptions) {
    this.#options = options;
  }

  apply(session: CountedSession): void {
    const owner = session.queueId === null ? null : toQueueId(session.queueId);
    const before = this.#ownerOf.get(session.id);
    if (before !== undefined && before !== owner) this.#remove(session.id);
    const { id, queueId, state, since, endedAt, solvedRemotely } = session;
    let sessions = this.#owners.get(owner);
    if (sessions === undefined) {
      sessions = new Map();
      this.#owners.set(owner, sessions);
    }
    sessions.set(id, { id, queueId, state, since, endedAt, solvedRemotely });
    this.#ownerOf.set(id, owner);
    const { maxSessions = MAX_SESSIONS } = this.#options;
    const [oldest] = this.#ownerOf.keys();
    if (this.#ownerOf.size > maxSessions && oldest !== undefined) this.#remove(oldest);
    this.#mark(owner);
  }

  has(id: string): boolean {
    return this.#ownerOf.has(id);
  }

  start(): () => void {
    const { clock, sink } = this.#options;
    this.#isStarted = true;
    this.#tellAll('backfill');
    sink({ kind: 'sessionsRestored', at: clock.now() });
    this.#noticeMinute();
    const cancel = clock.every(SECOND_MS, () => this.#noticeMinute());
    return () => {
      if (this.#isStarted) sink({ kind: 'sessionsLost', at: clock.now(), heardAt: clock.now() });
      this.#isStarted = false;
      cancel();
      this.#flush?.();
      this.#flush = null;
    };
  }

  #remove(id: string): void {
    const owner = this.#ownerOf.get(id);
    if (owner === undefined) return;
    this.#ownerOf.delete(id);
    const sessions = this.#owners.get(owner);
    sessions?.delete(id);
    if (sessions?.size === 0) this.#owners.delete(owner);
    this.#mark(owner);
  }

  #mark(owner: QueueId | null): void {
    this.#dirty.add(owner);
    if (!this.#isStarted || this.#flush !== null) return;
    const { clock } = this.#options;
    const delayMs = Math.max(0, this.#flushedAt + FLUSH_INTERVAL_MS - clock.monotonicNow());
    this.#flush = clock.after(delayMs, () => {
      this.#flush = null;
      this.#tellAll('live');
    });
  }

  /** A day starts on a whole minute, also where the wall clock was set: then every owner is looked at. */
  #noticeMinute(): void {
    const now = this.#options.clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#forget(now - LONGEST_DAY_MS);
    for (const owner of this.#told.keys()) this.#mark(owner);
  }

  /** Ended sessions that no day counts any more. */
  #forget(endedBefore: number): void {
    for (const sessions of [...this.#owners.values()]) {
      for (const { id, endedAt } of [...sessions.values()]) {
        if (endedAt !== null && endedAt < endedBefore) this.#remove(id);
      }
    }
  }

  #tellAll(origin: SessionFiguresObserved['origin']): void {
    const { clock } = this.#options;
    const now = clock.now();
    const owners = [...this.#dirty];
    if (owners.length > 0) this.#flushedAt = clock.monotonicNow();
    this.#dirty.clear();
    for (const owner of owners) this.#tell(owner, now, origin);
  }

  #tell(owner: QueueId | null, now: number, origin: SessionFiguresObserved['origin']): void {
    const figures = this.#figuresOf(owner, now);
    const before = this.#told.get(owner) ?? NO_FIGURES;
    // One whose day is over may have a today again, when the clock is set back.
    if (isSame(figures, NO_FIGURES) && !this.#owners.has(owner)) this.#told.delete(owner);
    else this.#told.set(owner, figures);
    if (isSame(figures, before)) return;
    this.#options.sink({
      kind: 'sessionFiguresObserved',
      owner: owner === null ? { kind: 'unmapped' } : { kind: 'queue', queueId: owner },
      observedAt: now,
      origin,
      ...figures,
    });
  }

  #figuresOf(owner: QueueId | null, now: number): Figures {
    const { zones } = this.#options;
    const start = this.#calendar.startOf(now, owner === null ? zones.timeZone : zones.timeZoneOf(owner));
    const figures = { ...NO_FIGURES };
    for (const session of this.#owners.get(owner)?.values() ?? []) count(figures, session, start);
    return figures;
  }
}

const NO_FIGURES: Figures = {
  ...{ initiated: 0, running: 0, disconnected: 0, completed: 0, error: 0 },
  ...{ solvedRemotely: 0, open: 0, healthy: 0 },
};

type Tallied = { -readonly [K in keyof Figures]: Figures[K] };

/** Adds one session. A session that is being connected has not missed a heartbeat yet: it is healthy. */
function count(figures: Tallied, session: CountedSession, dayStartAt: number): void {
  const { state, since, endedAt, solvedRemotely } = session;
  const isOpen = endedAt === null;
  if (isOpen) figures.open++;
  if (isOpen && state !== 'ERROR' && state !== 'DISCONNECTED') figures.healthy++;
  if (solvedRemotely === true && endedAt !== null && endedAt >= dayStartAt) figures.solvedRemotely++;
  switch (state) {
    case 'INITIATED':
      if (isOpen) figures.initiated++;
      break;
    case 'RUNNING':
      if (isOpen) figures.running++;
      break;
    case 'DISCONNECTED':
      if (isOpen) figures.disconnected++;
      break;
    case 'COMPLETED':
      if (since >= dayStartAt) figures.completed++;
      break;
    case 'ERROR':
      if (since >= dayStartAt) figures.error++;
      break;
  }
}

function isSame(a: Figures, b: Figures): boolean {
  // The keys are those of our own type.
  return (Object.keys(NO_FIGURES) as (keyof Figures)[]).every((key) => a[key] === b[key]);
}
