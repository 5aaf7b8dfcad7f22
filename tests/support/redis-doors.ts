/** One real Redis for a file of tests, emptied before each, and links to it that are live; all are closed afterwards. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { parseRedisAddress } from '../../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../../server/redis/redis-link';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { type RedisOptions, startRedis, type TestRedis } from './redis';

const SOON = { timeout: 20_000, interval: 10 };

export interface RedisDoors {
  readonly redis: TestRedis;
  /** A link of its own, live. */
  link(): Promise<RedisLink>;
  /** Until it is live again. */
  live(link: RedisLink): Promise<void>;
}

/** To be called at the top of a file, or in a `describe`. */
export function redisDoors(options: RedisOptions = {}): RedisDoors {
  let redis: TestRedis | null = null;
  const links: RedisLink[] = [];
  const running = () => {
    if (redis === null) throw new Error('redis is not running');
    return redis;
  };
  const live = (link: RedisLink) => expect.poll(() => link.status().state, SOON).toBe('live');

  beforeAll(async () => {
    redis = await startRedis(options);
  });
  beforeEach(async () => {
    await running().ask('FLUSHALL');
  });
  afterEach(() => {
    for (const link of links.splice(0)) link.stop();
  });
  afterAll(() => running().stop());

  return {
    get redis() {
      return running();
    },
    async link() {
      const address = parseRedisAddress(running().url);
      if (!address.ok) throw new Error(address.error);
      const ground = { ca: null, clock: systemClock, random: systemRandom, log: silentLog };
      const link = openRedisLink({ address: address.value, ...ground });
      links.push(link);
      await live(link);
      return link;
    },
    live,
  };
}
