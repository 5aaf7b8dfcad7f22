/**
 * Holds this node's duties: asks the table of leases once a second, does what the plan says, and tells who acts for a
 * duty when to begin, to get ready and to end. Of a room it is sure: where no lease could be renewed for as long as one
 * lasts, the room ends by this node's own clock, before anybody else can have it. A shard goes on meanwhile: what it
 * writes is fenced, and what it shows here is true.
 */
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { type Duty, shardOf } from './duties';
import { type DutyStep, dutySteps } from './duty-plan';
import { LEASE_MS, type Lease, type LeaseRound, type LeaseTable, type Taken } from './lease-table';

/** Who acts for duties. Nothing of it throws or rejects. */
export interface DutyActor {
  /** This node is the owner; told again where the fence is another. */
  held(duty: Duty, taken: Taken): void;
  /** Get ready: `isReady` tells when. */
  prepare(duty: Duty): void;
  isReady(duty: Duty): boolean;
  /** Stop getting ready. */
  unprepare(duty: Duty): void;
  /** Not the owner any more, since then by the table's clock (`null`: nobody else has it); resolves when it is ended. */
  lost(duty: Duty, since: number | null): Promise<void>;
}

export interface DutyHolderOptions {
  readonly table: LeaseTable;
  readonly nodeId: string;
  readonly mayHold: boolean;
  /** All that there should be, as they are known now. */
  readonly duties: () => readonly Duty[];
  readonly mostPreparing: () => number;
  readonly actor: DutyActor;
  readonly clock: Clock;
  readonly log: Log;
  /** After each round that was answered. */
  readonly onRound: (round: LeaseRound, tookMs: number) => void;
}

const ROUND_MS = 1_000;
/** A lease is given up by this node's own clock so long before others may take it. */
const MARGIN_MS = 500;
const DRAIN_LOOK_MS = 50;

export class DutyHolder {
  readonly #options: DutyHolderOptions;
  readonly #held = new Map<Duty, number>();
  readonly #preparing = new Set<Duty>();
  /** Ending: not to be begun again before they have. */
  readonly #ending = new Map<Duty, Promise<void>>();
  readonly #freeSince = new Map<Duty, number>();
  #leases: ReadonlyMap<Duty, Lease> = new Map();
  #confirmedAt: number;
  #isAsking = false;
  #isAskedAgain = false;
  #isLeaving = false;
  #timer: Cancel | null = null;
  #watch: Cancel | null = null;
  #moves = 0;
  #problem: string | null = null;

  constructor(options: DutyHolderOptions) {
    this.#options = options;
    this.#confirmedAt = options.clock.monotonicNow();
  }

  start(): void {
    const { clock } = this.#options;
    this.#timer = clock.every(ROUND_MS, () => void this.#round());
    this.#watch = clock.every(MARGIN_MS / 2, () => this.#expire());
    void this.#round();
  }

  fenceOf(duty: Duty): number | null {
    return this.#held.get(duty) ?? null;
  }

  get held(): ReadonlyMap<Duty, number> {
    return this.#held;
  }

