/** Messages between nodes over a real Redis that is cut, frozen and started again. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { type Bus, MOST_MESSAGE_CHARACTERS, openRedisBus } from '../../../server/redis/redis-bus';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { startRedis, type TestRedis } from '../../support/redis';

const SOON = { timeout: 30_000, interval: 20 };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function redisHere(words: readonly string[] = []): Promise<TestRedis> {
  const redis = await startRedis({ words });
  open.push(() => redis.stop());
  return redis;
}

async function busAt(url: string, id: string): Promise<Bus> {
  const address = parseRedisAddress(url);
  if (!address.ok) throw new Error(address.error);
  const bus = openRedisBus({
    ...{ address: address.value, ca: null, clock: systemClock, random: Math.random, log: silentLog, id },
  });
  open.push(() => bus.stop());
  await expect.poll(() => bus.status().state, SOON).toBe('live');
  return bus;
}

/** What a channel brings; `upTo` says a text again and again until it comes. */
function ear(bus: Bus, channel: string) {
  const heard: string[] = [];
  const stop = bus.subscribe(channel, (text) => void heard.push(text));
  const upTo = (from: Bus, text: string) =>
    expect
      .poll(() => {
        if (!heard.includes(text)) from.publish(channel, text);
        return heard.includes(text);
      }, SOON)
      .toBe(true);
  return { heard, stop, upTo };
}

describe('messages between nodes', () => {
  it('CLUSTER-100 reach all who listen, in order, and nobody who has stopped', async () => {
    const redis = await redisHere();
    const [a, b] = [await busAt(redis.url, 'a'), await busAt(redis.url, 'b')];
    const [first, second, other] = [ear(a, 'x'), ear(b, 'x'), ear(b, 'y')];
    for (const one of [first, second, other]) await one.upTo(a, 'begin');
    for (let number = 0; number < 100; number += 1) a.publish('x', `${number}`);
    a.publish('x', 'last');
    const wanted = [...Array.from({ length: 100 }, (_, number) => `${number}`), 'last'];
    for (const { heard } of [first, second]) {
      await expect.poll(() => heard.slice(heard.lastIndexOf('begin') + 1), SOON).toEqual(wanted);
    }
    second.stop();
    a.publish('x', 'more');
    await first.upTo(a, 'more');
    await other.upTo(a, 'end');
    expect(second.heard.includes('more')).toBe(false);
    expect(other.heard.every((text) => text === 'begin' || text === 'end')).toBe(true);
  });

  it('CLUSTER-100 a message that is too large is not sent, and harms no other', async () => {
    const redis = await redisHere();
    const a = await busAt(redis.url, 'a');
    const { heard, upTo } = ear(a, 'x');
    await upTo(a, 'begin');
    a.publish('x', 'l'.repeat(MOST_MESSAGE_CHARACTERS + 1));
    a.publish('x', 'm'.repeat(MOST_MESSAGE_CHARACTERS));
    await upTo(a, 'end');
    expect(heard.filter((text) => text.length > 10).map((text) => text.length)).toEqual([
      MOST_MESSAGE_CHARACTERS,
    ]);
  });

  it('CLUSTER-101 a bus says that it is away, comes back by itself and listens again', async () => {
    const redis = await redisHere();
    const [a, b] = [await busAt(redis.url, 'a'), await busAt(redis.url, 'b')];
    const { upTo } = ear(b, 'x');
    await upTo(a, 'begin');
    await redis.kill();
    for (const bus of [a, b]) await expect.poll(() => bus.status().state, SOON).toBe('down');
    a.publish('x', 'into nothing');
    await redis.restart();
    for (const bus of [a, b]) await expect.poll(() => bus.status().state, SOON).toBe('live');
    await upTo(a, 'killed and back');
    expect(await redis.ask('CLIENT KILL TYPE pubsub')).toMatch(/:[1-9]/);
    await upTo(a, 'cut and back');
  });

  it('CLUSTER-101 a Redis that neither answers nor closes is away too, and what waits for it is bounded', async () => {
    const redis = await redisHere();
    const a = await busAt(redis.url, 'a');
    const { heard, upTo } = ear(a, 'x');
    await upTo(a, 'begin');
    redis.freeze();
    const large = 'l'.repeat(900_000);
    for (let number = 0; number < 200; number += 1) a.publish('x', large);
    await expect.poll(() => a.status().state, SOON).toBe('down');
    redis.thaw();
    await upTo(a, 'thawed');
    expect(heard.filter((text) => text === large).length).toBeLessThan(40);
  });

  it('CLUSTER-100 they go through a cluster as well', async () => {
    const redis = await redisHere(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']);
    await redis.ask('CLUSTER ADDSLOTSRANGE 0 16383');
    await expect.poll(() => redis.ask('CLUSTER INFO'), SOON).toContain('cluster_state:ok');
    const url = redis.url.replace('redis://', 'redis+cluster://');
    const [a, b] = [await busAt(url, 'a'), await busAt(url, 'b')];
    const { upTo } = ear(b, 'x');
    await upTo(a, 'begin');
    await redis.ask('CLIENT KILL TYPE pubsub');
    await upTo(a, 'cut and back');
  });
});
