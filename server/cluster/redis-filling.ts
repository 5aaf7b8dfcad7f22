/** Who fills a shared store that was emptied: a key that is there for as long as the store that was filled. */
import { sharedKey } from '../redis/keys';
import type { RedisLink } from '../redis/redis-link';
import { StoreUnavailable } from '../store/store-unavailable';
import type { Filling } from './document-keeper';

const FILLED = sharedKey('restored');
/** Who began it and died gives way. */
const BEGUN_MS = 15_000;

export function createRedisFilling(redis: RedisLink): Filling {
  async function ask(...words: readonly [string, string, ...(string | number)[]]) {
    const [command, key, ...rest] = words;
    const answer = await redis.call(command, key, ...rest);
    if (!answer.ok) throw new StoreUnavailable(answer.error.message);
    return answer.value;
  }
  return {
    async begin() {
      if ((await ask('SET', FILLED, 'begun', 'NX', 'PX', BEGUN_MS)) === 'OK') return 'mine';
      return (await ask('GET', FILLED)) === 'done' ? 'done' : 'others';
    },
    done: async () => void (await ask('SET', FILLED, 'done')),
  };
}
