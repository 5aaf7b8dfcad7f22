/**
 * Routing events into Redis: frames of one event each, read and summed by the product's own parts, against the usual
 * script, which does one MULTI round trip an event; the same frames, one real Redis, A, B, A, B. Measured from the first
 * frame to the last sum that stands in Redis; what stands there is held against the frames after every round.
 */
import { Redis } from 'ioredis';
import { parseRedisAddress } from '../../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../../server/redis/redis-link';
import { parseGatewayFrame } from '../../server/routing/gateway-frame';
import { createRedisRoutingStore } from '../../server/routing/redis-routing-store';
import { RoutingTotals } from '../../server/routing/routing-totals';
import { RoutingWriter } from '../../server/routing/routing-writer';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { startRedis, type TestRedis } from '../support/redis';
import type { Report } from './report';
import { median, medianRatio, spread } from './statistics';

const QUEUES = 500;
/** Of the script, which is slow; of ours ten times as many, so that its ticks weigh as they do in use. */
const SCRIPT_EVENTS = 10_000;
const OUR_EVENTS = 200_000;
/** Frames that arrive in one turn of the event loop. */
const A_TURN = 500;
const TTL_SECONDS = 300;
const STATUSES = ['IDLE', 'INTERACTING', 'COMMUNICATING'];

interface Rate {
  readonly perSecond: number;
  readonly cpuUs: number;
}

export async function measureRoutingEvents(rounds: number): Promise<Report> {
  const server = await startRedis();
  const address = parseRedisAddress(server.url);
  if (!address.ok) throw new Error(address.error);
  const link = openRedisLink({
    ...{ address: address.value, ca: null, clock: systemClock, random: () => 0.5, log: silentLog },
  });
  const client = new Redis({ host: '127.0.0.1', port: server.port });
  const [ours, script]: [Rate[], Rate[]] = [[], []];
  const frames = Array.from({ length: OUR_EVENTS }, (_, n) => frameOf(n));
  try {
    await until(() => link.status().state === 'live');
    // The first is for warming up.
    for (let round = 0; round <= rounds; round += 1) {
      const pair = [
        await measured(server, frames, (all) => writeOurs(link, all, round)),
        await measured(server, frames.slice(0, SCRIPT_EVENTS), (all) => writeByScript(client, all)),
      ] as const;
      if (round === 0) continue;
      ours.push(pair[0]);
      script.push(pair[1]);
      console.log(`  routing: round ${round} of ${rounds}`);
    }
  } finally {
    link.stop();
    client.disconnect();
    await server.stop();
  }
  const perSecond = (rates: readonly Rate[]) => rates.map((rate) => rate.perSecond);
  const ratios = ours.map((rate, round) => rate.perSecond / (script[round]?.perSecond ?? Number.NaN));
  const said = (rates: readonly Rate[]) =>
    `${Math.round(median(perSecond(rates)))} a second, ${median(rates.map(({ cpuUs }) => cpuUs)).toPrecision(3)} µs CPU each`;
  return {
    verdicts: [
      {
        ...{ goal: 'routing', what: 'routing events/s into Redis ÷ one MULTI round trip an event' },
        ...{ measured: medianRatio(perSecond(ours), perSecond(script)), spread: spread(ratios), rounds },
        reach: { at: 'least', value: 15 },
      },
    ],
    notes: [
      { goal: 'routing', what: 'Floorcast, frame to sum in Redis', measured: said(ours) },
      { goal: 'routing', what: 'one MULTI round trip an event', measured: said(script) },
    ],
    doubts: [],
  };
}

async function measured(
  server: TestRedis,
  frames: readonly string[],
  write: (frames: readonly string[]) => Promise<void>,
): Promise<Rate> {
  await server.ask('FLUSHALL');
  globalThis.gc?.();
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await write(frames);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await check(server, frames);
  return { perSecond: frames.length / seconds, cpuUs: (user + system) / frames.length };
}

async function writeOurs(link: RedisLink, frames: readonly string[], round: number): Promise<void> {
  const totals = new RoutingTotals();
  const store = createRedisRoutingStore({ redis: link, writer: `bench-${round}`, ttlSeconds: TTL_SECONDS });
  const writer = new RoutingWriter({ store, totals, clock: systemClock, random: () => 0.5, log: silentLog });
  for (let from = 0; from < frames.length; from += A_TURN) {
    for (const text of frames.slice(from, from + A_TURN)) {
      const read = parseGatewayFrame(text);
      if (read.ok) writer.add(read.value);
    }
    await nextTurn();
  }
  await until(() => totals.waiting === 0);
  await writer.stop();
}

/** As a tutorial writes it: each event is waited for. */
async function writeByScript(client: Redis, frames: readonly string[]): Promise<void> {
  for (const text of frames) {
    const { queueId, waitTime, agentStatus } = JSON.parse(text) as {
      queueId: string;
      waitTime: number;
      agentStatus: string;
    };
    const key = `metrics:${queueId}`;
    await client
      .multi()
      .hincrbyfloat(key, 'total_wait', waitTime / 1_000)
      .hincrby(key, 'event_count', 1)
      .hset(key, 'last_agent_status', agentStatus)
      .expire(key, TTL_SECONDS)
      .exec();
  }
}

function frameOf(n: number): string {
  return JSON.stringify({
    queueId: queueOf(n),
    interactionId: `00000000-0000-4000-9000-${n.toString(16).padStart(12, '0')}`,
    eventType: 'answered',
    waitTime: waitOf(n),
    agentStatus: STATUSES[n % STATUSES.length],
    timestamp: Date.UTC(2026, 10, 21) + n,
  });
}

function queueOf(n: number): string {
  return `00000000-0000-4000-8000-${(n % QUEUES).toString(16).padStart(12, '0')}`;
}

function waitOf(n: number): number {
  return (n % 97) * 250;
}

/** What stands in Redis is what the frames say. */
async function check(server: TestRedis, frames: readonly string[]): Promise<void> {
  for (const queue of [0, 1, QUEUES - 1]) {
    const own = frames.flatMap((_, n) => (n % QUEUES === queue ? [n] : []));
    const seconds = own.reduce((sum, n) => sum + waitOf(n), 0) / 1_000;
    const said = await server.ask(`HMGET metrics:${queueOf(queue)} event_count total_wait`);
    const [count, wait] = said.split('\r\n').filter((line) => !/^[$*]/.test(line));
    if (Number(count) !== own.length || Math.abs(Number(wait) - seconds) > 1e-6)
      throw new Error(`queue ${queue}: ${count} events, ${wait} s; wanted ${own.length}, ${seconds} s`);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
