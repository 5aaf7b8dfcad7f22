/**
 * The table of leases in memory, by the same rules as the scripts on Redis, with a clock that the test moves. `via`
 * stands for the way to it: it decides when something is done, whether its answer comes, or that nobody is there.
 */
import { err, ok, type Result } from '../../lib/result';
import type { Duty } from '../../server/cluster/duties';
import { LEASE_MS, type Lease, type LeaseTable, type NodeRow } from '../../server/cluster/lease-table';

/** Does it and gives what came of it; an error: nobody knows whether it was done. */
export type Via = <T>(act: () => T) => Promise<Result<T, string>>;

export const straight: Via = async (act) => ok(act());

export class MemoryLeaseTable {
  readonly #now: () => number;
  readonly #leases = new Map<Duty, Lease>();
  readonly #nodes = new Map<string, { readonly row: NodeRow; readonly heard: number }>();
  #fence = 0;
  /** Each that was ever given, in order. */
  readonly fences: { readonly duty: Duty; readonly owner: string; readonly fence: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** As FLUSHALL does. */
  empty(): void {
    this.#leases.clear();
    this.#nodes.clear();
    this.#fence = 0;
  }

  lease(duty: Duty): Lease | null {
    return this.#leases.get(duty) ?? null;
  }

  /** Who has it now, by the table's own clock. */
  ownerOf(duty: Duty): string | null {
    const lease = this.#leases.get(duty);
    return lease === undefined || lease.until < this.#now() ? null : lease.owner;
  }

  seat(via: Via = straight): LeaseTable {
    return {
      round: (me, renew) => via(() => this.#round(me, renew)),
      take: (duty, me) => via(() => this.#take(duty, me)),
      offer: (duty, me, isOffered) =>
        via(() => this.#own(duty, me, isOffered ? { isOffered } : { isOffered, next: null })),
      accept: (duty, me) => via(() => this.#accept(duty, me)),
      release: (duty, me) => via(() => this.#own(duty, me, { until: 0 })),
      leave: (me) => via(() => this.#nodes.delete(me) || true),
    };
  }

  #round(me: NodeRow, renew: readonly Duty[]) {
    const at = this.#now();
    this.#nodes.set(me.id, { row: me, heard: at });
    for (const duty of renew) this.#own(duty, me.id, { until: at + LEASE_MS });
    for (const [id, { heard }] of this.#nodes) if (heard + LEASE_MS < at) this.#nodes.delete(id);
    return { at, leases: [...this.#leases.values()], nodes: [...this.#nodes.values()].map(({ row }) => row) };
  }

  #take(duty: Duty, me: string) {
    const at = this.#now();
    const held = this.#leases.get(duty);
    const isFree = held === undefined || held.owner === me || held.until < at;
    if (!isFree && held.next !== me) return null;
    this.#fence = Math.max(this.#fence + 1, at * 1_000);
    const fence = this.#fence;
    this.#leases.set(duty, {
      ...{ duty, owner: me, fence, since: at, until: at + LEASE_MS, isOffered: false, next: null },
    });
    this.fences.push({ duty, owner: me, fence });
    return { fence, since: at };
  }

  #own(duty: Duty, me: string, change: Partial<Lease>): boolean {
    const held = this.#leases.get(duty);
    if (held?.owner !== me) return false;
    this.#leases.set(duty, { ...held, ...change });
    return true;
  }

  #accept(duty: Duty, me: string): boolean {
    const held = this.#leases.get(duty);
    if (held === undefined || !held.isOffered || (held.next !== null && held.next !== me)) return false;
    this.#leases.set(duty, { ...held, next: me });
    return true;
  }
}

/** A way that nobody answers on. */
export const away: Via = async () => err('away');
