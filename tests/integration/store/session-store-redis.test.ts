import { leaseKey } from '../../../server/redis/keys';
import { openRedisSessionStore } from '../../../server/store/redis/session-store-redis';
import { redisDoors } from '../../support/redis-doors';
import { sessionStoreSuite } from '../../support/session-store-suite';

const doors = redisDoors();

async function opened(number = 7, leftOut: string[] = []) {
  return openRedisSessionStore(await doors.link(), {
    fence: () => ({ duty: 'sessions', number }),
    leftOut: (table, count) => leftOut.push(`${table} ${count}`),
  });
}

/** Whose turn it is. */
const lease = (number: number) => doors.redis.ask(`HSET ${leaseKey('sessions')} fence ${number}`);

sessionStoreSuite('Redis', async () => {
  await lease(7);
  return { store: await opened(), reopen: () => opened(), cleanUp: async () => {} };
});
