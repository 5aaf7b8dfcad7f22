/**
 * A node of the product put together for the benchmarks: frames go in where a channel would hand them on, and the rest
 * is as in the server: engine, boards, push, and for one of several nodes its duties by leases and the stream in Redis.
 * What the platform would answer by REST (the list of queues) is given to it.
 */
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { Board } from '../../lib/contracts/board';
import { EMPTY_SETTINGS } from '../../lib/contracts/settings';
import { queueId } from '../../lib/ids';
import { shardDuty } from '../../server/cluster/duties';
import type { FeedEvent } from '../../server/cluster/feed-entry';
import { ClusterNode } from '../../server/cluster/node';
import { createRedisFeed, FEED_STREAM } from '../../server/cluster/redis-feed';
import { createRedisLeaseTable } from '../../server/cluster/redis-lease-table';
import { createSharedClock } from '../../server/cluster/shared-clock';
import { Site } from '../../server/cluster/site';
import type { GenesysCarrier, SharedPlan } from '../../server/cluster/site-ports';
import { createFrameParser, type TopicEntry } from '../../server/genesys/metric-parser';
import type { KpiEvent, QueueInfo } from '../../server/kpi/events';
import { createPushServer } from '../../server/push/push-server';
import { parseRedisAddress, type RedisAddress } from '../../server/redis/redis-address';
import { openRedisLink } from '../../server/redis/redis-link';
import { readStreams } from '../../server/redis/redis-stream';
import { type Clock, systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { systemRandom } from '../../server/runtime/random';
import { type Figures, openFigures } from '../../server/wiring/figures';
import { zonesOf } from '../../server/zones';
import { FakeGate } from '../support/fake-gate';
import { QUIET_SOURCES } from './stub-reader';

export interface FloorNodeOptions {
  readonly queueIds: readonly string[];
  readonly boards: readonly Board[];
  /** `null`: alone. */
  readonly redisUrl: string | null;
  /** `null`: it serves no screens. */
  readonly http: HttpServer | null;
}

export interface FloorNode {
  /** Text of a frame as a WebSocket library hands it on. False: it was refused. */
  take(text: string): boolean;
  /** Events that wait to be written into the stream. */
  waiting(): number;
  /** Times that more waited than is kept. */
  overflows(): number;
  stop(): Promise<void>;
}

/** As many topics as a channel takes. */
const SHARD = 1_000;
const DIVISIONS = 10;
const START_WITHIN_MS = 30_000;

/** Resolves when it is live: alone at once, else when it has all duties. */
export async function startFloorNode(options: FloorNodeOptions): Promise<FloorNode> {
  const own = systemClock;
  const clock = options.redisUrl === null ? own : createSharedClock(own);
  const figures = openFloor(clock, options.boards);
  const ids = options.queueIds.map(queueId);
  const listed = { kind: 'queuesListed', queues: ids.map(infoOf) } as const;
  const cluster =
    options.redisUrl === null
      ? null
      : joinCluster({ url: options.redisUrl, clock: createdClock(clock), figures, listed });
  const sink = cluster === null ? figures.sink : cluster.sink;
  const parser = createFrameParser({ topicIndex: topicIndexOf(options.queueIds), sink });
  const push = options.http === null ? null : openPush(options.http, clock, figures);
  figures.engine.start();
  push?.start();
  if (cluster === null) {
    sink(listed);
    sink({ kind: 'linkRestored', queueIds: ids, at: clock.now() });
  } else await cluster.joined;
  return {
    take: (text) => parser.parse(text, clock.now()).kind === 'applied',
    waiting: () => cluster?.node.writer.waiting ?? 0,
    overflows: () => cluster?.node.writer.overflows ?? 0,
    async stop() {
      await push?.stop();
      await cluster?.stop();
      await figures.engine.stop();
    },
  };
}

type SharedClock = ReturnType<typeof createSharedClock>;

/** Made above for one of several nodes. */
function createdClock(clock: Clock): SharedClock {
  if (!('learn' in clock)) throw new Error('the clock of a node is shared');
  return clock as SharedClock;
}

function openFloor(clock: Clock, boards: readonly Board[]): Figures {
  const settings = { ...EMPTY_SETTINGS, boards: [...boards] };
  return openFigures({
    ...{ settings, zones: zonesOf([], 'UTC'), clock, log: silentLog, metrics: createMetrics() },
    sourcesHere: { timeZone: 'UTC', hasDevices: false, hasSessions: false },
    keptPoints: [],
  });
}

function openPush(httpServer: HttpServer, clock: Clock, { reader, boards }: Figures) {
  return createPushServer({
    ...{ httpServer, reader, boards, clock, log: silentLog, metrics: createMetrics() },
    sources: () => QUIET_SOURCES,
    allowedOrigins: [],
    allowAbsentOrigin: true,
    // All screens of a benchmark come from one machine, and at once.
    connectionLimits: { perAddress: 5_000, waiting: 5_000, waitingPerAddress: 5_000 },
    gate: new FakeGate(true),
    screenPath: async () => null,
    build: 'bench',
  });
}

function infoOf(id: QueueInfo['id'], index: number): QueueInfo {
  return {
    ...{ id, name: `Customer service ${index}` },
    divisionId: `division-${index % DIVISIONS}`,
    divisionName: `Division ${index % DIVISIONS}`,
    serviceLevels: [{ mediaType: 'voice', percentage: 0.8, durationMs: 20_000 }],
  };
}

function topicIndexOf(ids: readonly string[]): ReadonlyMap<string, TopicEntry> {
  return new Map(
    ids.map((id): [string, TopicEntry] => [
      `v2.analytics.queues.${id}.observations`,
      { kind: 'observations', queueId: queueId(id), lastAt: 0 },
    ]),
  );
}

interface ClusterOptions {
  readonly url: string;
  readonly clock: SharedClock;
  readonly figures: Figures;
  readonly listed: Extract<KpiEvent, { kind: 'queuesListed' }>;
}

/** As `wiring/node` does it, with a platform that is always there. */
function joinCluster({ url, clock, figures, listed }: ClusterOptions) {
  const address = addressOf(url);
  const ground = { address, ca: null, clock, random: systemRandom, log: silentLog };
  const redis = openRedisLink(ground);
  const nodeId = randomUUID();
  const plan = planOf(listed.queues.map(({ id }) => id));
  const { engine, deviceFigures } = figures;
  const site: Site = new Site({
    ...{ clock, alerts: null, sessions: null },
    genesys: () => carrier,
    engines: {
      queues: figures.sink,
      devices: deviceFigures.sink,
      sessions: deviceFigures.sessionSink,
      stateOf: (id) => engine.stateOf(id),
    },
    onShard: () => {},
    onStatus: () => {},
    onCalls: async () => {},
  });
  const live = new Set<number>();
  const carrier: GenesysCarrier = {
    startListing() {
      site.fromGenesys(listed);
      site.planned(plan);
    },
    stopListing() {},
    carry(shared: SharedPlan, shards) {
      for (const shard of shards) {
        if (live.has(shard)) continue;
        live.add(shard);
        setImmediate(() => {
          site.fromGenesys({ kind: 'linkRestored', queueIds: shared[shard] ?? [], at: clock.now() });
        });
      }
    },
    isCaughtUp: () => true,
    status: () => QUIET_SOURCES.genesys,
  };
  const feed = createRedisFeed(redis);
  const node = new ClusterNode({
    ...{ nodeId, feed, clock, log: silentLog, mayHold: true, table: createRedisLeaseTable(redis) },
    defer: (run) => void setImmediate(run),
    ...{ duties: site.duties, actor: site.actor, apply: site.apply, onLink: site.onLink },
    ...{ wholeOf: site.wholeOf, onPlan: site.planHeard, onBeat: site.onBeat, status: site.status },
    mostPreparing: () => 4,
    onRound: ({ at }, tookMs) => clock.learn(at, tookMs),
  });
  site.join(node);
  const reader = readStreams({
    ...ground,
    streams: new Map([[FEED_STREAM, '0-0']]),
    onEntries: (_stream, entries) => node.hear(entries),
  });
  const wanted = ['listing' as const, ...plan.map((_, index) => shardDuty(index))];
  const isJoined = () =>
    wanted.every((duty) => node.holder.fenceOf(duty) !== null) && live.size === plan.length;
  return {
    node,
    sink: site.fromGenesys as (event: KpiEvent & FeedEvent) => void,
    joined: begin(),
    async stop() {
      reader.stop();
      await node.stop(1_000);
      redis.stop();
    },
  };

  async function begin(): Promise<void> {
    await until(() => redis.status().state === 'live');
    node.start();
    await until(isJoined);
  }
}

function addressOf(url: string): RedisAddress {
  const read = parseRedisAddress(url);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function planOf(ids: readonly QueueInfo['id'][]): SharedPlan {
  return Array.from({ length: Math.ceil(ids.length / SHARD) }, (_, n) =>
    ids.slice(n * SHARD, (n + 1) * SHARD),
  );
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + START_WITHIN_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error('a node of the benchmark did not begin in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
