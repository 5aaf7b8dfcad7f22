/**
 * What docs/scale.md reckons with: what an event costs each process of a site of several nodes, what a queue and a screen
 * cost a gateway, and how that grows from 2,000 to 20,000 queues. CPU is what is used above an idle site; memory is the
 * heap after a collection. The same pace of events at every size.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { TestRedis } from '../support/redis';
import type { Usage } from './node-messages';
import { type Collector, type Node, type NodeStand, openNodeStand } from './node-stand';
import type { Note, Report, Verdict } from './report';
import { growthExponent } from './statistics';

const SIZES = [2_000, 6_000, 20_000];
const RATE = 1_000;
/** Every queue has gauges and aggregates then. */
const FRAMES_A_QUEUE = 2;
const FILL_RATE = 2_500;
const FILL_LIMIT_MS = 40_000;
/** At the least: by then V8 has compiled what is hot. */
const FILL_EVENTS = 15_000;
const IDLE_MS = 3_000;
const LOAD_MS = 8_000;
const SETTLE_MS = 2_000;
/** A gateway that has caught up uses less of a core. */
const CAUGHT_UP = { share: 0.04, limitMs: 15_000 };
const SCREENS = 1_000;

interface Size {
  readonly queues: number;
  /** CPU µs an event. */
  readonly collectorUs: number;
  readonly gatewayUs: number;
  readonly redisUs: number;
  /** Idle, of a core. */
  readonly idle: number;
  readonly gatewayHeap: number;
  readonly redisBytes: number;
  /** Of the stream, an event. */
  readonly eventBytes: number;
  /** Events that came, a second. */
  readonly rate: number;
  /** Before it was measured. */
  readonly isCaughtUp: boolean;
}

interface ScreenCost {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly messageUs: number;
  readonly messageBytes: number;
  /** Messages a screen and second. */
  readonly perSecond: number;
}

export async function measureScale(): Promise<Report> {
  const sizes: Size[] = [];
  let screen: ScreenCost | null = null;
  for (const queues of SIZES) {
    const stand = await openNodeStand(queues, FRAMES_A_QUEUE);
    try {
      const [collector, gateway] = [await stand.collector(), await stand.gateway()];
      const empty = await gateway.usage(true);
      sizes.push(await measureSize(stand, { queues, collector, gateway, empty }));
      if (queues === SIZES[0]) screen = await measureScreens(stand, collector, gateway);
    } finally {
      await stand.stop();
    }
    console.log(`  scale: ${queues} queues measured`);
  }
  return reportOf(sizes, screen);
}

interface Site {
  readonly queues: number;
  readonly collector: Collector;
  readonly gateway: Node;
  readonly empty: Usage;
}

async function measureSize({ redis }: NodeStand, site: Site): Promise<Size> {
  const { queues, collector, gateway } = site;
  await fill(collector, queues);
  const isCaughtUp = await catchUp(gateway);
  const nodes = [collector, gateway] as const;
  const idle = await used(redis, nodes, IDLE_MS);
  // Read by all: what stands there afterwards came from here on, and is younger than what is kept.
  await redis.ask('XTRIM {floorcast}:feed MAXLEN 0');
  const { events: eventsBefore } = await collector.usage();
  await collector.load(RATE);
  await wait(SETTLE_MS);
  const load = await used(redis, nodes, LOAD_MS);
  await collector.load(0);
  await wait(SETTLE_MS);
  const inStream = (await collector.usage()).events - eventsBefore;
  const { heapBytes } = await gateway.usage(true);
  const streamBytes = await numberOf(redis, 'MEMORY USAGE {floorcast}:feed SAMPLES 0');
  const redisBytes = Number(/used_memory:(\d+)/.exec(await redis.ask('INFO memory'))?.[1]);
  const anEvent = (index: 0 | 1 | 2) =>
    ((load.cpuUs[index] - (idle.cpuUs[index] * load.ms) / idle.ms) / load.events) as number;
  return {
    ...{ queues, collectorUs: anEvent(0), gatewayUs: anEvent(1), redisUs: anEvent(2) },
    idle: idle.cpuUs[1] / (idle.ms * 1_000),
    gatewayHeap: heapBytes,
    redisBytes,
    eventBytes: streamBytes / inStream,
    rate: (load.events / load.ms) * 1_000,
    isCaughtUp,
  };
}

/** Until every queue has had all its frames. */
async function fill(collector: Collector, queues: number): Promise<void> {
  await collector.load(FILL_RATE);
  const end = performance.now() + FILL_LIMIT_MS;
  while ((await collector.usage()).events < Math.max(FILL_EVENTS, queues * FRAMES_A_QUEUE)) {
    if (performance.now() > end) throw new Error('queues were not filled in time');
    await wait(200);
  }
  await collector.load(0);
}

