/**
 * How diagnostic sessions fare, by queue, for the board: those that are open now, and those of today. Told when it
 * changed, at most once a second, and once a minute anyhow, since a day ends and a device falls silent without an
 * event. Ended sessions are remembered for a day and a bit, in a bounded number.
 */
import type { SessionState } from '../../../lib/contracts/diagnostics';
import type { StoredSession } from '../../store/session-ports';

/** `completed` and `error`: of today, those that are so now and those that ended so; the others are now. */
export interface SessionCounts {
  readonly initiated: number;
  readonly running: number;
  readonly completed: number;
  readonly error: number;
  readonly disconnected: number;
  readonly open: number;
  /** Of the open ones: heard within its heartbeats, and not in error. */
  readonly healthy: number;
  /** Of those that ended today, as the agent said. */
  readonly solvedRemotely: number;
}

export interface OpenSession {
  readonly queueId: string | null;
  readonly state: SessionState;
  /** Epoch ms. */
  readonly heardAt: number | null;
}

export interface SessionHealthOptions {
  readonly open: () => Iterable<OpenSession>;
  /** Epoch ms of the start of the queue's day that `now` lies in. */
  readonly dayStart: (queueId: string | null, now: number) => number;
  readonly onHealth: (queueId: string | null, counts: SessionCounts) => void;
}

type Ended = Pick<StoredSession, 'queueId' | 'state' | 'endedAt' | 'solvedRemotely'>;

/** Three heartbeats of 5 s. */
export const HEARD_WITHIN_MS = 15_000;
const KEPT_MS = 26 * 3_600_000;
const MAX_ENDED = 50_000;
const MINUTE_MS = 60_000;

export class SessionHealth {
  readonly #options: SessionHealthOptions;
  #ended: Ended[] = [];
  readonly #changed = new Set<string | null>();
  /** Every queue that was ever told of: what has no session any more must be told as none. */
  readonly #known = new Set<string | null>();
  #allToldAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionHealthOptions) {
    this.#options = options;
  }

  changed(queueId: string | null): void {
    this.#changed.add(queueId);
    this.#known.add(queueId);
  }

  ended(session: Ended): void {
    this.#ended.push(session);
    if (this.#ended.length > MAX_ENDED) this.#ended.shift();
    this.changed(session.queueId);
  }

  /** `now`: epoch ms; `monotonic`: for the minute. */
  tick(now: number, monotonic: number): void {
    if (monotonic - this.#allToldAt >= MINUTE_MS) {
      this.#allToldAt = monotonic;
      this.#ended = this.#ended.filter(({ endedAt }) => (endedAt ?? 0) > now - KEPT_MS);
      for (const queueId of this.#known) this.#changed.add(queueId);
    }
    if (this.#changed.size === 0) return;
    const queues = [...this.#changed];
    this.#changed.clear();
    const counts = this.#count(new Set(queues), now);
    for (const queueId of queues) this.#options.onHealth(queueId, counts.get(queueId) ?? EMPTY);
  }

  #count(queues: ReadonlySet<string | null>, now: number): ReadonlyMap<string | null, SessionCounts> {
    const counts = new Map<string | null, Mutable>();
    const of = (queueId: string | null) => {
      const made = counts.get(queueId) ?? { ...EMPTY };
      counts.set(queueId, made);
      return made;
    };
    for (const { queueId, state, heardAt } of this.#options.open()) {
      if (!queues.has(queueId)) continue;
      const own = of(queueId);
      own.open += 1;
      own[KEYS[state]] += 1;
      const isHeard = heardAt !== null && now - heardAt <= HEARD_WITHIN_MS;
      if (isHeard && state !== 'ERROR' && state !== 'DISCONNECTED') own.healthy += 1;
    }
    const starts = new Map([...queues].map((queueId) => [queueId, this.#options.dayStart(queueId, now)]));
    for (const { queueId, state, endedAt, solvedRemotely } of this.#ended) {
      const start = starts.get(queueId);
      if (start === undefined || (endedAt ?? 0) < start) continue;
      const own = of(queueId);
      if (state === 'COMPLETED') own.completed += 1;
      if (state === 'ERROR') own.error += 1;
      if (solvedRemotely === true) own.solvedRemotely += 1;
    }
    return counts;
  }
}

type Mutable = { -readonly [Key in keyof SessionCounts]: number };

const EMPTY: SessionCounts = {
  ...{ initiated: 0, running: 0, completed: 0, error: 0, disconnected: 0 },
  ...{ open: 0, healthy: 0, solvedRemotely: 0 },
};

const KEYS: Readonly<Record<SessionState, keyof SessionCounts>> = {
  INITIATED: 'initiated',
  RUNNING: 'running',
  COMPLETED: 'completed',
  ERROR: 'error',
  DISCONNECTED: 'disconnected',
};
