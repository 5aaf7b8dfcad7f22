/**
 * Several nodes on one Redis in virtual time: it is stopped, frozen, emptied and slow; nodes die, are paused and wake,
 * are cut off, leave in order, come. A failure prints its seed; CLUSTER_SEEDS and CLUSTER_SEED say how many, and the first.
 */
import { describe, expect, it } from 'vitest';
import type { Duty } from '../../../server/cluster/duties';
import { LEASE_MS } from '../../../server/cluster/lease-table';
import { seededRandom } from '../../../server/runtime/random';
import { rooms, type Surroundings, startNode, type VirtualNode } from './virtual-node';
import { VirtualPlatform } from './virtual-platform';
import { VirtualRedis } from './virtual-redis';
import { VirtualTime } from './virtual-time';

const SEEDS = Number(process.env.CLUSTER_SEEDS ?? 150);
const FIRST = Number(process.env.CLUSTER_SEED ?? 1);
const START = Date.UTC(2026, 10, 20, 9, 3, 0);
const STEP_MS = 250;
const SILENT_MS = 5_500;
/** Whoever is dead is followed within that. */
const OWNED_MS = 10_000;
/** Then it is carried, caught up and told. */
const SETTLED_MS = 16_000;

class World implements Surroundings {
  readonly random;
  readonly time = new VirtualTime(START);
  readonly redis;
  readonly platform;
  readonly nodes: VirtualNode[] = [];
  /** Since when each node hears nothing; of those that do not hear. */
  readonly deaf = new Map<VirtualNode, number>();
  critical = 0;
  /** At the platform nothing happens any more: what was missed stays missing. */
  isStill = false;
  #queues = 5;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.redis = new VirtualRedis(this.time, this.random);
    this.platform = new VirtualPlatform(this.time, this.#queues);
  }

  readonly alerts = () => this.critical;
  below = (most: number) => Math.floor(this.random() * most);
  get up() {
    return this.nodes.filter(({ isUp }) => isUp);
  }

  start(mayHold = true): VirtualNode {
    const node = startNode(`n${this.nodes.length}`, mayHold, this);
    this.nodes.push(node);
    return node;
  }

  /** So long, with what happens at the platform meanwhile, and what must hold at any moment. */
  async pass(ms: number, check: () => void = () => {}): Promise<void> {
    for (const end = this.time.now + ms; this.time.now < end; ) {
      await this.time.until(Math.min(end, this.time.now + STEP_MS));
      if (!this.isStill && this.below(2) === 0) {
        const ids = [...this.platform.books.keys()];
        const id = ids[this.below(ids.length)];
        if (id !== undefined) this.platform.happen(id, this.below(9));
      }
      if (!this.isStill && this.below(16) === 0) {
        this.critical = this.below(9);
        // Who is paused hears of it when it wakes.
        for (const node of this.nodes) node.timers.run(0, node.tellAlerts);
      }
      this.#noteDeaf();
      check();
    }
  }

  #noteDeaf(): void {
    for (const node of this.nodes) {
      if (node.isUp && (node.seat.isCut || this.redis.state !== 'up')) {
        if (!this.deaf.has(node)) this.deaf.set(node, this.time.now);
      } else this.deaf.delete(node);
    }
  }

  /** At any moment: one owner of a room; who has heard nothing for a while says so. */
  readonly always = (): void => {
    if (this.time.now - this.redis.emptiedAt > LEASE_MS) {
      for (const duty of rooms) {
        const owners = this.nodes.filter((node) => node.acts(duty) || node.owns(duty));
        // No `expect` in what is looked at a hundred thousand times.
        if (owners.length > 1) throw new Error(`${duty} of ${owners.map(({ id }) => id).join(' and ')}`);
      }
    }
    for (const [node, since] of this.deaf) {
      if (this.time.now - since < SILENT_MS + STEP_MS || node.mayHold) continue;
      const isFresh = node.devices.isLive || this.figures(node).some(({ stale }) => stale === false);
      if (isFresh) throw new Error(`${node.id} hears nothing, and shows figures as if it did`);
    }
  };

  figures(node: VirtualNode) {
    return node.engine
      .rows(null)
      .filter(({ mediaType }) => mediaType === null)
      .map(({ queueId: id, values }) => ({
        ...{ id, waiting: values.get('waiting')?.value, offered: values.get('offered')?.value },
        stale: values.get('waiting')?.stale,
      }))
      .sort((a, b) => a.id.localeCompare(b.id));
  }

  books() {
    return [...this.platform.books]
      .map(([id, { waiting, offered }]) => ({ id: `${id}`, waiting, offered, stale: false }))
      .sort((a, b) => a.id.localeCompare(b.id));
  }

  /** One thing that goes wrong, for so long. */
  async fault(): Promise<void> {
    const some = this.up[this.below(this.up.length)];
    const forMs = 200 + this.below(9_000);
    switch (this.below(11)) {
      case 0:
        this.redis.stop();
        await this.pass(forMs, this.always);
        if (this.below(2) === 0) this.redis.empty();
        this.redis.heal();
        break;
      case 1:
        this.redis.freeze();
        await this.pass(forMs, this.always);
        this.redis.heal();
        break;
      case 2:
        this.redis.empty();
        break;
      case 3:
        this.redis.slowMs = 600;
        this.redis.lossRate = 0.1;
        await this.pass(forMs, this.always);
        this.redis.slowMs = 0;
        this.redis.lossRate = 0;
        break;
      case 4:
        if (this.up.filter(({ mayHold }) => mayHold).length > 1) some?.die();
        break;
      case 5:
        some?.timers.pause();
        this.time.after(this.below(2) === 0 ? 30_000 : forMs, () => some?.timers.wake());
        break;
      case 6:
        if (some !== undefined) some.seat.isCut = true;
        this.time.after(forMs, () => {
          if (some !== undefined) some.seat.isCut = false;
        });
        break;
      case 7:
        if (this.up.filter(({ mayHold }) => mayHold).length > 1) void some?.leave();
        break;
      case 8:
        if (this.up.length < 5) this.start(this.below(3) > 0);
        if (this.platform.books.size < 8) this.platform.open(this.#queues++);
        break;
      case 9:
        // For longer than the stream keeps.
        if (some !== undefined) some.seat.isCut = true;
        await this.pass(24_000, this.always);
        if (some !== undefined) some.seat.isCut = false;
        break;
      default:
        some?.carrier.cutChannels();
    }
    await this.pass(this.below(4_000), this.always);
  }

  heal(): void {
    this.isStill = true;
    if (this.redis.state !== 'up') this.redis.heal();
    for (const node of this.nodes) {
      node.timers.wake();
      node.seat.isCut = false;
    }
    if (!this.up.some(({ mayHold }) => mayHold)) this.start();
  }

  end(): void {
    for (const node of this.nodes) if (node.state !== 'left') node.die();
  }
}

