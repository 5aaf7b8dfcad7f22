/**
 * Genesys Cloud's own topics, the collector and a real Redis: what stands in `metrics:{queueId}` is what the simulator's
 * books say, through lost channels and frames that come twice. The simulator and the collector share a clock that moves
 * by the test; Redis keeps real time.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../lib/contracts/routing';
import { emptyPlan, type ShardPlan } from '../../../server/genesys/shard-plan';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink } from '../../../server/redis/redis-link';
import { openRouting } from '../../../server/routing/open-routing';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import type { SimulatorOptions } from '../../../server/simulator/options';
import { parseCallRecords } from '../../../server/simulator/world/call-records';
import { startRedis, type TestRedis } from '../../support/redis';
import { setStage } from '../genesys/stage';

const SOON = { timeout: 20_000, interval: 50 };
const DAY = path.join(import.meta.dirname, '..', '..', 'support', 'sample-day.csv');
const MINUTE = 60_000;

let redis: TestRedis;
const stops: (() => unknown)[] = [];
beforeEach(async () => {
  redis = await startRedis();
  stops.push(() => redis.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function listen(simulator: Partial<SimulatorOptions>) {
  const address = parseRedisAddress(redis.url);
  if (!address.ok) throw new Error(address.error);
  const link = openRedisLink({
    ...{ address: address.value, ca: null, clock: systemClock, random: () => 0.5, log: silentLog },
  });
  stops.push(() => link.stop());
  const room = openRouting({
    config: { gateway: null, queueIds: [], ttlSeconds: 300 },
    ...{ redis: link, writer: 'w', clock: systemClock, random: () => 0.5 },
    ...{ log: silentLog, metrics: createMetrics() },
  });
  stops.push(() => room.stop());
  const events: RoutingEvent[] = [];
  const on = await setStage({
    simulator,
    source: {
      onRoutingEvent(event) {
        events.push(event);
        room.add(event);
      },
    },
  });
  stops.push(() => on.stop());
  const queues = on.simulator.truth().queues.map(({ id, name }) => ({ id, name }));
  on.source.start();
  await on.until('live', () => on.source.status().state === 'live');
  const hash = async (queueId: string): Promise<readonly (string | null)[]> => {
    const answer = await redis.ask(`HMGET metrics:${queueId} event_count total_wait last_agent_status`);
    return [...answer.matchAll(/\$-?\d+(?:\r\n(?!\$)([^\r]*))?/g)].map(([, text]) => text ?? null);
  };
  return {
    ...on,
    ...{ events, queues },
    /** `[events, ms]` by queue, as they stand in Redis. */
    async sums() {
      const all = await Promise.all(
        queues.map(async ({ id }) => [id, (await hash(id)).slice(0, 2).map(Number)] as const),
      );
      return Object.fromEntries(
        all.map(([id, [count = 0, seconds = 0]]) => [id, [count, Math.round(seconds * 1_000)]] as const),
      );
    },
    statuses: async () => (await Promise.all(queues.map(({ id }) => hash(id)))).map(([, , status]) => status),
    /** Ended waits by queue, by books that know nothing of conversations and frames. */
    figures: () =>
      Object.fromEntries(
        on.simulator
          .truth()
          .queues.map(({ id, media }) => [
            id,
            media.reduce((sum, { today }) => sum + today.answered + today.abandoned + today.flowedOut, 0),
          ]),
      ),
    /** What the simulator's books say was told. */
    books() {
      const told = new Map(on.simulator.routing().map((one) => [one.queueId, one]));
      return Object.fromEntries(
        queues.map(({ id }) => [id, [told.get(id)?.events ?? 0, told.get(id)?.waitMs ?? 0]]),
      );
    },
  };
}

function counts(books: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(books).map(([id, [events = 0]]) => [id, events]));
}

/** The sample day as fast as it goes, held until the collector listens. */
function sampleDay(speed: number): Partial<SimulatorOptions> {
  const records = parseCallRecords(readFileSync(DAY, 'utf8'));
  if (!records.ok) throw new Error(records.error.join('\n'));
  return { world: { kind: 'replay', records: records.value, speed, autoStart: false } };
}

