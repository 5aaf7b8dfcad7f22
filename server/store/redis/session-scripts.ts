/** The scripts of diagnostic sessions. Each looks at the kind of every key before it changes anything. */
import { FENCED } from '../../redis/fence';
import { redisScript } from '../../redis/redis-link';
import { ONCE } from './redis-desk';
import { SESSIONS } from './session-tables';

/** After the lease, before those of each session. */
export const SESSION_KEYS: readonly string[] = [
  ...[
    SESSIONS.rows,
    SESSIONS.numbers,
    SESSIONS.started,
    SESSIONS.byInteraction,
    SESSIONS.open,
    SESSIONS.done,
  ],
];

const PLACES = `
local rows, numbers, started, byInteraction, open, ended = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local function headOf(row)
  return string.match(row or '', '^(%x+) (%S+) (%d+) (%S*) ')
end
local function takeOut(id, row)
  local start, finish, number, interaction = headOf(row)
  if not start then return nil end
  redis.call('ZREM', started, start .. ' ' .. number .. ' ' .. id)
  redis.call('ZREM', byInteraction, interaction .. ' ' .. start .. ' ' .. number .. ' ' .. id)
  redis.call('ZREM', open, start .. ' ' .. number .. ' ' .. id)
  redis.call('ZREM', ended, finish .. ' ' .. id)
  return number
end
`;

/**
 * KEYS: lease, `SESSION_KEYS`, commands, unrecorded and windows of each session, token. ARGV: fence; how many sessions
 * it touches, their ids; how many sessions, commands and windows; then packed their words: id, both parts of the head, JSON ·
 * number of its session, id, 1 where its end is recorded, JSON · number of its session, JSON.
 */
export const WRITE_SESSIONS = redisScript(`${FENCED}${ONCE}
${PLACES}
local touched = tonumber(ARGV[2])
redis.call('HLEN', rows)
redis.call('HLEN', numbers)
for key = 4, 7 do redis.call('ZCARD', KEYS[key]) end
for n = 1, touched do
  redis.call('HLEN', KEYS[5 + n * 3])
  redis.call('SCARD', KEYS[6 + n * 3])
  redis.call('XLEN', KEYS[7 + n * 3])
end
local given, at = wordsOf(ARGV[touched + 6]), 1
local function take(count)
  at = at + count
  return unpack(given, at - count, at - 1)
end
local function nextNumber(kind)
  local before = tonumber(redis.call('HGET', numbers, kind) or 0) or 0
  redis.call('HSET', numbers, kind, string.format('%.0f', before + 1))
  return string.format('%015.0f', before + 1)
end
for _ = 1, tonumber(ARGV[touched + 3]) do
  local id, before, after, json = take(4)
  local number = takeOut(id, redis.call('HGET', rows, id)) or nextNumber('sessions')
  local row = before .. number .. after .. json
  local start, _, _, interaction = headOf(row)
  redis.call('HSET', rows, id, row)
  redis.call('ZADD', started, 0, start .. ' ' .. number .. ' ' .. id)
  redis.call('ZADD', byInteraction, 0, interaction .. ' ' .. start .. ' ' .. number .. ' ' .. id)
end
for _ = 1, tonumber(ARGV[touched + 4]) do
  local n, id, isRecorded, json = take(4)
  local commands, unrecorded = KEYS[5 + n * 3], KEYS[6 + n * 3]
  local old = redis.call('HGET', commands, id)
  local number = old and string.match(old, '^(%d+) ') or nextNumber('commands')
  redis.call('HSET', commands, id, number .. ' ' .. json)
  redis.call(isRecorded == '1' and 'SREM' or 'SADD', unrecorded, id)
end
for _ = 1, tonumber(ARGV[touched + 5]) do
  local n, json = take(2)
  redis.call('XADD', KEYS[7 + n * 3], '*', 'window', json)
end
for n = 1, touched do
  local id = ARGV[2 + n]
  local start, finish, number = headOf(redis.call('HGET', rows, id))
  if start then
    local isOpen = finish == '-' or redis.call('SCARD', KEYS[6 + n * 3]) > 0
    local openMember, endedMember = start .. ' ' .. number .. ' ' .. id, finish .. ' ' .. id
    redis.call(isOpen and 'ZREM' or 'ZADD', ended, unpack(isOpen and {endedMember} or {0, endedMember}))
    redis.call(isOpen and 'ZADD' or 'ZREM', open, unpack(isOpen and {0, openMember} or {openMember}))
  end
end
return done('')
`);

/**
 * KEYS: lease, `SESSION_KEYS`, commands, unrecorded and windows of the session, token. ARGV: fence, its id, the time by
 * which it is among those that are done. Answers whether it went. What is large goes beside Redis' other work.
 */
export const FORGET_SESSION = redisScript(`${FENCED}${ONCE}
${PLACES}
redis.call('ZCARD', started)
redis.call('ZCARD', byInteraction)
redis.call('ZCARD', open)
local id = ARGV[2]
local row = redis.call('HGET', rows, id)
local start, finish = headOf(row)
local isOpen = finish == '-' or redis.call('SCARD', KEYS[9]) > 0
redis.call('ZREM', ended, ARGV[3] .. ' ' .. id)
-- It is open again, or ended at another time: it was somebody's leftover.
if start and (isOpen or finish ~= ARGV[3]) then return done('0') end
takeOut(id, row)
redis.call('HDEL', rows, id)
redis.call('UNLINK', KEYS[8], KEYS[9], KEYS[10])
return done('1')
`);
