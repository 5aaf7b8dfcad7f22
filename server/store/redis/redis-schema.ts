/**
 * Which schema the shared stores in Redis have, as one key: the number of their layout, or that they are being restored.
 * Each node asks before it opens them: what a newer Floorcast wrote, and what a restore has not finished, is refused.
 */
import { err, ok, type Result } from '../../../lib/result';
import { leaseKey, sharedKey } from '../../redis/keys';
import { type RedisLink, redisScript } from '../../redis/redis-link';

/** Grows with each change of layout that this program could not read as it is. */
export const REDIS_SCHEMA = 1;
const SCHEMA = sharedKey('schema');
const RESTORING = 'restoring';
/** As nodes note themselves; one that was not heard of for so long is none. */
const NODES = sharedKey('nodes');
const NODE_SILENT_MS = 10_000;
const HOLD_MS = 600_000;
/** The duties that write rows with a fence. */
const FENCED_DUTIES = ['alerts', 'sessions'] as const;

/** The first words of keys that are the stores'. */
export const STORE_KEYS = ['documents', 'document-ids', 'changes', 'audit', 'alerts', 'sessions'] as const;
/** Those that are a moment's, and in no backup. */
export const PASSING_KEYS = [
  ...(['done', 'lease', 'nodes', 'duties', 'fence', 'schema', 'passing'] as const),
  ...(['feed', 'seq', 'listing', 'restored'] as const),
] as const;

const CHECK = redisScript(`
local found = redis.call('GET', KEYS[1])
if not found then
  redis.call('SET', KEYS[1], ARGV[1])
  return ARGV[1]
end
return found
`);

/** Before anything of the stores is opened. A Redis without one becomes this program's. */
export async function checkRedisSchema(redis: RedisLink): Promise<Result<null, string>> {
  const answer = await redis.run(CHECK, [SCHEMA], [REDIS_SCHEMA]);
  if (!answer.ok) return err(`Redis does not answer: ${answer.error.message}`);
  if (answer.value === RESTORING) {
    return err('the stores in Redis are being restored, or that was cut off: run npm run restore again');
  }
  const found = Number(answer.value);
  if (Number.isInteger(found) && found >= 1 && found <= REDIS_SCHEMA) return ok(null);
  return err(
    `the stores in Redis were written by a newer Floorcast (format ${answer.value}, this one knows ${REDIS_SCHEMA})`,
  );
}

/** KEYS: schema, nodes, leases. ARGV: what is held, fence, node silent ms, hold ms. */
const HOLD = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local said = redis.call('HGETALL', KEYS[2])
for at = 1, #said, 2 do
  local isRead, node = pcall(cjson.decode, said[at + 1])
  if isRead and tonumber(node.heard) and node.heard + ARGV[2] >= now then return said[at] end
end
redis.call('SET', KEYS[1], ARGV[1])
local fence = string.format('%.0f', time[1] * 1000000 + time[2])
for at = 3, #KEYS do
  redis.call('DEL', KEYS[at])
  redis.call('HSET', KEYS[at], 'owner', ARGV[1], 'fence', fence, 'until', string.format('%.0f', now + ARGV[3]))
end
return {fence}
`);

/** KEYS: schema, leases. ARGV: number. */
const RELEASE = redisScript(`
for at = 2, #KEYS do redis.call('DEL', KEYS[at]) end
redis.call('SET', KEYS[1], ARGV[1])
return 1
`);

/** KEYS: schema. ARGV: where to go on from, patterns. Answers where to go on, and how many went. */
const CLEAR = redisScript(`
local page = redis.call('SCAN', ARGV[1], 'MATCH', '{floorcast}:*', 'COUNT', 1000)
local gone = 0
for _, key in ipairs(page[2]) do
  local word = string.match(key, '^{floorcast}:([%a-]+):')
  for at = 2, #ARGV do
    if word == ARGV[at] then gone = gone + redis.call('UNLINK', key) end
  end
end
return {page[1], gone}
`);

/** KEYS: schema. ARGV: where to go on from, patterns. */
const LOOK = redisScript(`
local page = redis.call('SCAN', ARGV[1], 'MATCH', '{floorcast}:*', 'COUNT', 1000)
for _, key in ipairs(page[2]) do
  local word = string.match(key, '^{floorcast}:([%a-]+):')
  for at = 2, #ARGV do
    if word == ARGV[at] then return {page[1], 1} end
  end
end
return {page[1], 0}
`);

/** Whether a restore was begun and not finished. */
export async function isRedisRestoring(redis: RedisLink): Promise<boolean> {
  const answer = await redis.call('GET', SCHEMA);
  if (!answer.ok) throw new Error(`Redis does not answer: ${answer.error.message}`);
  return answer.value === RESTORING;
}

/**
 * Keeps all nodes out, and gives the fence to write rows with. Rejects where a node lives. Who dies meanwhile leaves it
 * so: the stores are then half, and no node opens them until they are restored again.
 */
export async function holdRedisStores(redis: RedisLink): Promise<number> {
  const keys = [SCHEMA, NODES, ...FENCED_DUTIES.map(leaseKey)];
  const answer = await redis.run(HOLD, keys, [RESTORING, NODE_SILENT_MS, HOLD_MS]);
  if (!answer.ok) throw new Error(`Redis does not answer: ${answer.error.message}`);
  if (Array.isArray(answer.value)) return Number(answer.value[0]);
  throw new Error(`node ${String(answer.value)} is running: stop all nodes first, and wait ten seconds`);
}

export async function releaseRedisStores(redis: RedisLink): Promise<void> {
  const answer = await redis.run(RELEASE, [SCHEMA, ...FENCED_DUTIES.map(leaseKey)], [REDIS_SCHEMA]);
  if (!answer.ok) throw new Error(`Redis does not answer: ${answer.error.message}`);
}

export async function clearRedisStores(redis: RedisLink): Promise<void> {
  await scan(redis, CLEAR, () => false);
}

export async function hasRedisStores(redis: RedisLink): Promise<boolean> {
  return scan(redis, LOOK, (found) => found > 0);
}

/** In pages, each in one script where the keys are, in a cluster too. */
async function scan(
  redis: RedisLink,
  script: typeof LOOK,
  isEnough: (found: number) => boolean,
): Promise<boolean> {
  for (let from = '0'; ; ) {
    const answer = await redis.run(script, [SCHEMA], [from, ...STORE_KEYS]);
    if (!answer.ok) throw new Error(`Redis does not answer: ${answer.error.message}`);
    const [next, found] = answer.value as readonly [string, number]; // As these scripts answer.
    if (isEnough(found)) return true;
    if (next === '0') return false;
    from = next;
  }
}