describe('routing events of Genesys Cloud, in Redis', () => {
  it('ROUTE-65 of a whole day are what its books say: each wait once, answered or given up', async () => {
    const on = await listen(sampleDay(600));
    on.simulator.startReplay();
    await on.until('the day is over', () => on.simulator.truth().replay?.state === 'done');
    await on.pass(1_000);
    await expect.poll(on.sums, SOON).toEqual(on.books());
    expect(counts(on.books())).toEqual(on.figures());
    expect(on.events.length).toBeGreaterThan(50);
    const answered = new Set(
      on.events.filter(({ agentStatus }) => agentStatus).map(({ queueId }) => queueId),
    );
    expect(answered.size).toBeGreaterThan(1);
    const found = await on.statuses();
    // At the end of the day everybody has gone home.
    expect(found).toEqual(on.queues.map(({ id }) => (answered.has(id) ? 'OFF_QUEUE' : null)));
  });

  it('ROUTE-65 ROUTE-61 are each counted once, though channels are lost and frames come twice and out of order', async () => {
    const on = await listen({
      world: { kind: 'made-up', queues: 4, seed: 5, warmUp: false, callsPerHour: 600 },
    });
    const { faults } = on.simulator;
    for (let round = 0; round < 4; round += 1) {
      await on.pass(MINUTE);
      // Closed in order: what was sent before is heard, so that the books are exact.
      expect(faults.injectRaw({ kind: 'closeSockets' }).ok).toBe(true);
      await on.until('live again', () => on.source.status().state === 'live');
      const twice = faults.injectRaw({ kind: 'frames', mode: 'duplicate', delayMs: 2_000, probability: 0.5 });
      expect(twice.ok).toBe(true);
      await on.pass(MINUTE);
      faults.clear();
      expect(faults.injectRaw({ kind: 'frames', mode: 'reorder', delayMs: 3_000 }).ok).toBe(true);
      await on.pass(MINUTE / 2);
      faults.clear();
      await on.pass(5_000);
    }
    await expect.poll(on.sums, SOON).toEqual(on.books());
    const ends = on.events.filter(({ waitMs }) => waitMs !== null);
    expect(new Set(ends.map(({ eventType }) => eventType))).toEqual(new Set(['answered', 'abandoned']));
    expect(ends.length).toBeGreaterThan(200);
    // Nothing is made up: never more than the figures know of.
    for (const [id, count] of Object.entries(counts(on.books())))
      expect(count).toBeLessThanOrEqual(on.figures()[id] ?? 0);
    const told = on.events.filter(({ eventType }) => eventType === 'agentStatus');
    expect(new Set(told.map(({ agentStatus }) => agentStatus))).toContain('IDLE');
    expect(await on.metric('floorcast_routing_agents')).toBeGreaterThan(5);
  });

  it('ROUTE-64 agents whose topics are refused change nothing but the status', async () => {
    const on = await listen({
      world: { kind: 'made-up', queues: 2, seed: 5, warmUp: false, callsPerHour: 600 },
      missingPermissions: ['directory:user:view'],
    });
    await on.pass(3 * MINUTE);
    expect(on.source.status()).toMatchObject({ state: 'live', topics: { subscribed: 6, rejected: 0 } });
    expect(on.source.status().message).toMatch(
      /status of agents: \d+ topics refused, missing permission directory:user:view/,
    );
    expect(await on.metric('floorcast_routing_agent_topics_rejected')).toBeGreaterThan(0);
    await expect.poll(on.sums, SOON).toEqual(on.books());
    expect(counts(on.books())).toEqual(on.figures());
    const found = await on.statuses();
    expect(new Set(found)).toEqual(new Set(['INTERACTING']));
  });

  it('CLUSTER-64 of several nodes only the one that lists listens to agents', async () => {
    const told: RoutingEvent[] = [];
    const planned: ShardPlan[] = [];
    const on = await setStage({
      simulator: { world: { kind: 'made-up', queues: 2, seed: 5, warmUp: false, callsPerHour: 600 } },
      source: { onRoutingEvent: (event) => told.push(event), onPlan: (plan) => planned.push(plan) },
    });
    stops.push(() => on.stop());
    on.source.start();
    on.source.startListing(emptyPlan);
    await on.until('a plan', () => planned.length > 0);
    on.source.stopListing();
    on.source.carry(planned[0] ?? emptyPlan, new Set([0]));
    await on.pass(2 * MINUTE);
    // Conversations tell of routing, and nobody misses a channel; that somebody is idle only his own topic tells.
    const idle = () => told.filter(({ agentStatus }) => agentStatus === 'IDLE').length;
    expect(told.length).toBeGreaterThan(0);
    expect(await on.metric('floorcast_routing_agents')).toBeGreaterThan(0);
    expect(idle()).toBe(0);
    expect(on.source.status()).toMatchObject({ state: 'live', message: null });
    on.source.startListing(planned[0] ?? emptyPlan);
    await on.pass(MINUTE);
    const heard = idle();
    expect(heard).toBeGreaterThan(0);
    on.source.stopListing();
    await on.pass(MINUTE);
    expect(idle()).toBe(heard);
  });

  it('ROUTE-60 conversations that are refused leave figures live, and say so', async () => {
    const first = await setStage({
      simulator: { missingPermissions: ['conversation:communication:view'] },
      source: { onRoutingEvent: () => {} },
    });
    stops.push(() => first.stop());
    first.source.start();
    await first.until('all queues are live', () => first.ledger.live.size === 4);
    expect(first.source.status()).toMatchObject({
      state: 'degraded',
      topics: { subscribed: 8, rejected: 4 },
    });
    expect(first.source.status().message).toMatch(
      /4 topics refused, missing permission conversation:communication:view/,
    );
  });
});
