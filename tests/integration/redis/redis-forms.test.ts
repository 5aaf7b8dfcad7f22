/** The link to Redis in each form that operators run it: encrypted, watched by sentinels, as a cluster, as a user. */
import { afterEach, describe, expect, it } from 'vitest';
import { sharedKey } from '../../../server/redis/keys';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink, type RedisLink, redisScript } from '../../../server/redis/redis-link';
import { createRedisRoutingStore } from '../../../server/routing/redis-routing-store';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { makeCertificates } from '../../support/certificates';
import { freePort } from '../../support/free-port';
import { type RedisOptions, startRedis, type TestRedis } from '../../support/redis';
import { textOf } from '../../support/repository';

const SOON = { timeout: 15_000, interval: 50 };
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function redisOf(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await startRedis(options);
  stops.push(() => redis.stop());
  return redis;
}

function linkTo(url: string, ca: string | null = null): RedisLink {
  const address = parseRedisAddress(url);
  if (!address.ok) throw new Error(address.error);
  const link = openRedisLink({
    ...{ address: address.value, ca, clock: systemClock, random: Math.random, log: silentLog },
  });
  stops.push(() => link.stop());
  return link;
}

const live = (link: RedisLink) => expect.poll(() => link.status().state, SOON).toBe('live');
const totals = (queueId: string) => ({ queueId, waitMs: 1_500, events: 1, agentStatus: 'IDLE' });
const storeOn = (redis: RedisLink) => createRedisRoutingStore({ redis, writer: 'w', ttlSeconds: 300 });

describe('Redis, encrypted', () => {
  async function encrypted() {
    const own = makeCertificates();
    stops.push(own.remove);
    const tlsPort = await freePort();
    const words = ['--tls-port', `${tlsPort}`, '--tls-cert-file', own.certificateFile];
    const keys = ['--tls-key-file', own.keyFile, '--tls-ca-cert-file', own.authorityFile];
    const redis = await redisOf({ words: [...words, ...keys, '--tls-auth-clients', 'no'] });
    return { own, redis, url: `rediss://127.0.0.1:${tlsPort}` };
  }

  it('OPS-11 is written by who knows its authority', async () => {
    const { own, redis, url } = await encrypted();
    const link = linkTo(url, own.authority);
    await live(link);
    expect((await storeOn(link).write({ number: 1, totals: [totals('a')] })).problem).toBeNull();
    expect(await redis.ask('HGET metrics:a event_count')).toContain('1');
  });

  it('OPS-11 is refused where its certificate is of another authority, or of none that is known', async () => {
    const { redis, url } = await encrypted();
    const other = makeCertificates();
    stops.push(other.remove);
    for (const ca of [other.authority, null]) {
      const link = linkTo(url, ca);
      await expect.poll(() => link.status().message, SOON).toMatch(/certificate/);
      expect((await storeOn(link).write({ number: 1, totals: [totals('a')] })).written.size).toBe(0);
    }
    expect(await redis.ask('EXISTS metrics:a')).toBe(':0');
  });
});

describe('the user of Redis', () => {
  /** The rule as operators copy it. */
  const rule = /^ACL SETUSER floorcast .*$/m.exec(textOf('docs/operations.md'))?.[0] ?? '';

  async function asUser() {
    const redis = await redisOf();
    expect(await redis.ask(rule.replace('>PASSWORD', '>a-password-of-nobody'))).toBe('+OK');
    await redis.ask('SET others:1 theirs');
    const link = linkTo(`redis://floorcast:a-password-of-nobody@127.0.0.1:${redis.port}`);
    await live(link);
    return { redis, link };
  }

  it('OPS-12 may do all that sums of routing events take', async () => {
    const { link } = await asUser();
    const store = storeOn(link);
    expect((await store.write({ number: 1, totals: [totals('a')] })).problem).toBeNull();
    expect(await store.read(['a'])).toMatchObject({ ok: true, value: [{ eventCount: 1 }] });
  });

  it('OPS-12 may do all that nodes do with their own keys', async () => {
    const { link } = await asUser();
    const key = (name: string) => sharedKey('test', name);
    const commands: readonly (readonly [string, string, ...(string | number)[]])[] = [
      ['HSET', key('h'), 'f', 1],
      ['HGETALL', key('h')],
      ['HMGET', key('h'), 'f'],
      ['HDEL', key('h'), 'f'],
      ['SET', key('s'), 'v'],
      ['GET', key('s')],
      ['MGET', key('s')],
      ['INCR', key('n')],
      ['PEXPIRE', key('n'), 10_000],
      ['EXPIRE', key('n'), 10],
      ['XADD', key('x'), 'MAXLEN', '~', 10, '*', 'f', 'v'],
      ['XLEN', key('x')],
      ['XRANGE', key('x'), '-', '+'],
      ['XREVRANGE', key('x'), '+', '-'],
      ['XTRIM', key('x'), 'MAXLEN', 1],
      ['RPUSH', key('l'), 'v'],
      ['LRANGE', key('l'), 0, -1],
      ['BLPOP', key('l'), 1],
      ['ZADD', key('z'), 1, 'm'],
      ['ZRANGEBYLEX', key('z'), '-', '+'],
      ['ZREM', key('z'), 'm'],
      ['SADD', key('m'), 'v'],
      ['SMEMBERS', key('m')],
      ['SREM', key('m'), 'v'],
      ['PUBLISH', key('channel'), 'hello'],
      ['UNLINK', key('s')],
      ['DEL', key('h')],
    ];
    for (const [command, ...args] of commands) {
      const answer = await link.call(command, ...args);
      expect([command, answer.ok ? 'done' : answer.error.message]).toEqual([command, 'done']);
    }
    const time = redisScript("return redis.call('TIME')[1]");
    expect((await link.run(time, [key('any')], [])).ok).toBe(true);
  });

  it.each([
    ['FLUSHALL', 'ASYNC'],
    ['KEYS', '*'],
    ['CONFIG', 'GET', 'requirepass'],
    ['GET', 'others:1'],
    ['SET', 'others:1', 'ours'],
    ['PUBLISH', 'others', 'hello'],
    ['ACL', 'LIST'],
    ['SHUTDOWN', 'NOSAVE'],
  ])('OPS-12 may not %s %s', async (command, key, ...more) => {
    const { link, redis } = await asUser();
    const answer = await link.call(command, key, ...more);
    expect(answer.ok ? answer.value : answer.error.message).toMatch(/NOPERM|no permission|permissions/i);
    expect(await redis.ask('GET others:1')).toContain('theirs');
  });
});

