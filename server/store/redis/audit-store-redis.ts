/**
 * The audit log in Redis: a stream with one entry a line, numbered as the line is, which takes nothing but what comes
 * after its newest; and a hash that says where the log ends. Lines are chained in the process and appended only where
 * the head is still the one they were chained to: of two nodes at once one is told, and chains its lines anew.
 *
 * An answer that was lost is asked for again with the same token, so no line is there twice. Whoever empties Redis
 * empties the log: it begins anew at 1, and the copies of the head that lie in the servers' logs prove what is missing.
 */
import { sharedKey } from '../../redis/keys';
import { redisScript } from '../../redis/redis-link';
import { type Addition, type AuditStore, EMPTY_HEAD, type StoredHead, type StoredLine } from '../ports';
import { ONCE, packed, partsOf, type RedisDesk, textOfReply } from './redis-desk';

const HEAD = sharedKey('audit', 'head');
const LINES = sharedKey('audit', 'lines');
/** Lines asked for in one step. */
const PAGE = 500;
/** At each of them somebody else has appended meanwhile. */
const TRIES = 200;
const MOVED = 'moved';

/** KEYS: head, lines. Both of one moment. */
const READ_HEAD = redisScript(`
local head = redis.call('HMGET', KEYS[1], 'seq', 'hash')
return {head[1], head[2], redis.call('XLEN', KEYS[2])}
`);

/** KEYS: head, lines, token. ARGV: number and hash that it goes on from, the new hash, the lines packed. */
const APPEND = redisScript(`${ONCE}
local head = redis.call('HMGET', KEYS[1], 'seq', 'hash')
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
local last = newest[1] and newest[1][1] or '0-0'
local seq, hash = head[1] or '0', head[2] or '${EMPTY_HEAD.hash}'
if not head[1] and last ~= '0-0' then
  return redis.error_reply('ERR the audit log has no head: somebody took it away')
end
if last ~= seq .. '-0' then
  return redis.error_reply('ERR the audit log goes on after its newest entry only, and its head is another')
end
if seq ~= ARGV[1] or hash ~= ARGV[2] then return '${MOVED}' end
for at, line in ipairs(wordsOf(ARGV[4])) do
  seq = string.format('%.0f', tonumber(ARGV[1]) + at)
  redis.call('XADD', KEYS[2], seq .. '-0', 'line', line)
end
redis.call('HSET', KEYS[1], 'seq', seq, 'hash', ARGV[3])
return done(seq)
`);

export function createRedisAuditStore(desk: RedisDesk): AuditStore {
  return new SharedAuditStore(desk);
}

class SharedAuditStore implements AuditStore {
  readonly #desk: RedisDesk;

  constructor(desk: RedisDesk) {
    this.#desk = desk;
  }

  async head(): Promise<StoredHead> {
    const [seq, hash, count] = partsOf(await this.#desk.read(READ_HEAD, [HEAD, LINES], []));
    if (typeof seq === 'string') return { seq: Number(seq), hash: textOfReply(hash) };
    if (count === 0) return EMPTY_HEAD;
    throw new Error('the audit log has no head: somebody took it away');
  }

  async append(addition: (after: StoredHead) => Addition): Promise<StoredHead> {
    for (let time = 0; time < TRIES; time += 1) {
      const after = await this.head();
      const { lines, hash } = addition(after);
      const answer = await this.#desk.write(
        APPEND,
        [HEAD, LINES],
        [after.seq, after.hash, hash, packed(lines)],
      );
      if (answer !== MOVED) return { seq: after.seq + lines.length, hash };
    }
    throw new Error('the audit log cannot be written: others append all the time');
  }

  async readForward(after: number, limit: number): Promise<readonly StoredLine[]> {
    const read = (from: string, count: number) => this.#desk.ask('XRANGE', LINES, from, '+', 'COUNT', count);
    return pages(after <= 0 ? '-' : `${after + 1}-0`, limit, read);
  }

  async readBackward(before: number, limit: number): Promise<readonly StoredLine[]> {
    if (before <= 1) return [];
    const read = (from: string, count: number) =>
      this.#desk.ask('XREVRANGE', LINES, from, '-', 'COUNT', count);
    return pages(before > Number.MAX_SAFE_INTEGER - 1 ? '+' : `(${before}-0`, limit, read);
  }
}

async function pages(
  start: string,
  limit: number,
  read: (from: string, count: number) => ReturnType<RedisDesk['ask']>,
): Promise<readonly StoredLine[]> {
  const lines: StoredLine[] = [];
  for (let from = start; lines.length < limit; ) {
    const count = Math.min(PAGE, limit - lines.length);
    const entries = partsOf(await read(from, count));
    lines.push(...entries.map(lineOf));
    if (entries.length < count) break;
    from = `(${textOfReply(partsOf(entries.at(-1))[0])}`;
  }
  return lines;
}

/** Of an id and its fields in turn. */
function lineOf(entry: ReturnType<typeof partsOf>[number]): StoredLine {
  const [id, fields] = partsOf(entry);
  const words = partsOf(fields);
  return {
    seq: Number.parseInt(textOfReply(id), 10),
    line: words[0] === 'line' ? textOfReply(words[1]) : '',
  };
}
