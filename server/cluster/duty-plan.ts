/**
 * What a node does next about duties, decided once a second from the table of leases as it is. Pure. Shards are spread
 * evenly and handed over to who has caught up; rooms stay where they are while their owner lives. Who loses a lease to an
 * emptied table comes first in taking it again: others wait until they have seen it free for a while.
 */
import { type Duty, shardOf } from './duties';
import type { Lease, NodeRow } from './lease-table';

export interface DutyView {
  readonly me: string;
  readonly mayHold: boolean;
  readonly isLeaving: boolean;
  /** Ms by the table's clock. */
  readonly at: number;
  /** All that there should be. */
  readonly duties: readonly Duty[];
  readonly leases: readonly Lease[];
  readonly nodes: readonly NodeRow[];
  /** What this node acts for as its owner. */
  readonly held: ReadonlySet<Duty>;
  /** With which fences. Absent: with those of the table. */
  readonly fences?: ReadonlyMap<Duty, number>;
  /** What it gets ready for; true: it has caught up. */
  readonly preparing: ReadonlyMap<Duty, boolean>;
  /** Since when each duty has been seen free, without a break. */
  readonly freeSince: ReadonlyMap<Duty, number>;
  /** How many it may get ready for at once. */
  readonly mostPreparing: number;
}

export type DutyStep =
  /** Become its owner, or again its owner. */
  | { readonly step: 'take'; readonly duty: Duty }
  /** Another is its owner: stop acting for it. */
  | { readonly step: 'lose'; readonly duty: Duty }
  /** Stop acting for it, then give it back. */
  | { readonly step: 'release'; readonly duty: Duty }
  | { readonly step: 'offer' | 'withdraw'; readonly duty: Duty }
  /** Say that this node gets ready for it, and do. */
  | { readonly step: 'accept'; readonly duty: Duty }
  /** Nobody wants it ready any more. */
  | { readonly step: 'giveUp'; readonly duty: Duty };

/** Seen free for so long, a duty is taken by who has fewer than his share; and then by anybody. */
export const SEEN_FREE_MS = 900;
export const ANYBODYS_MS = 3_000;

export function dutySteps(view: DutyView): readonly DutyStep[] {
  const leases = new Map(view.leases.map((lease) => [lease.duty, lease]));
  const known = new Set(view.duties);
  const sums = new Shares(view);
  const steps: DutyStep[] = [];
  for (const duty of view.held) {
    steps.push(...stepsOfHeld(duty, { view, sums, lease: leases.get(duty), isKnown: known.has(duty) }));
  }
  for (const duty of view.preparing.keys()) {
    if (!known.has(duty)) steps.push({ step: 'giveUp', duty });
  }
  for (const duty of view.duties) {
    if (view.held.has(duty)) continue;
    const step = stepOfOther(duty, { view, sums, lease: leases.get(duty) });
    if (step !== null) steps.push(step);
  }
  return steps;
}

interface Sight {
  readonly view: DutyView;
  readonly sums: Shares;
  readonly lease: Lease | undefined;
}

function stepsOfHeld(duty: Duty, sight: Sight & { readonly isKnown: boolean }): readonly DutyStep[] {
  const { view, sums, lease, isKnown } = sight;
  if (lease === undefined) return view.isLeaving ? [{ step: 'release', duty }] : [{ step: 'take', duty }];
  if (lease.owner !== view.me) return [{ step: 'lose', duty }];
  const fence = view.fences?.get(duty) ?? lease.fence;
  // The table went back to an older lease of this node: with the fence that it has nothing could be written.
  if (fence !== lease.fence && isKnown && !view.isLeaving) return [{ step: 'take', duty }];
  if (!isKnown) return [{ step: 'release', duty }];
  if (shardOf(duty) === null) return view.isLeaving ? [{ step: 'release', duty }] : [];
  const isNextGone = lease.next !== null && !sums.holders.some(({ id }) => id === lease.next);
  if (isNextGone) return [{ step: 'withdraw', duty }];
  if (view.isLeaving) {
    if (sums.holders.length === 0) return [{ step: 'release', duty }];
    return lease.isOffered ? [] : [{ step: 'offer', duty }];
  }
  if (lease.isOffered)
    return sums.isAboveShare(duty) || lease.next !== null ? [] : [{ step: 'withdraw', duty }];
  return sums.mayOffer(duty) ? [{ step: 'offer', duty }] : [];
}

