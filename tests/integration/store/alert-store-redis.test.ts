import { leaseKey } from '../../../server/redis/keys';
import { openRedisAlertStore } from '../../../server/store/redis/alert-store-redis';
import { alertStoreSuite } from '../../support/alert-store-suite';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();

async function opened(number = 7, leftOut: string[] = []) {
  return openRedisAlertStore(await doors.link(), {
    fence: () => ({ duty: 'alerts', number }),
    leftOut: (table, count) => leftOut.push(`${table} ${count}`),
  });
}

/** Whose turn it is. */
const lease = (number: number) => doors.redis.ask(`HSET ${leaseKey('alerts')} fence ${number}`);

alertStoreSuite('Redis', async () => {
  await lease(7);
  return { store: await opened(), reopen: () => opened(), cleanUp: async () => {} };
});
