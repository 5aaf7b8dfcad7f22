/** Sums of routing events in a real Redis, however it fails: each event is there once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../../../server/redis/redis-link';
import { createRedisRoutingStore } from '../../../server/routing/redis-routing-store';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { startRedis, type TestRedis } from '../../support/redis';

const SOON = { timeout: 10_000, interval: 20 };
let redis: TestRedis;
let link: RedisLink;

function linkTo(url: string): RedisLink {
  const address = parseRedisAddress(url);
  if (!address.ok) throw new Error(address.error);
  return openRedisLink({
    ...{ address: address.value, ca: null, clock: systemClock, random: Math.random, log: silentLog },
  });
}

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.ask('FLUSHALL');
  link = linkTo(redis.url);
  await expect.poll(() => link.status().state, SOON).toBe('live');
});
afterEach(() => link.stop());

const totals = (queueId: string, waitMs: number, events = 1, agentStatus: string | null = 'IDLE') => ({
  ...{ queueId, waitMs, events, agentStatus },
});
const store = (writer = 'w1', ttlSeconds = 300) =>
  createRedisRoutingStore({ redis: link, writer, ttlSeconds });

describe('sums of routing events in Redis', () => {
  it('ROUTE-20 are a hash a queue in seconds, with a time to live, and read back as averages', async () => {
    const first = await store().write({
      number: 1,
      totals: [totals('a', 1_234, 2), totals('b', 0, 0, 'OFF_QUEUE')],
    });
    expect(first).toEqual({ written: new Set(['a', 'b']), refused: new Set(), problem: null });
    await store().write({ number: 2, totals: [totals('a', 1, 1, null)] });
    expect(await redis.ask('HGET metrics:a total_wait')).toContain('1.235');
    expect(await redis.ask('HGET metrics:a event_count')).toContain('3');
    expect(await redis.ask('HGET metrics:a last_agent_status')).toContain('IDLE');
    expect(Number((await redis.ask('TTL metrics:a')).slice(1))).toBeGreaterThan(290);
    expect(await store().read(['b', 'none', 'a'])).toEqual({
      ok: true,
      value: [
        {
          queueId: 'b',
          averageWaitSeconds: null,
          totalWaitSeconds: 0,
          eventCount: 0,
          lastAgentStatus: 'OFF_QUEUE',
        },
        {
          ...{ queueId: 'a', averageWaitSeconds: 1.235 / 3, totalWaitSeconds: 1.235, eventCount: 3 },
          lastAgentStatus: 'IDLE',
        },
      ],
    });
  });

  it('ROUTE-21 a batch that is written again adds nothing', async () => {
    const batch = { number: 7, totals: [totals('a', 1_000)] };
    for (let time = 0; time < 3; time += 1) await store().write(batch);
    expect(await redis.ask('HGET metrics:a event_count')).toContain('1');
    await store('w2').write(batch);
    expect(await redis.ask('HGET metrics:a event_count')).toContain('2');
  });

  it('ROUTE-22 frozen, nobody knows whether it was written; thawed, it was once', async () => {
    const batch = { number: 1, totals: [totals('a', 1_000)] };
    redis.freeze();
    const frozen = await store().write(batch);
    expect(frozen).toEqual({ written: new Set(), refused: new Set(), problem: 'Command timed out' });
    redis.thaw();
    await expect.poll(() => link.status().state, SOON).toBe('live');
    expect((await store().write(batch)).problem).toBeNull();
    expect(await redis.ask('HGET metrics:a event_count')).toContain('1');
  });

  it('ROUTE-22 away, it fails at once and says so; back with nothing in its memory, it takes the script anew', async () => {
    await store().write({ number: 1, totals: [totals('a', 1_000)] });
    await redis.kill();
    await expect.poll(() => link.status().state, SOON).toBe('down');
    const away = await store().write({ number: 2, totals: [totals('a', 1_000)] });
    expect([away.written.size, away.refused.size, away.problem === null]).toEqual([0, 0, false]);
    await redis.restart();
    await expect.poll(() => link.status().state, SOON).toBe('live');
    expect((await store().write({ number: 2, totals: [totals('a', 1_000)] })).problem).toBeNull();
    expect(await redis.ask('HGET metrics:a event_count')).toContain('1');
  });

  it('ROUTE-23 what stands there and is something else harms no other queue', async () => {
    await redis.ask('SET metrics:a text');
    await redis.ask('HSET metrics:c total_wait soon event_count 1');
    const answer = await store().write({
      number: 1,
      totals: [totals('a', 1), totals('b', 1), totals('c', 1)],
    });
    expect([[...answer.written], [...answer.refused]]).toEqual([['b'], ['a', 'c']]);
    expect(must(answer.problem, 'a problem')).toMatch(/WRONGTYPE|not a float/);
    const read = await store().read(['b', 'c']);
    expect(read.ok && read.value.map(({ queueId }) => queueId)).toEqual(['b']);
  });

  it('ROUTE-24 all of a batch goes out in one round trip', async () => {
    const before = await readsOf(redis);
    const many = Array.from({ length: 500 }, (_, n) => totals(`q${n}`, 1));
    await store().write({ number: 1, totals: many });
    // The script's first run and its text, and our own question.
    expect((await readsOf(redis)) - before).toBeLessThan(20);
  });
});

async function readsOf(server: TestRedis): Promise<number> {
  const info = await server.ask('INFO stats');
  return Number(/total_reads_processed:(\d+)/.exec(info)?.[1]);
}
