/** Where the store of this installation lies, for the scripts that save it and put it back. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRedisAddress, type RedisAddress } from '../server/redis/redis-address';
import { openRedisLink, type RedisLink } from '../server/redis/redis-link';
import { systemClock } from '../server/runtime/clock';
import { createLog } from '../server/runtime/log';
import { systemRandom } from '../server/runtime/random';

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
