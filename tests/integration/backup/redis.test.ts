/** Backups of the stores that lie in a real Redis, and of files that are carried into one. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreFiles } from '../../../server/backup/restore-files';
import { RestoreCutOff, restoreRedis } from '../../../server/backup/restore-redis';
import { saveFiles } from '../../../server/backup/save-files';
import { saveRedis } from '../../../server/backup/save-redis';
import { createRedisLeaseTable } from '../../../server/cluster/redis-lease-table';
import { leaseKey } from '../../../server/redis/keys';
import type { RedisLink } from '../../../server/redis/redis-link';
import { openRedisAlertStore } from '../../../server/store/redis/alert-store-redis';
import { checkRedisSchema, PASSING_KEYS, STORE_KEYS } from '../../../server/store/redis/redis-schema';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { openRedisSessionStore } from '../../../server/store/redis/session-store-redis';
import { openSqliteStore } from '../../../server/store/sqlite';
import { redisDoors } from '../../support/redis-doors';
import { createSandbox, type Sandbox } from '../../support/sandbox';
import { contentsOf, fillStores, makeStore, storeIn } from '../../support/stored-samples';

const NOW = Date.UTC(2026, 10, 21, 9);

const doors = redisDoors();
let house: Sandbox;
beforeEach(() => {
  house = createSandbox([]);
});
afterEach(() => house.remove());

const place = (name: string) => path.join(house.folder, name);
const save = (redis: RedisLink, name = 'backup.tar.gz') =>
  saveRedis(redis, { file: place(name), version: '0.1.0', now: NOW });
const options = (more = {}) => ({
  ...{ file: place('backup.tar.gz'), stamp: '20261121T090000Z', replace: false, brokenAudit: false },
  ...{ dataDir: place('work'), version: '0.1.0', now: NOW },
  ...more,
});

/** Doors whose writes carry the fence that lies in Redis. */
async function storesOn(redis: RedisLink) {
  for (const duty of ['alerts', 'sessions']) await redis.call('HSET', leaseKey(duty), 'fence', 7);
  const fence = (duty: string) => ({ fence: () => ({ duty, number: 7 }) });
  return {
    store: openRedisStore(redis),
    alerts: openRedisAlertStore(redis, fence('alerts')),
    sessions: openRedisSessionStore(redis, fence('sessions')),
  };
}

const withoutReplay = ({
  chains: _,
  pieces: __,
  points: ___,
  ...rest
}: Awaited<ReturnType<typeof storeIn>>) => rest;