  /** Duties that this node took or lost since it started. */
  get moves(): number {
    return this.#moves;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** The table was asked less than a lease ago. */
  get isConfirmed(): boolean {
    return this.#options.clock.monotonicNow() - this.#confirmedAt < LEASE_MS - MARGIN_MS;
  }

  /** A write for it was refused, or somebody got ready: look at the table at once. */
  look(): void {
    void this.#round();
  }

  /** Hands over what can be, gives back the rest; at most so long. */
  async leave(mostMs: number): Promise<void> {
    const { clock, nodeId, table } = this.#options;
    const deadline = clock.monotonicNow() + mostMs;
    this.#isLeaving = true;
    for (const duty of [...this.#preparing]) this.#unprepare(duty);
    this.look();
    // Also what is being asked: a duty may be ours by the answer.
    const isBusy = () => this.#isAsking || this.#held.size + this.#ending.size > 0;
    while (isBusy() && clock.monotonicNow() < deadline) {
      if (this.#problem !== null && !this.isConfirmed) break;
      await new Promise<void>((resolve) => void clock.after(DRAIN_LOOK_MS, resolve));
    }
    this.#timer?.();
    this.#watch?.();
    await Promise.all([...this.#held.keys()].map((duty) => this.#release(duty)));
    await Promise.all(this.#ending.values());
    await table.leave(nodeId);
  }

  async #round(): Promise<void> {
    if (this.#isAsking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isAsking = true;
    try {
      await this.#ask();
    } finally {
      this.#isAsking = false;
    }
    if (!this.#isAskedAgain) return;
    this.#isAskedAgain = false;
    await this.#round();
  }

  async #ask(): Promise<void> {
    const { table, clock, nodeId, mayHold, onRound } = this.#options;
    const askedAt = clock.monotonicNow();
    const me = { id: nodeId, mayHold, isLeaving: this.#isLeaving };
    const answer = await table.round(me, [...this.#held.keys()]);
    if (!answer.ok) {
      this.#problem = answer.error;
      return;
    }
    this.#problem = null;
    this.#confirmedAt = askedAt;
    this.#leases = new Map(answer.value.leases.map((lease) => [lease.duty, lease]));
    this.#noteFree(answer.value);
    onRound(answer.value, clock.monotonicNow() - askedAt);
    const { at, leases, nodes } = answer.value;
    const steps = dutySteps({
      ...{ me: nodeId, mayHold, isLeaving: this.#isLeaving, at, leases, nodes },
      duties: this.#options.duties(),
      held: new Set(this.#held.keys()),
      fences: this.#held,
      preparing: new Map([...this.#preparing].map((duty) => [duty, this.#options.actor.isReady(duty)])),
      freeSince: this.#freeSince,
      mostPreparing: this.#options.mostPreparing(),
    });
    await Promise.all(steps.map((step) => this.#do(step)));
  }

  #noteFree({ at, leases }: LeaseRound): void {
    const taken = new Set(leases.filter(({ until }) => until >= at).map(({ duty }) => duty));
    for (const duty of this.#options.duties()) {
      if (taken.has(duty)) this.#freeSince.delete(duty);
      else if (!this.#freeSince.has(duty)) this.#freeSince.set(duty, at);
    }
  }

  async #do({ step, duty }: DutyStep): Promise<void> {
    const { table, nodeId, actor } = this.#options;
    switch (step) {
      case 'take':
        return this.#take(duty);
      // Ending a room may take a while: the other leases are renewed meanwhile.
      case 'lose':
        void this.#lose(duty, 'another node has it');
        return;
      case 'release':
        void this.#release(duty);
        return;
      case 'offer':
      case 'withdraw':
        await table.offer(duty, nodeId, step === 'offer');
        return;
      case 'accept': {
        const accepted = await table.accept(duty, nodeId);
        if (!accepted.ok || !accepted.value || this.#preparing.has(duty) || this.#isLeaving) return;
        this.#preparing.add(duty);
        actor.prepare(duty);
        return;
      }
      case 'giveUp':
        this.#unprepare(duty);
    }
  }

  async #take(duty: Duty): Promise<void> {
    if (this.#ending.has(duty)) return;
    const { table, nodeId, actor, log } = this.#options;
    const taken = await table.take(duty, nodeId);
    // What ends meanwhile is begun by a later round, when it has ended.
    if (!taken.ok || taken.value === null || this.#ending.has(duty)) return;
    if (!this.#held.has(duty)) {
      if (this.#isLeaving) {
        await table.release(duty, nodeId);
        return;
      }
      this.#moves += 1;
      log.info('a duty is ours', { duty, fence: taken.value.fence });
    }
    this.#preparing.delete(duty);
    this.#freeSince.delete(duty);
    this.#held.set(duty, taken.value.fence);
    actor.held(duty, taken.value);
  }

  async #lose(duty: Duty, reason: string): Promise<void> {
    if (!this.#held.delete(duty)) return;
    this.#moves += 1;
    this.#options.log.info('a duty is not ours any more', { duty, reason });
    const lease = this.#leases.get(duty);
    const since = lease === undefined || lease.owner === this.#options.nodeId ? null : lease.since;
    const ended = this.#options.actor.lost(duty, since).finally(() => this.#ending.delete(duty));
    this.#ending.set(duty, ended);
    await ended;
  }

  /** Nothing is done for it any more when others see it free. */
  async #release(duty: Duty): Promise<void> {
    const { table, nodeId } = this.#options;
    await this.#lose(duty, 'given back');
    await table.release(duty, nodeId);
  }

  #unprepare(duty: Duty): void {
    if (this.#preparing.delete(duty)) this.#options.actor.unprepare(duty);
  }

  #expire(): void {
    if (this.isConfirmed) return;
    for (const duty of [...this.#held.keys()]) {
      if (shardOf(duty) === null) void this.#lose(duty, 'its lease could not be renewed');
    }
  }
}
