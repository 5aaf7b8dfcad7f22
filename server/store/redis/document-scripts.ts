/**
 * Documents in Redis: a hash a kind, id → `<version> <JSON>`, and beside it the ids in the order of their bytes, which
 * is that of code points. A write looks at everything before it changes anything: a script is not undone where it fails.
 * What changed is counted in the same script: one number that grows with every write, and for each kind the number that
 * was reached when it last changed.
 */
import { sharedKey } from '../../redis/keys';
import { redisScript } from '../../redis/redis-link';
import { ONCE } from './redis-desk';

export const CHANGES = sharedKey('changes');
export const CHANGED_KINDS = sharedKey('changes', 'kinds');

export function documentKeys(kind: string): readonly [rows: string, ids: string] {
  return [sharedKey('documents', kind), sharedKey('document-ids', kind)];
}

/**
 * KEYS: changes, kinds, then rows and ids of each kind, token. ARGV: how many kinds, their names, then packed five words a write:
 * number of its kind, `put` or `delete`, id, expected version or nothing, content. Answers nothing, or `<write> <found>`.
 */
export const WRITE_DOCUMENTS = redisScript(`${ONCE}
redis.call('STRLEN', KEYS[1])
redis.call('HLEN', KEYS[2])
local kinds = tonumber(ARGV[1])
local pending = {}
for kind = 1, kinds do
  redis.call('HLEN', KEYS[1 + kind * 2])
  redis.call('ZCARD', KEYS[2 + kind * 2])
  pending[kind] = {}
end
local given, todo = wordsOf(ARGV[kinds + 2]), {}
for at = 1, #given, 5 do
  local kind, id = tonumber(given[at]), given[at + 2]
  local found = pending[kind][id]
  if not found then
    local row = redis.call('HGET', KEYS[1 + kind * 2], id)
    found = tonumber(row and string.match(row, '^(%d+) ') or 0)
  end
  if given[at + 3] ~= '' and tonumber(given[at + 3]) ~= found then
    return string.format('%d %.0f', (at - 1) / 5, found)
  end
  pending[kind][id] = given[at + 1] == 'put' and found + 1 or 0
  todo[#todo + 1] = {kind, given[at + 1], id, string.format('%.0f ', found + 1) .. given[at + 4]}
end
if #todo == 0 then return '' end
local now = redis.call('INCR', KEYS[1])
for kind = 1, kinds do redis.call('HSET', KEYS[2], ARGV[1 + kind], now) end
for _, write in ipairs(todo) do
  local rows, ids = KEYS[1 + write[1] * 2], KEYS[2 + write[1] * 2]
  if write[2] == 'put' then
    redis.call('HSET', rows, write[3], write[4])
    redis.call('ZADD', ids, 0, write[3])
  else
    redis.call('HDEL', rows, write[3])
    redis.call('ZREM', ids, write[3])
  end
end
return done('')
`);

/**
 * KEYS: rows, ids, kinds. ARGV: kind, from (as a bound of bytes), at most so many, at most so many bytes but one in any
 * case. Answers when the kind last changed, whether there is more, then ids and rows in turn.
 */
export const LIST_DOCUMENTS = redisScript(`
local found = {redis.call('HGET', KEYS[3], ARGV[1]) or '0', 0}
local ids = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
local bytes = 0
for n, id in ipairs(ids) do
  local row = redis.call('HGET', KEYS[1], id) or ''
  bytes = bytes + #row
  if n > 1 and bytes > tonumber(ARGV[4]) then
    found[2] = 1
    return found
  end
  found[#found + 1] = id
  found[#found + 1] = row
end
if #ids == tonumber(ARGV[3]) then found[2] = 1 end
return found
`);