/** False: within the limit it did not. */
async function catchUp(gateway: Node): Promise<boolean> {
  const end = performance.now() + CAUGHT_UP.limitMs;
  while (performance.now() < end) {
    const { cpuUs } = await gateway.usage();
    await wait(1_000);
    if ((await gateway.usage()).cpuUs - cpuUs < CAUGHT_UP.share * 1e6) return true;
  }
  return false;
}

async function used(redis: TestRedis, [collector, gateway]: readonly [Collector, Node], ms: number) {
  const take = async () => [await collector.usage(), await gateway.usage(), await redisCpuUs(redis)] as const;
  const before = await take();
  const startedAt = performance.now();
  await wait(ms);
  const after = await take();
  return {
    cpuUs: [
      after[0].cpuUs - before[0].cpuUs,
      after[1].cpuUs - before[1].cpuUs,
      after[2] - before[2],
    ] as const,
    ms: performance.now() - startedAt,
    events: after[0].events - before[0].events,
  };
}

async function measureScreens(stand: NodeStand, collector: Collector, gateway: Node): Promise<ScreenCost> {
  await collector.load(RATE);
  const base = await gateway.usage(true);
  const without = await used(stand.redis, [collector, gateway], IDLE_MS);
  const screens = await stand.screens(gateway, SCREENS);
  await wait(SETTLE_MS);
  screens.begin();
  const load = await used(stand.redis, [collector, gateway], LOAD_MS);
  const { received, bytes } = await screens.report();
  const full = await gateway.usage(true);
  return {
    heapBytes: (full.heapBytes - base.heapBytes) / SCREENS,
    rssBytes: (full.rssBytes - base.rssBytes) / SCREENS,
    messageUs: (load.cpuUs[1] - (without.cpuUs[1] * load.ms) / without.ms) / received,
    messageBytes: bytes / received,
    perSecond: received / SCREENS / (load.ms / 1_000),
  };
}

async function redisCpuUs(redis: TestRedis): Promise<number> {
  const said = await redis.ask('INFO cpu');
  return [...said.matchAll(/used_cpu_(?:sys|user):([\d.]+)/g)].reduce(
    (total, [, seconds]) => total + Number(seconds) * 1e6,
    0,
  );
}

async function numberOf(redis: TestRedis, command: string): Promise<number> {
  return Number((await redis.ask(command)).replace(/^:/, ''));
}

function reportOf(sizes: readonly Size[], screen: ScreenCost | null): Report {
  const goal = 'scale';
  const growth = (what: string, of: (size: Size) => number, most: number): Verdict => ({
    ...{ goal, what: `growth of ${what}, in queues ${SIZES[0]} → ${SIZES.at(-1)}`, rounds: 1, spread: null },
    measured: growthExponent(sizes.map((size) => ({ x: size.queues, y: of(size) }))),
    reach: { at: 'most', value: most },
  });
  const [small, large] = [sizes[0], sizes.at(-1)];
  const aQueue =
    small === undefined || large === undefined
      ? Number.NaN
      : (large.gatewayHeap - small.gatewayHeap) / (large.queues - small.queues);
  const notes: Note[] = sizes.map((size) => ({
    ...{ goal, what: `${size.queues} queues, ${Math.round(size.rate)} events/s, CPU an event` },
    measured:
      `collector ${size.collectorUs.toFixed(0)} µs, gateway ${size.gatewayUs.toFixed(0)} µs, ` +
      `Redis ${size.redisUs.toFixed(1)} µs; stream ${size.eventBytes.toFixed(0)} B an event; ` +
      `gateway ${megabytes(size.gatewayHeap)} MB heap, ${(size.idle * 100).toFixed(1)} % of a core idle; ` +
      `Redis ${megabytes(size.redisBytes)} MB`,
  }));
  notes.push({ goal, what: 'heap of a gateway, a queue', measured: `${(aQueue / 1_000).toFixed(1)} kB` });
  if (screen !== null) {
    notes.push({
      ...{ goal, what: `a screen of ${SCREENS} at one gateway, ${screen.perSecond.toFixed(1)} messages/s` },
      measured:
        `${screen.messageUs.toPrecision(3)} µs and ${screen.messageBytes.toFixed(0)} B a message; ` +
        `${(screen.heapBytes / 1_000).toFixed(1)} kB heap, ${(screen.rssBytes / 1_000).toFixed(1)} kB in all`,
    });
  }
  const slow = sizes.filter(({ rate }) => rate < RATE * 0.9);
  return {
    verdicts: [
      growth('CPU an event, collector', ({ collectorUs }) => collectorUs, 0.3),
      growth('CPU an event, gateway', ({ gatewayUs }) => gatewayUs, 0.3),
      growth('heap of a gateway', ({ gatewayHeap }) => gatewayHeap, 1),
    ],
    notes,
    doubts: [
      ...slow.map(({ queues, rate }) => `${queues} queues: only ${Math.round(rate)} events/s came`),
      ...sizes.flatMap(({ queues, isCaughtUp }) =>
        isCaughtUp ? [] : [`${queues} queues: the gateway was still behind, its CPU is not to be trusted`],
      ),
    ],
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
