/** The stores on a cluster: all that one script touches must lie in one slot. */
import { afterEach, expect, it } from 'vitest';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../../../server/redis/redis-link';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { systemRandom } from '../../../server/runtime/random';
import { openRedisAlertStore } from '../../../server/store/redis/alert-store-redis';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { openRedisSessionStore } from '../../../server/store/redis/session-store-redis';
import {
  alertRow,
  alertUnit,
  deliveryRow,
  deviceRow,
  ROWS_BEGIN,
  refusalRow,
} from '../../support/alert-rows';
import { freePort } from '../../support/free-port';
import { startRedis, type TestRedis } from '../../support/redis';
import { commandRow, sessionRow, T0, unitOf, windowRow } from '../../unit/devices/sessions/session-rows';

const SOON = { timeout: 20_000, interval: 20 };
let redis: TestRedis | null = null;
let link: RedisLink | null = null;
afterEach(async () => {
  link?.stop();
  await redis?.stop();
});

async function linkToCluster(server: TestRedis): Promise<RedisLink> {
  await server.ask('CLUSTER ADDSLOTSRANGE 0 16383');
  await expect.poll(() => server.ask('CLUSTER INFO'), SOON).toContain('cluster_state:ok');
  const address = parseRedisAddress(server.url.replace('redis:', 'redis+cluster:'));
  if (!address.ok) throw new Error(address.error);
  const ground = { ca: null, clock: systemClock, random: systemRandom, log: silentLog };
  const made = openRedisLink({ address: address.value, ...ground });
  await expect.poll(() => made.status().state, SOON).toBe('live');
  return made;
}

it('STORE-111 keep all of it in one slot of a cluster', async () => {
  const own = ['--cluster-announce-ip', '127.0.0.1', '--cluster-port', `${await freePort()}`];
  redis = await startRedis({ words: ['--cluster-enabled', 'yes', ...own] });
  link = await linkToCluster(redis);
  for (const duty of ['alerts', 'sessions']) await redis.ask(`HSET {floorcast}:lease:${duty} fence 7`);

  const store = openRedisStore(link);
  const put = (kind: string, id: string) => ({ write: 'put', kind, id, content: id }) as const;
  expect((await store.write([put('a', '{1}'), put('{b}', '{2}')])).ok).toBe(true);
  expect([(await store.list('{b}')).length, await store.changes()]).toEqual([1, 1]);
  await store.audit.append(() => ({ lines: ['one'], hash: 'x' }));
  expect(await store.audit.readBackward(9, 9)).toEqual([{ seq: 1, line: 'one' }]);

  const alerts = openRedisAlertStore(link, { fence: () => ({ duty: 'alerts', number: 7 }) });
  const closed = alertRow(2, { state: 'cleared-acknowledged', clearedAt: 1, acknowledgedAt: 2 });
  const more = { devices: [deviceRow('{d}')], deliveries: [deliveryRow(2)], refusals: [refusalRow(1)] };
  await alerts.write(alertUnit({ newAlerts: [alertRow(1), closed], ...more }));
  expect(await alerts.find({ limit: 9 })).toEqual([closed, alertRow(1)]);
  expect(await alerts.knownIds(['alert-1', 'none'])).toEqual(new Set(['alert-1']));
  expect([await alerts.forget(ROWS_BEGIN + 9), await alerts.count()]).toEqual([1, 1]);

  const sessions = openRedisSessionStore(link, { fence: () => ({ duty: 'sessions', number: 7 }) });
  const rows = ['{one}', 'two'].map((id) => sessionRow(id, { endedAt: T0 + 1 }));
  const commands = rows.map(({ id }) => commandRow(1, { sessionId: id, isEndRecorded: true }));
  await sessions.write(unitOf({ sessions: rows, commands, windows: [windowRow('{one}', T0)] }));
  expect((await sessions.find('interaction-{one}'))?.commands).toEqual(commands.slice(0, 1));
  expect([await sessions.windows('{one}', 9), await sessions.forget(T0 + 2)]).toMatchObject([[{}], 2]);
});
