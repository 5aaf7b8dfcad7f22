/**
 * The stream between nodes in Redis: one for all, numbered without a gap, bounded by time. What a duty's owner writes
 * carries his fence, and an older one writes nothing.
 */
import { err, ok, type Result } from '../../lib/result';
import { leaseKey, sharedKey } from '../redis/keys';
import { type RedisLink, redisScript } from '../redis/redis-link';
import type { Duty } from './duties';
import type { FeedKind } from './feed-entry';

export const FEED_STREAM = sharedKey('feed');
const SEQ = sharedKey('seq');
/** Who was away for longer asks for the whole. */
const KEPT_MS = 20_000;
/** Of one script; a duty's own pieces stay together. */
const BATCH_CHARACTERS = 500_000;

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

/** KEYS: stream, seq, leases. ARGV: node, then of each lease fence, duty, count, and so often kind, whom, body. */
const APPEND = redisScript(`
local STREAM, SEQ = KEYS[1], KEYS[2]
${ADD}
local done, at = {}, 2
for i = 3, #KEYS do
  local fence, duty, behind = ARGV[at], ARGV[at + 1], at + 3 + ARGV[at + 2] * 3
  if redis.call('HGET', KEYS[i], 'fence') == fence then
    for j = at + 3, behind - 1, 3 do
      add('d', duty, 'f', fence, 'w', ARGV[1], 'k', ARGV[j], 't', ARGV[j + 1], 'p', ARGV[j + 2])
    end
    done[#done + 1] = 1
  else
    done[#done + 1] = 0
  end
  at = behind
end
return done
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

interface Appended {
  readonly from: FeedFrom;
  readonly pieces: readonly FeedPiece[];
  readonly settle: (result: Result<null, FeedFailure>) => void;
}

export function createRedisFeed(redis: RedisLink): RedisFeed {
  let batch: Appended[] = [];

  /** What one turn appends goes out together: who reads the stream is woken once. */
  function send(): void {
    const all = batch;
    batch = [];
    for (const part of partsOf(all)) void write(part);
  }

  async function write(part: readonly Appended[]): Promise<void> {
    const keys = [FEED_STREAM, SEQ, ...part.map(({ from }) => leaseKey(from.duty))];
    const words = part.flatMap(({ from, pieces }) => [
      ...[String(from.fence), from.duty, String(pieces.length)],
      ...pieces.flatMap(({ kind, to, body }) => [kind, to, body]),
    ]);
    const answer = await redis.run(APPEND, keys, [part[0]?.from.node ?? '', ...words]);
    const done = answer.ok && Array.isArray(answer.value) ? answer.value : null;
    for (const [index, { settle }] of part.entries()) {
      if (done === null) settle(err('away'));
      else settle(done[index] === 1 ? ok(null) : err('fenced'));
    }
  }

  return {
    append: (from, pieces) =>
      new Promise((settle) => {
        batch.push({ from, pieces, settle });
        if (batch.length === 1) queueMicrotask(send);
      }),
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

/** In order, each of one node and of a size for which Redis does not hold others up. */
function partsOf(all: readonly Appended[]): readonly (readonly Appended[])[] {
  const parts: { node: string; size: number; items: Appended[] }[] = [];
  for (const item of all) {
    const size = item.pieces.reduce((sum, { body }) => sum + body.length, 0);
    const last = parts.at(-1);
    if (last !== undefined && last.node === item.from.node && last.size + size <= BATCH_CHARACTERS) {
      last.items.push(item);
      last.size += size;
    } else parts.push({ node: item.from.node, size, items: [item] });
  }
  return parts.map(({ items }) => items);
}
