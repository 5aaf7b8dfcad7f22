/**
 * What nodes share for a moment, in Redis: a cell is a hash of its text and a version that no other write has, a set of
 * used words is sorted by when they end. Each change is one script. Who read a cell before is not sent its text again
 * while it stays.
 */
import { randomUUID } from 'node:crypto';
import { sharedKey } from '../../redis/keys';
import { type RedisLink, redisScript } from '../../redis/redis-link';
import type { CellNow, PassingCell, PassingStore } from '../passing-ports';
import { createRedisDesk, ONCE, partsOf, type RedisDesk, textOfReply } from './redis-desk';

/** By so many nodes at once: each round one of them is done. */
const MAX_TRIES = 50;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS: cell. ARGV: version that is known, or nothing. Answers version, time, and the text where it is another. */
const READ = redisScript(`${NOW}
local version = redis.call('HGET', KEYS[1], 'version') or ''
local answer = {version, string.format('%.0f', now)}
if version ~= ARGV[1] then answer[3] = redis.call('HGET', KEYS[1], 'text') or '' end
return answer
`);

/** KEYS: cell, token. ARGV: version that is expected, the new one, text, life. Answers nothing, or `late`. */
const WRITE = redisScript(`${ONCE}
if (redis.call('HGET', KEYS[1], 'version') or '') ~= ARGV[1] then return done('late') end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'text', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return done('')
`);

/** KEYS: words, token. ARGV: word, life, most. Answers nothing, or `used`. */
const USE = redisScript(`${ONCE}${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return done('used') end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local over = redis.call('ZCARD', KEYS[1]) - ARGV[3]
if over > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return done('')
`);

export function openRedisPassing(redis: RedisLink): PassingStore {
  const desk = createRedisDesk(redis, 'what nodes share for a moment');
  return {
    cell: (name, lifeMs) => new Cell(desk, sharedKey('passing', name), lifeMs),
    async useOnce(name, word, { lifeMs, most }) {
      const answer = await desk.write(USE, [sharedKey('passing', name)], [word, lifeMs, most]);
      return textOfReply(answer) === '';
    },
  };
}

class Cell implements PassingCell {
  readonly #desk: RedisDesk;
  readonly #key: string;
  readonly #lifeMs: number;
  readonly #writer = randomUUID();
  #writes = 0;
  #known = { version: '', text: '' };

  constructor(desk: RedisDesk, key: string, lifeMs: number) {
    this.#desk = desk;
    this.#key = key;
    this.#lifeMs = lifeMs;
  }

  async read(): Promise<CellNow> {
    const { text, now } = await this.#read();
    return { text, now };
  }

  async change<A>(
    step: (text: string | null, now: number) => { readonly text: string | null; readonly answer: A },
  ): Promise<A> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const found = await this.#read();
      const { text, answer } = step(found.text, found.now);
      if (text === found.text || text === null) return answer;
      this.#writes += 1;
      const version = `${this.#writer}:${this.#writes}`;
      const written = await this.#desk.write(
        WRITE,
        [this.#key],
        [found.version, version, text, this.#lifeMs],
      );
      if (textOfReply(written) !== '') continue;
      this.#known = { version, text };
      return answer;
    }
    throw new Error('what nodes share for a moment is being changed by others all the time');
  }

  async #read(): Promise<CellNow & { readonly version: string }> {
    const known = this.#known;
    const [said, at, told] = partsOf(await this.#desk.read(READ, [this.#key], [known.version]));
    const version = textOfReply(said);
    const text = told === undefined ? known.text : textOfReply(told);
    this.#known = { version, text };
    return { version, text: version === '' ? null : text, now: Number(at) };
  }
}
