/**
 * The table of leases, as who takes part in it sees it. Types only; `redis-lease-table` implements it, tests have one in
 * memory. All times are by the table's own clock, so that the clocks of nodes decide nothing.
 */
import type { Result } from '../../lib/result';
import type { Duty } from './duties';

export interface Lease {
  readonly duty: Duty;
  readonly owner: string;
  /** Grows with every new owner, and never comes again. */
  readonly fence: number;
  /** Ms: when it was taken. */
  readonly since: number;
  /** Ms; from then on anybody may take it. 0: it was given back. */
  readonly until: number;
  /** Its owner wants to hand it over. */
  readonly isOffered: boolean;
  /** Who is getting ready to take it over; `null`: nobody. */
  readonly next: string | null;
}

export interface NodeRow {
  readonly id: string;
  readonly mayHold: boolean;
  /** It is on its way out: it takes nothing more. */
  readonly isLeaving: boolean;
}

export interface LeaseRound {
  /** Ms by the table's clock, while it was asked. */
  readonly at: number;
  /** With those that were renewed just now. */
  readonly leases: readonly Lease[];
  /** Those that were heard of while a lease lasts. */
  readonly nodes: readonly NodeRow[];
}

export interface Taken {
  readonly fence: number;
  /** Ms by the table's clock. */
  readonly since: number;
}

export interface LeaseTable {
  /** Says that this node lives, and renews those of these leases that are still its own. */
  round(me: NodeRow, renew: readonly Duty[]): Promise<Result<LeaseRound, string>>;
  /** Takes one that is free, or that is handed over to this node. `null`: somebody else has it. */
  take(duty: Duty, me: string): Promise<Result<Taken | null, string>>;
  /** Offers one of its own, or takes the offer back. */
  offer(duty: Duty, me: string, isOffered: boolean): Promise<Result<boolean, string>>;
  /** Says who gets ready to take an offered one over. False: somebody else was faster. */
  accept(duty: Duty, me: string): Promise<Result<boolean, string>>;
  /** Gives one back: it is free at once. */
  release(duty: Duty, me: string): Promise<Result<boolean, string>>;
  /** The node is gone. */
  leave(me: string): Promise<Result<boolean, string>>;
}

export const LEASE_MS = 6_000;
