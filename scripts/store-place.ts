/** Where the store of this installation lies, for the scripts that read it, change it, save it and put it back. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRedisAddress, type RedisAddress } from '../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../server/redis/redis-link';
import { systemClock } from '../server/runtime/clock';
import { createLog } from '../server/runtime/log';
import { systemRandom } from '../server/runtime/random';
import type { Store } from '../server/store/ports';
import { checkRedisSchema, hasRedisStores } from '../server/store/redis/redis-schema';
import { openRedisStore } from '../server/store/redis/redis-store';
import { openSqliteStore, sqliteFile } from '../server/store/sqlite';

const CONNECT_MS = 10_000;

/** `null`: in files. With a role several nodes share a Redis; without one it has only sums. */
export function storeInRedis(): RedisAddress | null {
  if (!process.env.FLOORCAST_ROLE) return null;
  const parsed = parseRedisAddress(setting('REDIS_URL'));
  if (!parsed.ok) throw new Error(`REDIS_URL ${parsed.error}`);
  return parsed.value;
}

/** Rejects where Redis is not there within ten seconds. */
export async function withRedis<T>(address: RedisAddress, use: (redis: RedisLink) => Promise<T>): Promise<T> {
  const ca = setting('REDIS_CA');
  const log = createLog('error', (line) => process.stderr.write(line));
  const ground = { clock: systemClock, random: systemRandom, log };
  const redis = openRedisLink({ address, ca: ca === '' ? null : ca, ...ground });
  try {
    await untilLive(redis);
    return await use(redis);
  } finally {
    redis.stop();
  }
}

/** Documents and audit log, in Redis or in DATA_DIR. `make`: also where there are none yet. */
export async function withStore<T>(
  use: (store: Store) => Promise<T>,
  { make }: { readonly make: boolean },
): Promise<T> {
  const address = storeInRedis();
  if (address !== null) return withRedis(address, (redis) => inRedis(redis, use, make));
  const dataDir = process.env.DATA_DIR || './data';
  // Opening would make an empty one.
  if (!make && !existsSync(sqliteFile(dataDir))) {
    throw new Error(`there is no store at ${sqliteFile(dataDir)}`);
  }
  return closed(openSqliteStore(dataDir), use);
}

/** Of nodes at that address, whatever the environment says. */
export function withStoreAt<T>(url: string, use: (store: Store) => Promise<T>): Promise<T> {
  const parsed = parseRedisAddress(url);
  if (!parsed.ok) throw new Error(`${url} ${parsed.error}`);
  return withRedis(parsed.value, (redis) => inRedis(redis, use, true));
}

async function inRedis<T>(redis: RedisLink, use: (store: Store) => Promise<T>, make: boolean): Promise<T> {
  if (!make && !(await hasRedisStores(redis))) throw new Error('there is no store in Redis');
  const schema = await checkRedisSchema(redis);
  if (!schema.ok) throw new Error(schema.error);
  return closed(openRedisStore(redis), use);
}

/** Gives the store away, and closes it. */
export async function closed<T>(store: Store, use: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

export function ownVersion(): string {
  const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  // Our own package.json.
  return (JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as { version: string })
    .version;
}

function untilLive(redis: RedisLink): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = systemClock.after(CONNECT_MS, () => {
      reject(new Error(`Redis cannot be reached: ${redis.status().message ?? 'no answer'}`));
    });
    const look = () => {
      if (redis.status().state !== 'live') return;
      cancel();
      resolve();
    };
    redis.subscribe(look);
    look();
  });
}

/** From the environment, or from the file that `<name>_FILE` names. */
function setting(name: string): string {
  const file = process.env[`${name}_FILE`];
  return file ? readFileSync(file, 'utf8').trim() : (process.env[name] ?? '');
}
