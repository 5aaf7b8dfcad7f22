/** What is listed and planned, kept in Redis by who has the duty, for nodes that start while nobody could tell them. */
import { err, ok, type Result } from '../../lib/result';
import { FENCED } from '../redis/fence';
import { leaseKey, sharedKey } from '../redis/keys';
import { type RedisLink, redisScript } from '../redis/redis-link';

export interface KeptListing {
  /** False: another node lists by now, or Redis is away. */
  keep(fence: number, text: string): Promise<boolean>;
  /** `null`: nothing is kept. */
  read(): Promise<Result<string | null, string>>;
}

const LISTING = sharedKey('listing');

/** KEYS: lease, listing. ARGV: fence, text. */
const KEEP = redisScript(`${FENCED}
redis.call('SET', KEYS[2], ARGV[2])
return 1
`);

export function createKeptListing(redis: RedisLink): KeptListing {
  return {
    keep: async (fence, text) =>
      (await redis.run(KEEP, [leaseKey('listing'), LISTING], [String(fence), text])).ok,
    async read() {
      const answer = await redis.call('GET', LISTING);
      if (!answer.ok) return err(answer.error.message);
      return ok(typeof answer.value === 'string' ? answer.value : null);
    },
  };
}
