/**
 * What of routing events is not written yet: sums by queue, so that an hour without Redis takes no more room than a
 * second. A batch that went out keeps its number until it is known to be written, and is sent again as it was; what
 * comes meanwhile is gathered beside it. Bounded by queues: of one more than there is room for nothing is kept, and its
 * events are counted. Not pure: filled in place, knows no clock and no Redis.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';

export interface QueueTotals {
  readonly queueId: string;
  /** Ms, of the events that end a wait. */
  readonly waitMs: number;
  readonly events: number;
  /** The newest by the events' own time; `null`: none was told. */
  readonly agentStatus: string | null;
}

export interface Batch {
  /** Grows by one a batch; the same when it is sent again. */
  readonly number: number;
  readonly totals: readonly QueueTotals[];
}

interface Sum {
  waitMs: number;
  events: number;
  agentStatus: string | null;
}

const MOST_QUEUES = 100_000;
const NONE: ReadonlySet<string> = new Set();

export class RoutingTotals {
  readonly #most: number;
  #gathered = new Map<string, Sum>();
  /** When the newest status of each queue was, so that an older one that comes later changes nothing. */
  readonly #statusAt = new Map<string, number>();
  #sent: Batch | null = null;
  #number = 0;
  #leftOut = 0;

  constructor(most = MOST_QUEUES) {
    this.#most = most;
  }

  /** Events that found no room, or were refused. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Queues of which something is not written. */
  get waiting(): number {
    return this.#gathered.size + (this.#sent?.totals.length ?? 0);
  }

  add({ queueId, waitMs, agentStatus, at }: RoutingEvent): void {
    if (waitMs === null && agentStatus === null) return;
    const sum = this.#gathered.get(queueId) ?? this.#made(queueId);
    if (sum === null) {
      this.#leftOut += 1;
      return;
    }
    if (waitMs !== null) {
      sum.waitMs += waitMs;
      sum.events += 1;
    }
    if (agentStatus !== null && at >= (this.#statusAt.get(queueId) ?? Number.NEGATIVE_INFINITY)) {
      sum.agentStatus = agentStatus;
      this.#statusAt.set(queueId, at);
    }
  }

  /** What is to be written now: the batch that is out, else a new one. `null`: there is nothing. */
  next(): Batch | null {
    if (this.#sent !== null) return this.#sent;
    if (this.#gathered.size === 0) return null;
    this.#number += 1;
    const totals = [...this.#gathered].map(([queueId, { waitMs, events, agentStatus }]) => ({
      ...{ queueId, waitMs, events, agentStatus },
    }));
    this.#gathered = new Map();
    this.#sent = { number: this.#number, totals };
    return this.#sent;
  }

  /** Of the batch that is out these are written, and these never will be; the others are sent again. */
  written(queueIds: ReadonlySet<string>, refused: ReadonlySet<string> = NONE): void {
    if (this.#sent === null) return;
    for (const { queueId, events } of this.#sent.totals) if (refused.has(queueId)) this.#leftOut += events;
    const totals = this.#sent.totals.filter(({ queueId }) => !queueIds.has(queueId) && !refused.has(queueId));
    this.#sent = totals.length === 0 ? null : { ...this.#sent, totals };
  }

  #made(queueId: string): Sum | null {
    if (!this.#statusAt.has(queueId) && this.#statusAt.size >= this.#most) return null;
    const sum: Sum = { waitMs: 0, events: 0, agentStatus: null };
    if (!this.#statusAt.has(queueId)) this.#statusAt.set(queueId, Number.NEGATIVE_INFINITY);
    this.#gathered.set(queueId, sum);
    return sum;
  }
}