async function trouble(seed: number): Promise<void> {
  const world = new World(seed);
  try {
    const nodes = 2 + world.below(2);
    for (let at = 0; at < nodes; at += 1) {
      world.start(at === 0 || world.below(4) > 0);
      await world.pass(world.below(2_000), world.always);
    }
    world.start(false);
    await world.pass(8_000, world.always);
    for (let left = 3 + world.below(3); left > 0; left -= 1) await world.fault();
    world.heal();
    await world.pass(OWNED_MS + STEP_MS, world.always);
    const last: Duty[] = [...world.up.flatMap(({ site }) => site.duties())];
    for (const duty of new Set(last)) {
      const owner = world.redis.table.ownerOf(duty);
      expect(
        world.nodes.some((node) => node.id === owner && node.owns(duty)),
        `${duty} of ${owner}`,
      ).toBe(true);
    }
    await world.pass(SETTLED_MS - OWNED_MS, world.always);
    // What is on its way arrives.
    await world.time.until(world.time.now + 300);
    const devices = { critical: world.critical, isLive: true };
    for (const node of world.up) {
      expect(world.figures(node), node.id).toEqual(world.books());
      expect({ critical: node.devices.critical, isLive: node.devices.isLive }, node.id).toEqual(devices);
    }
    const { fences } = world.redis.table;
    expect(fences.filter(({ fence }, at) => fence <= (fences[at - 1]?.fence ?? 0))).toEqual([]);
  } finally {
    world.end();
  }
}

async function leaving(seed: number): Promise<void> {
  const world = new World(seed);
  try {
    for (let at = 0; at < 2 + world.below(2); at += 1) world.start();
    const gateway = world.start(false);
    await world.pass(20_000);
    // Longer than a blip: who takes over must have caught up before.
    world.platform.openMs = [5_500, 7_500];
    const [leaver] = world.up.filter(({ mayHold }) => mayHold);
    let isLeft = false;
    void leaver?.leave().then(() => {
      isLeft = true;
    });
    await world.pass(25_000, () => {
      for (const node of [...world.up, gateway]) {
        const stale = world.figures(node).filter((figure) => figure.stale !== false);
        if (stale.length > 0) throw new Error(`${node.id}: ${stale.map(({ id }) => id).join()} stale`);
      }
    });
    expect(isLeft).toBe(true);
  } finally {
    world.end();
  }
}

async function seeds(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  for (let seed = FIRST; seed < FIRST + count; seed += 1) {
    try {
      await run(seed);
    } catch (thrown) {
      throw new Error(`seed ${seed}`, { cause: thrown });
    }
  }
}

describe('several nodes in virtual time', () => {
  it(`CLUSTER-45 CLUSTER-46 CLUSTER-47 whatever goes wrong, one owner at a time, and all right again: ${SEEDS} seeds`, () =>
    seeds(SEEDS, trouble));

  it(`CLUSTER-48 who leaves in order makes nothing stale on the others: ${SEEDS / 10} seeds`, () =>
    seeds(SEEDS / 10, leaving));
});
