/**
 * A platform of a few queues in virtual time, with books of its own, and what a node's collector does with it: it lists
 * the queues, opens a channel a shard, catches up, and tells what changes.
 */

import type { GenesysStatus } from '../../../lib/contracts/source';
import { HALF_HOUR_MS, halfHourStart } from '../../../lib/day';
import { type QueueId, queueId } from '../../../lib/ids';
import type { Site } from '../../../server/cluster/site';
import type { GenesysCarrier, SharedPlan } from '../../../server/cluster/site-ports';
import type { KpiEvent } from '../../../server/kpi/events';
import type { Random } from '../../../server/runtime/random';
import type { NodeTimers } from './node-timers';
import type { VirtualTime } from './virtual-time';

export interface Books {
  waiting: number;
  offered: number;
  stamp: number;
}

const QUEUES_A_SHARD = 2;

export class VirtualPlatform {
  readonly books = new Map<QueueId, Books>();
  /** How long a channel takes until its queues are caught up. */
  openMs: readonly [number, number] = [200, 1_500];
  readonly channels = new Set<(id: QueueId) => void>();
  readonly #time: VirtualTime;

  constructor(time: VirtualTime, queues: number) {
    this.#time = time;
    for (let n = 0; n < queues; n += 1) this.open(n);
  }

  open(n: number): void {
    this.books.set(queueId(`q${n}`), { waiting: n, offered: n, stamp: this.#time.now });
  }

  /** Something happens in that queue; its times are whole and differ. */
  happen(id: QueueId, waiting: number): void {
    const book = this.books.get(id);
    if (book === undefined) return;
    book.waiting = waiting;
    book.offered += 1;
    book.stamp = Math.max(Math.floor(this.#time.now), book.stamp + 1);
    for (const hear of this.channels) hear(id);
  }
}

export function eventsOf(id: QueueId, { waiting, offered, stamp }: Books): readonly KpiEvent[] {
  const start = halfHourStart(stamp);
  const common = { queueId: id, mediaType: 'voice', observedAt: stamp, origin: 'live' as const };
  return [
    { kind: 'gaugesObserved', ...common, metrics: [{ metric: 'oWaiting', stats: { count: waiting } }] },
    {
      ...{ kind: 'intervalObserved', ...common, intervalStart: start, intervalEnd: start + HALF_HOUR_MS },
      metrics: [{ metric: 'nOffered', stats: { count: offered } }],
    },
  ];
}

/** The collector of one node. */
export function carrierAt(
  platform: VirtualPlatform,
  {
    timers,
    random,
    site,
  }: { readonly timers: NodeTimers; readonly random: Random; readonly site: () => Site },
): GenesysCarrier & { readonly isListing: boolean; cutChannels(): void; end(): void } {
  const live = new Set<number>();
  const opening = new Map<number, number>();
  let plan: SharedPlan = [];
  let wanted: ReadonlySet<number> = new Set();
  let carried = new Map<number, readonly QueueId[]>();
  let turns = 0;
  let isListing = false;

  const shardOf = (id: QueueId) => plan.findIndex((ids) => ids.includes(id));
  const tellAll = (ids: readonly QueueId[]) => {
    for (const id of ids) {
      const book = platform.books.get(id);
      if (book !== undefined) for (const event of eventsOf(id, book)) site().fromGenesys(event);
    }
    site().fromGenesys({ kind: 'linkRestored', queueIds: ids, at: timers.now() });
  };
  const open = (shard: number, ids: readonly QueueId[]) => {
    turns += 1;
    const turn = turns;
    opening.set(shard, turn);
    const [least, most] = platform.openMs;
    timers.run(least + random() * (most - least), () => {
      if (opening.get(shard) !== turn) return;
      opening.delete(shard);
      live.add(shard);
      tellAll(ids);
    });
  };
  const list = (before: SharedPlan) => {
    if (!isListing) return;
    const ids = [...platform.books.keys()];
    const info = { divisionId: 'd', divisionName: 'D', serviceLevels: [] };
    site().fromGenesys({ kind: 'queuesListed', queues: ids.map((id) => ({ ...info, id, name: id })) });
    const next = before.map((some) => [...some]);
    for (const id of ids.filter((one) => !next.flat().includes(one))) {
      const room = next.find((some) => some.length < QUEUES_A_SHARD);
      if (room === undefined) next.push([id]);
      else room.push(id);
    }
    site().planned(next);
    timers.run(3_000, () => list(next));
  };
  const hear = (id: QueueId) => {
    const shard = shardOf(id);
    const book = platform.books.get(id);
    if (book === undefined || !live.has(shard)) return;
    const events = eventsOf(id, { ...book });
    timers.run(20, () => {
      if (live.has(shard)) for (const event of events) site().fromGenesys(event);
    });
  };
  platform.channels.add(hear);

  return {
    get isListing() {
      return isListing;
    },
    startListing(before) {
      if (isListing) return;
      isListing = true;
      timers.run(300 + random() * 300, () => list(before));
    },
    stopListing() {
      isListing = false;
    },
    carry(next, shards) {
      plan = next;
      wanted = new Set(shards);
      const now = new Map([...shards].map((shard) => [shard, next[shard] ?? []] as const));
      for (const shard of carried.keys()) {
        if (now.has(shard)) continue;
        live.delete(shard);
        opening.delete(shard);
      }
      for (const [shard, ids] of now) {
        const before = carried.get(shard) ?? [];
        const added = ids.filter((id) => !before.includes(id));
        if (!carried.has(shard) || (opening.has(shard) && added.length > 0)) open(shard, ids);
        else if (added.length > 0) timers.run(200, () => live.has(shard) && tellAll(added));
      }
      carried = now;
    },
    isCaughtUp: (shard) => live.has(shard),
    status: (): GenesysStatus => ({
      ...{ state: 'live', since: 0, message: null, lastHeardAt: null, reconciliation: null },
      channels: { live: live.size, total: wanted.size },
      topics: { subscribed: 0, rejected: 0 },
    }),
    cutChannels() {
      const at = timers.now();
      for (const shard of [...live]) {
        const ids = carried.get(shard) ?? [];
        live.delete(shard);
        site().fromGenesys({ kind: 'linkLost', queueIds: ids, at, heardAt: at });
        open(shard, ids);
      }
    },
    end: () => void platform.channels.delete(hear),
  };
}
