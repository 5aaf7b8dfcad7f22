/**
 * The table of leases in Redis: a hash a duty, a hash of nodes, a set of all duties that ever were. Each step is one
 * script; the clock is that of Redis. A fence is at least that clock in µs, so that it grows through an emptied Redis,
 * and through a failover that forgot the last ones.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import { leaseKey, sharedKey } from '../redis/keys';
import { type RedisLink, type RedisReply, redisScript } from '../redis/redis-link';
import { type Duty, readDuty } from './duties';
import { LEASE_MS, type LeaseTable, type NodeRow } from './lease-table';

const NODES = sharedKey('nodes');
const DUTIES = sharedKey('duties');
const FENCE = sharedKey('fence');

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS: nodes, duties, a lease each. ARGV: node, row, lease ms, then the duties of the leases. */
const ROUND = redisScript(`${NOW}
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({ row = ARGV[2], heard = now }))
for i = 3, #KEYS do
  if redis.call('HGET', KEYS[i], 'owner') == ARGV[1] then
    redis.call('HSET', KEYS[i], 'until', string.format('%.0f', now + ARGV[3]))
  end
end
local nodes = {}
local said = redis.call('HGETALL', KEYS[1])
for i = 1, #said, 2 do
  local node = cjson.decode(said[i + 1])
  if node.heard + ARGV[3] < now then redis.call('HDEL', KEYS[1], said[i])
  else nodes[#nodes + 1] = said[i]; nodes[#nodes + 1] = node.row end
end
return { string.format('%.0f', now), nodes, redis.call('SMEMBERS', KEYS[2]) }
`);

/** KEYS: duties, fence, the lease. ARGV: node, duty, lease ms. */
const TAKE = redisScript(`${NOW}
local held = redis.call('HMGET', KEYS[3], 'owner', 'until', 'next')
local isFree = not held[1] or held[1] == ARGV[1] or tonumber(held[2]) < now
if not isFree and held[3] ~= ARGV[1] then return false end
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local clock = time[1] * 1000000 + time[2]
local fence = string.format('%.0f', math.max(last + 1, clock))
redis.call('SET', KEYS[2], fence)
redis.call('SADD', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'owner', ARGV[1], 'fence', fence, 'since', string.format('%.0f', now),
  'until', string.format('%.0f', now + ARGV[3]))
return { fence, string.format('%.0f', now) }
`);

/** KEYS: the lease. ARGV: node, field, value (empty: none), who must have it already (empty: nobody need). */
const OWN = redisScript(`
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], 'offered', 'next')
else redis.call('HSET', KEYS[1], ARGV[2], ARGV[3]) end
return 1
`);

/** KEYS: the lease. ARGV: node. */
const ACCEPT = redisScript(`
local held = redis.call('HMGET', KEYS[1], 'offered', 'next')
if not held[1] or (held[2] and held[2] ~= ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'next', ARGV[1])
return 1
`);

const rowSchema = z.object({ id: z.string(), mayHold: z.boolean(), isLeaving: z.boolean() });
const LEASE_FIELDS = ['owner', 'fence', 'since', 'until', 'offered', 'next'] as const;

export function createRedisLeaseTable(redis: RedisLink): LeaseTable {
  async function flag(ask: Promise<Result<RedisReply, { readonly message: string }>>) {
    const answer = await ask;
    return answer.ok ? ok(Number(answer.value) === 1) : err(answer.error.message);
  }

  async function leasesOf(duties: readonly Duty[]) {
    const answers = await Promise.all(
      duties.map((duty) => redis.call('HMGET', leaseKey(duty), ...LEASE_FIELDS)),
    );
    const failed = answers.find((answer) => !answer.ok);
    if (failed !== undefined && !failed.ok) return err(failed.error.message);
    return ok(
      answers.flatMap((answer, at) => {
        const duty = duties[at];
        return answer.ok && duty !== undefined ? (leaseOf(duty, answer.value) ?? []) : [];
      }),
    );
  }

  return {
    async round(me, renew) {
      const answer = await redis.run(
        ROUND,
        [NODES, DUTIES, ...renew.map(leaseKey)],
        [me.id, JSON.stringify(me), LEASE_MS],
      );
      if (!answer.ok) return err(answer.error.message);
      const parsed = z.tuple([z.string(), z.array(z.string()), z.array(z.string())]).safeParse(answer.value);
      if (!parsed.success) return err('the table of leases holds what is none');
      const [at, nodes, duties] = parsed.data;
      const leases = await leasesOf(duties.flatMap((text) => readDuty(text) ?? []));
      return leases.ok ? ok({ at: Number(at), leases: leases.value, nodes: rowsOf(nodes) }) : leases;
    },
    async take(duty, me) {
      const answer = await redis.run(TAKE, [DUTIES, FENCE, leaseKey(duty)], [me, duty, LEASE_MS]);
      if (!answer.ok) return err(answer.error.message);
      if (!Array.isArray(answer.value)) return ok(null);
      const [fence, since] = answer.value as readonly RedisReply[];
      return ok({ fence: Number(fence), since: Number(since) });
    },
    offer: (duty, me, isOffered) =>
      flag(redis.run(OWN, [leaseKey(duty)], [me, 'offered', isOffered ? '1' : ''])),
    accept: (duty, me) => flag(redis.run(ACCEPT, [leaseKey(duty)], [me])),
    release: (duty, me) => flag(redis.run(OWN, [leaseKey(duty)], [me, 'until', '0'])),
    async leave(me) {
      const answer = await redis.call('HDEL', NODES, me);
      return answer.ok ? ok(true) : err(answer.error.message);
    },
  };
}

function leaseOf(duty: Duty, reply: RedisReply) {
  if (!Array.isArray(reply)) return null;
  const [owner, fence, since, until, offered, next] = reply as readonly RedisReply[];
  if (typeof owner !== 'string' || typeof fence !== 'string') return null;
  return {
    ...{ duty, owner, fence: Number(fence), since: Number(since ?? 0), until: Number(until ?? 0) },
    isOffered: offered !== null && offered !== undefined,
    next: typeof next === 'string' ? next : null,
  };
}

function rowsOf(pairs: readonly string[]): readonly NodeRow[] {
  const rows: NodeRow[] = [];
  for (let at = 1; at < pairs.length; at += 2) {
    try {
      rows.push(rowSchema.parse(JSON.parse(pairs[at] ?? '')));
    } catch {
      // Of another build: a node that nobody understands takes no part.
    }
  }
  return rows;
}
