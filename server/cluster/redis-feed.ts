/**
 * The stream between nodes in Redis: one for all, numbered without a gap, bounded by time. What a duty's owner writes
 * carries his fence, and an older one writes nothing.
 */
import { err, ok, type Result } from '../../lib/result';
import { FENCED, FENCED_OFF } from '../redis/fence';
import { leaseKey, sharedKey } from '../redis/keys';
import { type RedisLink, redisScript } from '../redis/redis-link';
import type { Duty } from './duties';
import type { FeedKind } from './feed-entry';

export const FEED_STREAM = sharedKey('feed');
const SEQ = sharedKey('seq');
/** Who was away for longer asks for the whole. */
const KEPT_MS = 20_000;

export interface FeedPiece {
  readonly kind: FeedKind;
  readonly body: string;
  /** The node that asked for it; empty: all. */
  readonly to: string;
}
export type FeedFailure = 'fenced' | 'away';

export interface RedisFeed {
  /** All of them, in order, or none where another has the duty. `away`: nobody knows whether it was done. */
  append(from: FeedFrom, pieces: readonly FeedPiece[]): Promise<Result<null, FeedFailure>>;
  /** A sign of life for those of its duties that it still has. */
  beat(node: string, feeds: readonly (readonly [Duty, number])[], status: string): Promise<boolean>;
  ask(node: string, duties: readonly Duty[]): Promise<boolean>;
  /** The id of the newest entry, to read on from. */
  end(): Promise<Result<string, string>>;
}
export interface FeedFrom {
  readonly duty: Duty;
  readonly fence: number;
  readonly node: string;
}

const ADD = `
local time = redis.call('TIME')
local kept = string.format('%.0f', time[1] * 1000 - ${KEPT_MS})
local function add(...)
  local n = redis.call('INCR', SEQ)
  redis.call('XADD', STREAM, 'MINID', '~', kept, '*', 'n', n, ...)
end
`;

/** KEYS: lease, stream, seq. ARGV: fence, duty, node, then kind, whom, body. */
const APPEND = redisScript(`${FENCED}
local STREAM, SEQ = KEYS[2], KEYS[3]
${ADD}
for i = 4, #ARGV, 3 do
  add('d', ARGV[2], 'f', ARGV[1], 'w', ARGV[3], 'k', ARGV[i], 't', ARGV[i + 1], 'p', ARGV[i + 2])
end
return 1
`);

/** KEYS: stream, seq, leases. ARGV: node, status, then duty and fence. */
const BEAT = redisScript(`
local STREAM, SEQ = KEYS[1], KEYS[2]
${ADD}
local feeds = {}
for i = 3, #KEYS do
  local at = 3 + (i - 3) * 2
  if redis.call('HGET', KEYS[i], 'fence') == ARGV[at + 1] then
    feeds[#feeds + 1] = '["' .. ARGV[at] .. '",' .. ARGV[at + 1] .. ']'
  end
end
add('w', ARGV[1], 'k', 'beat', 'p', '{"feeds":[' .. table.concat(feeds, ',') .. '],"status":' .. ARGV[2] .. '}')
return 1
`);

/** KEYS: stream, seq. ARGV: node, body. */
const ASK = redisScript(`
local STREAM, SEQ = KEYS[1], KEYS[2]
${ADD}
add('w', ARGV[1], 'k', 'join', 'p', ARGV[2])
return 1
`);

export function createRedisFeed(redis: RedisLink): RedisFeed {
  const wordsOf = ({ duty, fence, node }: FeedFrom, pieces: readonly FeedPiece[]) => [
    ...[String(fence), duty, node],
    ...pieces.flatMap(({ kind, to, body }) => [kind, to, body]),
  ];
  async function done(ask: ReturnType<RedisLink['run']>): Promise<Result<null, FeedFailure>> {
    const answer = await ask;
    if (answer.ok) return ok(null);
    return err(answer.error.message.includes(FENCED_OFF) ? 'fenced' : 'away');
  }
  return {
    append: (from, pieces) =>
      done(redis.run(APPEND, [leaseKey(from.duty), FEED_STREAM, SEQ], wordsOf(from, pieces))),
    async beat(node, feeds, status) {
      const keys = [FEED_STREAM, SEQ, ...feeds.map(([duty]) => leaseKey(duty))];
      return (await redis.run(BEAT, keys, [node, status, ...feeds.flat().map(String)])).ok;
    },
    async ask(node, duties) {
      const body = JSON.stringify({ duties });
      return (await redis.run(ASK, [FEED_STREAM, SEQ], [node, body])).ok;
    },
    async end() {
      const answer = await redis.call('XREVRANGE', FEED_STREAM, '+', '-', 'COUNT', 1);
      if (!answer.ok) return err(answer.error.message);
      const newest = Array.isArray(answer.value) ? (answer.value as readonly unknown[])[0] : undefined;
      return ok(Array.isArray(newest) ? String(newest[0]) : '0-0');
    },
  };
}
