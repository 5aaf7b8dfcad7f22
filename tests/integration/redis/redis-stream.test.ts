/** Reading a stream of a real Redis that is killed, frozen and started again. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { readStreams, type StreamEntry } from '../../../server/redis/redis-stream';
import { systemClock } from '../../../server/runtime/clock';
import { systemRandom } from '../../../server/runtime/random';
import { startRedis, type TestRedis } from '../../support/redis';

const SOON = { timeout: 30_000, interval: 10 };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function redisHere(isKept = false): Promise<TestRedis> {
  const redis = await startRedis({ isKept });
  open.push(() => redis.stop());
  return redis;
}

function readAt(redis: TestRedis, streams: ReadonlyMap<string, string>, pause = async () => {}) {
  const address = parseRedisAddress(redis.url);
  if (!address.ok) throw new Error(address.error);
  const heard: string[] = [];
  const sizes: number[] = [];
  const reader = readStreams({
    ...{ address: address.value, ca: null, clock: systemClock, random: systemRandom, streams },
    async onEntries(stream: string, entries: readonly StreamEntry[]) {
      sizes.push(entries.length);
      for (const { fields } of entries) heard.push(`${stream} ${fields.get('n')}`);
      await pause();
    },
  });
  open.push(() => reader.stop());
  return { heard, sizes, reader };
}
const from = (start: string) => new Map([['{s}:x', start]]);
const add = (redis: TestRedis, n: number | string, stream = '{s}:x') => redis.ask(`XADD ${stream} * n ${n}`);
const names = (...numbers: number[]) => numbers.map((n) => `{s}:x ${n}`);

describe('a stream that is read as it grows', () => {
  it('CLUSTER-57 gives what came after the place, in order, as much at a time as nobody waits for', async () => {
    const redis = await redisHere();
    const first = (await add(redis, 0)).split('\r\n')[1] ?? '';
    await redis.ask(
      `EVAL "for i=1,200 do redis.call('XADD',KEYS[1],'*','n',i,'p',string.rep('x',20000)) end" 1 {s}:x`,
    );
    const { heard, sizes, reader } = readAt(redis, from(first));
    await expect.poll(() => heard.length, SOON).toBe(200);
    expect(heard).toEqual(names(...Array.from({ length: 200 }, (_, at) => at + 1)));
    // Two of them are all that one turn of the event loop is to take.
    expect(Math.max(...sizes)).toBe(2);
    expect(reader.problem()).toBeNull();
    await add(redis, 201);
    await expect.poll(() => heard.at(-1), SOON).toBe('{s}:x 201');
  });

  it('CLUSTER-57 reads no more before what it gave is taken', async () => {
    const redis = await redisHere();
    let take = () => {};
    const { heard } = readAt(redis, from('0-0'), () => new Promise((resolve) => (take = resolve)));
    await redis.ask(`EVAL "for i=1,40 do redis.call('XADD',KEYS[1],'*','n',i) end" 1 {s}:x`);
    await expect.poll(() => heard.length, SOON).toBeGreaterThan(0);
    const held = heard.length;
    await add(redis, 41);
    await redis.ask('PING');
    expect([heard.length, held <= 16]).toEqual([held, true]);
    await expect
      .poll(() => {
        take();
        return heard.length;
      }, SOON)
      .toBe(41);
  });

  it('CLUSTER-57 goes on after a freeze that is longer than it waits, and after a kill, with nothing twice', async () => {
    const redis = await redisHere(true);
    const { heard, reader } = readAt(redis, from('0-0'));
    await add(redis, 1);
    await expect.poll(() => heard, SOON).toEqual(names(1));
    redis.freeze();
    await expect.poll(() => reader.problem(), SOON).not.toBeNull();
    redis.thaw();
    await add(redis, 2);
    await expect.poll(() => heard, SOON).toEqual(names(1, 2));
    await expect.poll(() => reader.problem(), SOON).toBeNull();
    await redis.kill();
    await expect.poll(() => reader.problem(), SOON).not.toBeNull();
    await redis.restart();
    await add(redis, 3);
    await expect.poll(() => heard, SOON).toEqual(names(1, 2, 3));
  });

  it('CLUSTER-57 goes on where Redis came back empty', async () => {
    const redis = await redisHere();
    const { heard } = readAt(redis, from('0-0'));
    await add(redis, 1);
    await expect.poll(() => heard, SOON).toEqual(names(1));
    await redis.ask('FLUSHALL');
    await add(redis, 2);
    await expect.poll(() => heard, SOON).toEqual(names(1, 2));
    await redis.kill();
    await redis.restart();
    await add(redis, 3);
    await expect.poll(() => heard, SOON).toEqual(names(1, 2, 3));
  });

  it('CLUSTER-57 begins where Redis is not there yet, and waits for nobody when it stops', async () => {
    const redis = await redisHere();
    await redis.kill();
    const { heard, reader } = readAt(redis, from('0-0'));
    await expect.poll(() => reader.problem(), SOON).not.toBeNull();
    await redis.restart();
    await add(redis, 1);
    await expect.poll(() => heard, SOON).toEqual(names(1));
    redis.freeze();
    reader.stop();
    redis.thaw();
    await add(redis, 2);
    await redis.ask('PING');
    expect(heard).toEqual(names(1));
  });

  it('CLUSTER-57 reads several streams, each from its own place', async () => {
    const redis = await redisHere();
    const { heard } = readAt(
      redis,
      new Map([
        ['{s}:x', '0-0'],
        ['{s}:y', '0-0'],
      ]),
    );
    await add(redis, 1);
    await add(redis, 2, '{s}:y');
    await add(redis, 3);
    await expect.poll(() => [...heard].sort(), SOON).toEqual(['{s}:x 1', '{s}:x 3', '{s}:y 2']);
  });
});