describe('a backup of the stores in Redis', () => {
  it('BACKUP-10 holds everything, and gives it back in the place of another store, which is saved first', async () => {
    const redis = await doors.link();
    await fillStores(await storesOn(redis), 3);
    const before = await contentsOf(await storesOn(redis));
    const { manifest, auditFault } = await save(redis);
    expect(auditFault).toBeNull();
    expect(manifest).toMatchObject({ kind: 'redis', auditHead: before.head });
    await doors.redis.ask('FLUSHALL');
    await fillStores(await storesOn(redis), 2);
    const other = await contentsOf(await storesOn(redis));
    await expect(restoreRedis(redis, options())).rejects.toThrow('Redis has a store already: --replace');
    expect(await contentsOf(await storesOn(redis))).toEqual(other);
    const { kept } = await restoreRedis(redis, options({ replace: true }));
    expect(await contentsOf(await storesOn(redis))).toEqual(before);
    expect(await checkRedisSchema(redis)).toMatchObject({ ok: true });
    await restoreRedis(redis, options({ replace: true, file: kept ?? '', stamp: 'again' }));
    expect(await contentsOf(await storesOn(redis))).toEqual(other);
    expect(readdirSync(place('work')).sort()).toEqual([
      'before-restore-20261121T090000Z.tar.gz',
      'before-restore-again.tar.gz',
    ]);
  });

  it('BACKUP-11 one of files is carried into Redis, and one of Redis into files', async () => {
    await makeStore(place('data'), 3);
    const before = withoutReplay(await storeIn(place('data')));
    await saveFiles(place('data'), { file: place('backup.tar.gz'), version: '0.1.0', now: NOW });
    const redis = await doors.link();
    await restoreRedis(redis, options());
    expect(await contentsOf(await storesOn(redis))).toEqual(before);
    await save(redis, 'back.tar.gz');
    await restoreFiles(place('new'), options({ file: place('back.tar.gz') }));
    expect(withoutReplay(await storeIn(place('new')))).toEqual(before);
  });

  it('BACKUP-12 is refused while a node lives, and Redis is as it was', async () => {
    await makeStore(place('data'), 1);
    await saveFiles(place('data'), { file: place('backup.tar.gz'), version: '0.1.0', now: NOW });
    const redis = await doors.link();
    const leases = createRedisLeaseTable(redis);
    await leases.round({ id: 'node-1', mayHold: false, isLeaving: false }, []);
    const keys = await doors.redis.ask('DBSIZE');
    await expect(restoreRedis(redis, options())).rejects.toThrow(
      'node node-1 is running: stop all nodes first',
    );
    expect(await doors.redis.ask('DBSIZE')).toBe(keys);
    await leases.leave('node-1');
    await restoreRedis(redis, options());
    expect((await contentsOf(await storesOn(redis))).head.seq).toBe(3);
  });

  it('BACKUP-13 one that is cut off lets no node open the stores, until it is done again', async () => {
    await makeStore(place('data'), 2);
    const before = withoutReplay(await storeIn(place('data')));
    await saveFiles(place('data'), { file: place('backup.tar.gz'), version: '0.1.0', now: NOW });
    const redis = await doors.link();
    const seen: string[] = [];
    const cut: RedisLink = {
      ...redis,
      run: (script, keys, args) => {
        if (keys.some((key) => key.includes(':sessions:'))) return Promise.resolve(gone);
        seen.push(keys[0] ?? '');
        return redis.run(script, keys, args);
      },
    };
    const gone = { ok: false, error: { kind: 'away', message: 'gone' } } as const;
    const rejected = restoreRedis(cut, options());
    await expect(rejected).rejects.toThrow(RestoreCutOff);
    await expect(rejected).rejects.toThrow('neither old nor new, and no node opens it');
    expect(await checkRedisSchema(redis)).toMatchObject({
      error: 'the stores in Redis are being restored, or that was cut off: run npm run restore again',
    });
    await expect(save(redis, 'half.tar.gz')).rejects.toThrow('are being restored');
    expect(existsSync(place('half.tar.gz'))).toBe(false);
    expect(seen.length).toBeGreaterThan(5);
    await restoreRedis(redis, options({ stamp: 'again' }));
    expect(await contentsOf(await storesOn(redis))).toEqual(before);
    expect(await checkRedisSchema(redis)).toMatchObject({ ok: true });
  });

  it('BACKUP-14 is of one moment for documents, and a whole chain, while nodes write', async () => {
    const redis = await doors.link();
    const stores = await storesOn(redis);
    await fillStores(stores, 2);
    const writer = await storesOn(await doors.link());
    let isOver = false;
    const writing = (async () => {
      for (let n = 10; !isOver; n += 1) {
        await fillStores(writer, 2);
        const pair = ['a', 'b'].map((id) => ({ write: 'put', kind: id, id, content: n }) as const);
        await writer.store.write(pair);
      }
    })();
    try {
      const { manifest, auditFault } = await save(redis);
      expect(auditFault).toBeNull();
      expect(manifest.auditHead?.seq).toBeGreaterThanOrEqual(6);
      await restoreFiles(place('new'), options());
    } finally {
      isOver = true;
      await writing;
    }
    const found = openSqliteStore(place('new'));
    const [a, b] = [await found.get('a', 'a'), await found.get('b', 'b')];
    await found.close();
    expect(a?.content).toEqual(b?.content);
    expect(a?.version).toBe(b?.version);
  });

  it('BACKUP-23 stores of a newer Floorcast in Redis are refused in words, and every key is known', async () => {
    const redis = await doors.link();
    expect(await checkRedisSchema(redis)).toEqual({ ok: true, value: null });
    expect(await checkRedisSchema(redis)).toEqual({ ok: true, value: null });
    await fillStores(await storesOn(redis), 1);
    const keys = (await doors.redis.ask('KEYS *')).split('\r\n').filter((line) => line.startsWith('{'));
    const words = keys.map((key) => key.split(':')[1] ?? '');
    const known = new Set<string>([...STORE_KEYS, ...PASSING_KEYS]);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
    expect(new Set(words)).toEqual(new Set([...STORE_KEYS, 'done', 'lease', 'schema']));
    await redis.call('SET', '{floorcast}:schema', 2);
    expect(await checkRedisSchema(redis)).toEqual({
      ok: false,
      error: 'the stores in Redis were written by a newer Floorcast (format 2, this one knows 1)',
    });
    await expect(save(redis)).rejects.toThrow('newer Floorcast');
  });
});
