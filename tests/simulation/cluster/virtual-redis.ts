/**
 * Redis in virtual time, for leases and the stream: it can be stopped, frozen, emptied and slow, and cut off from single
 * nodes. Commands of one node arrive in their order; whoever waits for longer than 2 s does not know what was done.
 */
import { err, ok, type Result } from '../../../lib/result';
import type { LeaseTable } from '../../../server/cluster/lease-table';
import type { RedisFeed } from '../../../server/cluster/redis-feed';
import type { KeptListing } from '../../../server/cluster/redis-listing';
import type { StreamEntry } from '../../../server/redis/redis-stream';
import type { Random } from '../../../server/runtime/random';
import { MemoryFeed } from '../../support/memory-feed';
import { MemoryLeaseTable, type Via } from '../../support/memory-lease-table';
import type { NodeTimers } from './node-timers';
import type { Act, VirtualTime } from './virtual-time';

const TIMEOUT_MS = 2_000;
const ENTRIES_A_READ = 16;

export interface RedisSeat {
  readonly table: LeaseTable;
  readonly feed: RedisFeed;
  readonly shelf: KeptListing;
  isCut: boolean;
  /** Entries from now on. */
  read(onEntries: (entries: readonly StreamEntry[]) => void): void;
}

export class VirtualRedis {
  readonly table: MemoryLeaseTable;
  readonly feed: MemoryFeed;
  state: 'up' | 'stopped' | 'frozen' = 'up';
  slowMs = 0;
  /** Of answers that are lost, between 0 and 1. */
  lossRate = 0;
  emptiedAt = Number.NEGATIVE_INFINITY;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #waiting: Act[] = [];
  readonly #readers: Act[] = [];

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
    this.table = new MemoryLeaseTable(() => Math.floor(time.now));
    this.feed = new MemoryFeed(this.table, () => time.now);
    this.feed.onAdded = () => this.#wakeReaders();
  }

  freeze(): void {
    if (this.state === 'up') this.state = 'frozen';
  }

  stop(): void {
    this.state = 'stopped';
    this.#waiting.length = 0;
  }

  /** It goes on, with what it was sent while it was frozen. */
  heal(): void {
    this.state = 'up';
    for (const act of this.#waiting.splice(0)) act();
    this.#wakeReaders();
  }

  empty(): void {
    this.table.empty();
    this.feed.empty();
    this.emptiedAt = this.#time.now;
  }

  seat(timers: NodeTimers): RedisSeat {
    let lastArrival = 0;
    const way = () => 1 + this.#random() * 2 + this.slowMs * this.#random();
    const via: Via = <T>(act: () => T) =>
      new Promise<Result<T, string>>((resolve) => {
        const cancel = timers.run(TIMEOUT_MS, () => resolve(err('timed out')));
        const answer = (value: Result<T, string>) => {
          if (this.#random() < this.lossRate) return;
          timers.run(way(), () => {
            cancel();
            resolve(value);
          });
        };
        lastArrival = Math.max(lastArrival, this.#time.now + way());
        const isLost = seat.isCut;
        this.#time.at(lastArrival, () => {
          if (isLost || seat.isCut) return;
          if (this.state === 'stopped') answer(err('refused'));
          else if (this.state === 'up') answer(ok(act()));
          else this.#waiting.push(() => answer(ok(act())));
        });
      });
    const seat: RedisSeat = {
      table: this.table.seat(via),
      feed: this.feed.seat(via),
      shelf: this.feed.shelf(via),
      isCut: false,
      read: (onEntries) => this.#read(timers, seat, onEntries),
    };
    return seat;
  }

  #wakeReaders(): void {
    for (const wake of this.#readers) wake();
  }

  /** As a read that waits: asks again when there is more; away, it asks a few times a second. */
  #read(timers: NodeTimers, seat: RedisSeat, onEntries: (entries: readonly StreamEntry[]) => void): void {
    let place = this.feed.end;
    let isAsked = false;
    const ask = () => {
      isAsked = false;
      if (this.state !== 'up' || seat.isCut) {
        if (seat.isCut) schedule(250);
        return;
      }
      const found = this.feed.after(place, ENTRIES_A_READ);
      place = found.place;
      if (found.entries.length > 0) onEntries(found.entries);
      if (this.feed.end > place) schedule(1);
    };
    const schedule = (delayMs: number) => {
      if (isAsked) return;
      isAsked = true;
      timers.run(delayMs, ask);
    };
    this.#readers.push(() => schedule(1 + this.#random() * 2 + this.slowMs * this.#random()));
    schedule(1);
  }
}
