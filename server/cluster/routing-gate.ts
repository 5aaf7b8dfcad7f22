/**
 * Which routing events this node counts, where another may hear the same: those that it heard while it owned their queue.
 * While a shard moves both hear them. So each is kept until the table has confirmed who owned the shard then, and who
 * gets ready keeps what it hears: either counts what was heard on its side of the moment of the handover.
 */
import { canonicalQueueId, type RoutingEvent } from '../../lib/contracts/routing';
import type { Clock } from '../runtime/clock';
import type { SharedShard } from './site-ports';

interface Kept {
  readonly heardAt: number;
  readonly queueId: string;
  readonly event: RoutingEvent;
}

/** Longer than a handover takes; what is older was somebody else's to count. */
const KEPT_MS = 10_000;
const MOST_KEPT = 50_000;

export class RoutingGate {
  readonly #clock: Clock;
  readonly #count: (event: RoutingEvent) => void;
  /** Since when each queue is this node's, by the shared clock. */
  readonly #since = new Map<string, number>();
  #kept: Kept[] = [];
  #dropped = 0;

  constructor(clock: Clock, count: (event: RoutingEvent) => void) {
    this.#clock = clock;
    this.#count = count;
  }

  /** Events for which there was no room. */
  get dropped(): number {
    return this.#dropped;
  }

  add(event: RoutingEvent): void {
    if (this.#kept.length >= MOST_KEPT) {
      this.#kept.shift();
      this.#dropped += 1;
    }
    this.#kept.push({ heardAt: this.#clock.now(), queueId: canonicalQueueId(event.queueId), event });
  }

  shard({ queueIds, owned, endedAt }: SharedShard): void {
    const ids = queueIds.map(canonicalQueueId);
    if (owned !== null) for (const id of ids) this.#since.set(id, this.#since.get(id) ?? owned.since);
    else {
      // Up to the next owner's first moment they were ours; nobody else: all that was heard.
      this.#settle(new Set(ids), endedAt ?? Number.POSITIVE_INFINITY);
      for (const id of ids) this.#since.delete(id);
    }
  }

  /** The table said that at this moment every duty was still as it is held here. */
  confirmed(at: number): void {
    this.#settle(null, at);
    const oldest = this.#clock.now() - KEPT_MS;
    this.#kept = this.#kept.filter(({ heardAt, queueId }) => this.#since.has(queueId) || heardAt >= oldest);
  }

  #settle(queueIds: ReadonlySet<string> | null, until: number): void {
    this.#kept = this.#kept.filter(({ heardAt, queueId, event }) => {
      const since = this.#since.get(queueId);
      const isAsked = queueIds === null || queueIds.has(queueId);
      if (since === undefined || !isAsked || heardAt >= until) return true;
      if (heardAt >= since) this.#count(event);
      return false;
    });
  }
}