describe('Redis on several machines', () => {
  it('OPS-13 behind a sentinel the new master is found when the old one dies', async () => {
    const master = await redisOf();
    const replica = await redisOf({ words: ['--replicaof', '127.0.0.1', `${master.port}`] });
    const sentinel = await redisOf({ kind: 'sentinel' });
    await expect.poll(() => replica.ask('INFO replication'), SOON).toContain('master_link_status:up');
    await sentinel.ask(`SENTINEL MONITOR wall 127.0.0.1 ${master.port} 1`);
    for (const [name, ms] of [
      ['down-after-milliseconds', 300],
      ['failover-timeout', 3_000],
    ] as const)
      await sentinel.ask(`SENTINEL SET wall ${name} ${ms}`);
    await expect.poll(() => sentinel.ask('SENTINEL MASTER wall'), SOON).toMatch(/num-slaves\r\n\$1\r\n1/);
    const link = linkTo(`redis+sentinel://127.0.0.1:${sentinel.port}/wall`);
    await live(link);
    const store = storeOn(link);
    expect((await store.write({ number: 1, totals: [totals('a')] })).problem).toBeNull();
    await expect.poll(() => replica.ask('HGET metrics:a event_count'), SOON).toContain('1');
    await master.kill();
    // The same batch until it is known to be written: once in the end.
    await expect
      .poll(async () => (await store.write({ number: 2, totals: [totals('a')] })).problem, SOON)
      .toBeNull();
    expect(await replica.ask('HGET metrics:a event_count')).toContain('2');
    expect(await replica.ask('ROLE')).toContain('master');
  });

  it('OPS-13 in a cluster each key goes to its node, also a script of one that never saw it', async () => {
    const busPorts = [await freePort(), await freePort(), await freePort()];
    const nodes = await Promise.all(
      busPorts.map((port) => redisOf({ words: ['--cluster-enabled', 'yes', '--cluster-port', `${port}`] })),
    );
    const bounds = [0, 5_461, 10_922, 16_384];
    for (const [index, node] of nodes.entries()) {
      const [from = 0, to = 0] = [bounds[index], bounds[index + 1]];
      expect(await node.ask(`CLUSTER ADDSLOTSRANGE ${from} ${to - 1}`)).toBe('+OK');
      await node.ask(`CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
    }
    for (const [index, node] of nodes.entries())
      await nodes[0]?.ask(`CLUSTER MEET 127.0.0.1 ${node.port} ${busPorts[index]}`);
    for (const node of nodes)
      await expect.poll(() => node.ask('CLUSTER INFO'), SOON).toMatch(/cluster_state:ok[\s\S]*known_nodes:3/);
    const link = linkTo(`redis+cluster://127.0.0.1:${nodes[0]?.port},127.0.0.1:${nodes[1]?.port}`);
    await live(link);
    const many = Array.from({ length: 60 }, (_, n) => totals(`q${n}`));
    expect((await storeOn(link).write({ number: 1, totals: many })).written.size).toBe(60);
    const sizes = await Promise.all(nodes.map(async (node) => Number((await node.ask('DBSIZE')).slice(1))));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(Math.min(...sizes)).toBeGreaterThan(5);
    // What nodes share lies in one slot, so that a script may touch several keys at once.
    const both = redisScript("redis.call('SET', KEYS[1], 1) return redis.call('INCR', KEYS[2])");
    expect(await link.run(both, [sharedKey('a'), sharedKey('b')], [])).toEqual({ ok: true, value: 1 });
  });
});
