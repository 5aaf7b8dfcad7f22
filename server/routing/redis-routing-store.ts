/**
 * Sums of routing events in Redis, one hash a queue: `metrics:{queueId}` with `total_wait` (s), `event_count`,
 * `last_agent_status`, and `last_write`, which names the batch that was added last. It goes by itself when nothing was
 * added for so long. One script a queue, all of a batch in one round trip a node.
 */
import type { RoutingAverage } from '../../lib/contracts/routing';
import { err, ok } from '../../lib/result';
import { type RedisLink, type RedisReply, redisScript } from '../redis/redis-link';
import type { RoutingStore } from './routing-store';
import type { QueueTotals } from './routing-totals';

export interface RedisRoutingStoreOptions {
  readonly redis: RedisLink;
  /** Of this process, and of no other. */
  readonly writer: string;
  readonly ttlSeconds: number;
}

/** KEYS: the hash. ARGV: batch, seconds, events, status (empty: none), seconds to live. */
const ADD = redisScript(`
if redis.call('HGET', KEYS[1], 'last_write') == ARGV[1] then return 0 end
redis.call('HINCRBYFLOAT', KEYS[1], 'total_wait', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'event_count', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'last_agent_status', ARGV[4]) end
redis.call('HSET', KEYS[1], 'last_write', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
`);

export function createRedisRoutingStore({
  redis,
  writer,
  ttlSeconds,
}: RedisRoutingStoreOptions): RoutingStore {
  const add = ({ queueId, waitMs, events, agentStatus }: QueueTotals, number: number) =>
    redis.run(
      ADD,
      [keyOf(queueId)],
      [`${writer}:${number}`, secondsOf(waitMs), events, agentStatus ?? '', ttlSeconds],
    );
  return {
    async write({ number, totals }) {
      const answers = await Promise.all(totals.map((one) => add(one, number)));
      const [written, refused] = [new Set<string>(), new Set<string>()];
      let problem: string | null = null;
      for (const [at, { queueId }] of totals.entries()) {
        const answer = answers[at];
        if (answer === undefined) continue;
        if (answer.ok) written.add(queueId);
        else if (answer.error.kind === 'refused') refused.add(queueId);
        if (!answer.ok) problem = answer.error.message;
      }
      return { written, refused, problem };
    },
    async read(queueIds) {
      const fields = ['total_wait', 'event_count', 'last_agent_status'];
      const answers = await Promise.all(queueIds.map((id) => redis.call('HMGET', keyOf(id), ...fields)));
      const failed = answers.find((answer) => !answer.ok);
      if (failed !== undefined && !failed.ok) return err(failed.error.message);
      return ok(
        answers.flatMap((answer, at) =>
          answer.ok ? (averageOf(queueIds[at] ?? '', answer.value) ?? []) : [],
        ),
      );
    },
  };
}

function keyOf(queueId: string): string {
  return `metrics:${queueId}`;
}

/** Ms are exact; no digit of a float comes in between. */
function secondsOf(ms: number): string {
  return (Math.round(ms) / 1_000).toFixed(3);
}

/** `null`: there is no such hash, or somebody else wrote something else there. */
function averageOf(queueId: string, reply: RedisReply): RoutingAverage | null {
  if (!Array.isArray(reply)) return null;
  const [wait, count, status] = reply as readonly RedisReply[];
  const [totalWaitSeconds, eventCount] = [Number(wait), Number(count)];
  if (typeof wait !== 'string' || !Number.isFinite(totalWaitSeconds) || totalWaitSeconds < 0) return null;
  if (typeof count !== 'string' || !Number.isSafeInteger(eventCount) || eventCount < 0) return null;
  return {
    ...{ queueId, totalWaitSeconds, eventCount },
    averageWaitSeconds: eventCount === 0 ? null : totalWaitSeconds / eventCount,
    lastAgentStatus: typeof status === 'string' ? status : null,
  };
}