function stepOfOther(duty: Duty, { view, sums, lease }: Sight): DutyStep | null {
  const isReady = view.preparing.get(duty);
  if (!view.mayHold || view.isLeaving) return isReady === undefined ? null : { step: 'giveUp', duty };
  // A take whose answer was lost.
  if (lease?.owner === view.me) return { step: 'take', duty };
  if (lease === undefined || lease.until < view.at) {
    if (isReady === true) return { step: 'take', duty };
    return mayTakeFree(duty, { view, sums, lease }) ? { step: 'take', duty } : null;
  }
  if (lease.next === view.me) {
    if (isReady === undefined) return { step: 'accept', duty };
    return isReady ? { step: 'take', duty } : null;
  }
  if (isReady !== undefined) return { step: 'giveUp', duty };
  const isWanted = lease.isOffered && lease.next === null && shardOf(duty) !== null;
  return isWanted && sums.mayAccept(duty) ? { step: 'accept', duty } : null;
}

function mayTakeFree(duty: Duty, { view, sums, lease }: Sight): boolean {
  const isGivenBack = lease?.until === 0;
  const freeForMs = view.at - (view.freeSince.get(duty) ?? view.at);
  if (!isGivenBack && freeForMs < SEEN_FREE_MS) return false;
  return sums.takeOne(duty) || freeForMs >= ANYBODYS_MS;
}

/** How many of a kind each node has, and how many are its share. */
class Shares {
  readonly holders: readonly NodeRow[];
  readonly #view: DutyView;
  readonly #mine = { room: 0, shard: 0 };
  readonly #total = { room: 0, shard: 0 };
  #offered = 0;
  #preparing: number;

  constructor(view: DutyView) {
    this.#view = view;
    this.holders = view.nodes.filter(({ mayHold, isLeaving }) => mayHold && !isLeaving);
    for (const duty of view.duties) this.#total[kindOf(duty)] += 1;
    for (const duty of view.held) this.#mine[kindOf(duty)] += 1;
    for (const duty of view.preparing.keys()) this.#mine[kindOf(duty)] += 1;
    this.#preparing = view.preparing.size;
    for (const { owner, isOffered } of view.leases) if (owner === view.me && isOffered) this.#offered += 1;
  }

  #share(duty: Duty): number {
    return Math.ceil(this.#total[kindOf(duty)] / Math.max(1, this.holders.length));
  }

  isAboveShare(duty: Duty): boolean {
    return this.#mine[kindOf(duty)] > this.#share(duty);
  }

  /** One at a time, so that never more than needed is on its way. */
  mayOffer(duty: Duty): boolean {
    if (this.#offered > 0 || !this.isAboveShare(duty)) return false;
    this.#offered += 1;
    return true;
  }

  mayAccept(duty: Duty): boolean {
    if (this.#preparing >= this.#view.mostPreparing || !this.takeOne(duty)) return false;
    this.#preparing += 1;
    return true;
  }

  /** Counts it where it is within the share; what this node gets ready for is counted already. */
  takeOne(duty: Duty): boolean {
    if (this.#view.preparing.has(duty)) return true;
    if (this.#mine[kindOf(duty)] >= this.#share(duty)) return false;
    this.#mine[kindOf(duty)] += 1;
    return true;
  }
}

function kindOf(duty: Duty): 'room' | 'shard' {
  return shardOf(duty) === null ? 'room' : 'shard';
}
