/**
 * How the stores ask Redis: an answer, or an Error whose sentence says what is not known; StoreUnavailable where later
 * there may be an answer. What was asked and not answered is asked again, at once and a few times; each write carries a
 * token of its own, which Redis keeps for a while, so that none is done twice, however often and in whatever order its
 * copies arrive.
 */
import { randomUUID } from 'node:crypto';
import { FENCED_OFF } from '../../redis/fence';
import { sharedKey } from '../../redis/keys';
import type { RedisFailure, RedisLink, RedisReply, RedisScript } from '../../redis/redis-link';
import { StoreUnavailable } from '../store-unavailable';

/** With the link's own time-out of 2 s this outlasts a Redis that is frozen for 5 s. */
const TRIES = 3;
/** Longer than any copy of a command can be on its way. */
const TOKEN_TTL_MS = 60_000;

/**
 * Lua: the last of KEYS is the token's; what follows is done once, and ends in `return done(…)`. `wordsOf` undoes
 * `packed`.
 */
export const ONCE = `
local function wordsOf(text)
  local words, at = {}, 1
  while at <= #text do
    local colon = string.find(text, ':', at, true)
    local last = colon + tonumber(string.sub(text, at, colon - 1))
    words[#words + 1] = string.sub(text, colon + 1, last)
    at = last + 1
  end
  return words
end
local token = KEYS[#KEYS]
local before = redis.call('GET', token)
if before then return before end
local function done(answer)
  redis.call('SET', token, answer, 'PX', ${TOKEN_TTL_MS})
  return answer
end
`;

export interface RedisDesk {
  read(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply>;
  ask(command: string, key: string, ...args: readonly (string | number)[]): Promise<RedisReply>;
  /** `script` holds `ONCE`. */
  write(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<RedisReply>;
  readonly isClosed: boolean;
  close(): void;
}

/** `name`: what it is that cannot be read or written, as it is called in a sentence. */
export function createRedisDesk(redis: RedisLink, name: string): RedisDesk {
  const door = randomUUID();
  let writes = 0;
  let isClosed = false;

  async function tried(
    doing: string,
    ask: () => ReturnType<RedisLink['run']>,
    unknown: string,
  ): Promise<RedisReply> {
    if (isClosed) throw new Error(`${name} is closed`);
    let failure: RedisFailure | null = null;
    for (let time = 0; time < TRIES; time += 1) {
      const answer = await ask();
      if (answer.ok) return answer.value;
      failure = answer.error;
      if (failure.kind === 'refused' || failure.message.includes(FENCED_OFF)) break;
    }
    const said = sentence(doing, unknown, failure);
    throw failure?.kind === 'away' && !said.includes(FENCED_OFF)
      ? new StoreUnavailable(said)
      : new Error(said);
  }

  function sentence(doing: string, unknown: string, failure: RedisFailure | null): string {
    const message = failure?.message ?? '';
    if (message.includes(FENCED_OFF)) return `${name} was not written: ${message}`;
    return `${name} cannot be ${doing} in Redis: ${message}${failure?.kind === 'away' ? unknown : ''}`;
  }

  return {
    read: (script, keys, args) => tried('read', () => redis.run(script, keys, args), ''),
    ask: (command, key, ...args) => tried('read', () => redis.call(command, key, ...args), ''),
    write(script, keys, args) {
      writes += 1;
      const all = [...keys, sharedKey('done', door, writes)];
      return tried('written', () => redis.run(script, all, args), '; nobody knows whether it was');
    },
    get isClosed() {
      return isClosed;
    },
    close() {
      isClosed = true;
    },
  };
}

/** As many words as one likes in one argument: the client takes some ten thousand arguments at most. */
export function packed(words: readonly (string | number)[]): string {
  return words.map((word) => `${Buffer.byteLength(`${word}`)}:${word}`).join('');
}

/** The parts of an answer; none where it is something else. */
export function partsOf(reply: RedisReply | undefined): readonly RedisReply[] {
  return Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
}

export function textOfReply(reply: RedisReply | undefined): string {
  return typeof reply === 'string' ? reply : '';
}
