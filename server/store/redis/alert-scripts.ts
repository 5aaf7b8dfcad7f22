/**
 * The scripts of alerts. Each write looks at the kind of every key before it changes anything, since a script is not
 * undone where it fails, and then tells Redis of many members at a time. Each is bounded: by the unit that is written,
 * or by a page.
 */
import { FENCED } from '../../redis/fence';
import { redisScript } from '../../redis/redis-link';
import { ALERTS } from './alert-index';
import { ONCE } from './redis-desk';

export const MAX_REFUSALS = 1_000;

/** What is told at a time, in words; Lua can put no more than 8,000 on its stack. */
const SOME = 1_000;

const TELLING = `
local function tell(command, key, words)
  for from = 1, #words, ${SOME} do
    redis.call(command, key, unpack(words, from, math.min(from + ${SOME - 1}, #words)))
  end
end
local wanted = {}
local function want(key, member, isIn)
  if not wanted[key] then wanted[key] = {} end
  wanted[key][member] = isIn
end
local function tellMembers()
  for key, members in pairs(wanted) do
    local come, go = {}, {}
    for member, isIn in pairs(members) do
      if isIn then
        come[#come + 1] = '0'
        come[#come + 1] = member
      else
        go[#go + 1] = member
      end
    end
    tell('ZREM', key, go)
    tell('ZADD', key, come)
  end
end
`;

/** `open`, `closed`, `byDevice`, `bySite`, `raised`, `waiting` and `dead` are keys of the script around it. */
const PLACES = `
local function place(id, row, isIn)
  local kind, received, at, number, device, site = string.match(row, '^(%a) (%x+) (%x+) (%d+) (%S*) (%S*) ')
  if not kind then return nil end
  want(kind == 'o' and open or closed, received .. ' ' .. id, isIn)
  want(byDevice, device .. ' ' .. received .. ' ' .. id, isIn)
  if site ~= '-' then want(bySite, site .. ' ' .. received .. ' ' .. id, isIn) end
  want(raised, at .. ' ' .. number .. ' ' .. id, isIn)
  return number
end
local function placeDelivery(id, row, isIn)
  local kind, order = string.match(row, '^(%a) (%S+) ')
  if kind == 'w' then want(waiting, order .. ' ' .. id, isIn) end
  if kind == 'd' then want(dead, order .. ' ' .. id, isIn) end
end
`;

/** After the lease, before the token. */
export const WRITTEN_KEYS: readonly string[] = [
  ...[ALERTS.rows, ALERTS.open, ALERTS.closed, ALERTS.byDevice, ALERTS.bySite, ALERTS.raised, ALERTS.numbers],
  ...[ALERTS.devices, ALERTS.deviceIds, ALERTS.deliveries, ALERTS.waiting, ALERTS.dead],
  ...[ALERTS.refusals, ALERTS.refusalOrder, ALERTS.refusalCounts],
];
export const FORGOTTEN_KEYS: readonly string[] = [
  ...[ALERTS.rows, ALERTS.open, ALERTS.closed, ALERTS.byDevice, ALERTS.bySite, ALERTS.raised],
  ...[ALERTS.deliveries, ALERTS.waiting, ALERTS.dead],
];

/**
 * KEYS: lease, `WRITTEN_KEYS`, token. ARGV: fence; how many new alerts, changed ones, devices,
 * deliveries, refusals; then packed their words: id, both parts of the head, JSON · the same · id, JSON · id, head, JSON · id,
 * reason, JSON.
 */
export const WRITE_UNIT = redisScript(`${FENCED}${ONCE}
local rows, open, closed, byDevice, bySite, raised = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local numbers, devices, deviceIds, deliveries = KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local waiting, dead, refusals, refusalOrder, refusalCounts = KEYS[12], KEYS[13], KEYS[14], KEYS[15], KEYS[16]
for _, key in ipairs({rows, numbers, devices, deliveries, refusals, refusalCounts}) do redis.call('HLEN', key) end
for _, key in ipairs({open, closed, byDevice, bySite, raised, deviceIds, waiting, dead, refusalOrder}) do
  redis.call('ZCARD', key)
end
${TELLING}${PLACES}
local given, at = wordsOf(ARGV[7]), 1
local function take(count)
  at = at + count
  return unpack(given, at - count, at - 1)
end
local stored = tonumber(redis.call('HGET', numbers, 'stored') or 0) or 0
local refused = tonumber(redis.call('HGET', numbers, 'refused') or 0) or 0
local written = {}
local function write(id, before, after, json)
  local old = written[id] or redis.call('HGET', rows, id)
  local number = old and place(id, old, false)
  if not number then
    stored = stored + 1
    number = string.format('%015.0f', stored)
  end
  written[id] = before .. number .. after .. json
  place(id, written[id], true)
end
for _ = 1, tonumber(ARGV[2]) do
  local id, before, after, json = take(4)
  if not written[id] and redis.call('HEXISTS', rows, id) == 0 then write(id, before, after, json) end
end
for _ = 1, tonumber(ARGV[3]) do write(take(4)) end
local words = {}
for id, row in pairs(written) do
  words[#words + 1] = id
  words[#words + 1] = row
end
local deviceWords = {}
for _ = 1, tonumber(ARGV[4]) do
  local id, json = take(2)
  deviceWords[#deviceWords + 1] = id
  deviceWords[#deviceWords + 1] = json
  want(deviceIds, id, true)
end
local delivered = {}
for _ = 1, tonumber(ARGV[5]) do
  local id, head, json = take(3)
  local old = delivered[id] or redis.call('HGET', deliveries, id)
  if old then placeDelivery(id, old, false) end
  delivered[id] = head .. json
  placeDelivery(id, delivered[id], true)
end
local deliveryWords = {}
for id, row in pairs(delivered) do
  deliveryWords[#deliveryWords + 1] = id
  deliveryWords[#deliveryWords + 1] = row
end
local seen, refusalWords, counts = {}, {}, {}
for _ = 1, tonumber(ARGV[6]) do
  local id, reason, json = take(3)
  if not seen[id] and redis.call('HEXISTS', refusals, id) == 0 then
    refused = refused + 1
    seen[id] = true
    refusalWords[#refusalWords + 1] = id
    refusalWords[#refusalWords + 1] = json
    counts[reason] = (counts[reason] or 0) + 1
    want(refusalOrder, string.format('%015.0f ', refused) .. id, true)
  end
end
tell('HSET', rows, words)
tell('HSET', devices, deviceWords)
tell('HSET', deliveries, deliveryWords)
tell('HSET', refusals, refusalWords)
redis.call('HSET', numbers, 'stored', string.format('%.0f', stored), 'refused', string.format('%.0f', refused))
tellMembers()
for reason, count in pairs(counts) do
  local before = tonumber(redis.call('HGET', refusalCounts, reason) or 0) or 0
  redis.call('HSET', refusalCounts, reason, string.format('%.0f', before + count))
end
local tooMany = redis.call('ZCARD', refusalOrder) - ${MAX_REFUSALS}
if tooMany > 0 then
  local gone = redis.call('ZRANGE', refusalOrder, 0, tooMany - 1)
  local ids = {}
  for _, member in ipairs(gone) do ids[#ids + 1] = string.sub(member, 17) end
  tell('ZREM', refusalOrder, gone)
  tell('HDEL', refusals, ids)
end
return done('')
`);

/**
 * KEYS: lease, `FORGOTTEN_KEYS`, token. ARGV: fence, the bound
 * of bytes before which closed ones go, at most so many. Answers how many it looked at, and how many went.
 */
export const FORGET = redisScript(`${FENCED}${ONCE}
local rows, open, closed, byDevice, bySite, raised = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local deliveries, waiting, dead = KEYS[8], KEYS[9], KEYS[10]
for _, key in ipairs({rows, deliveries}) do redis.call('HLEN', key) end
for _, key in ipairs({open, closed, byDevice, bySite, raised, waiting, dead}) do redis.call('ZCARD', key) end
${TELLING}${PLACES}
local members = redis.call('ZRANGEBYLEX', closed, '-', ARGV[2], 'LIMIT', 0, ARGV[3])
local gone = {}
for _, member in ipairs(members) do
  local id = string.sub(member, 18)
  local row = redis.call('HGET', rows, id)
  want(closed, member, false)
  local kind, received = string.match(row or '', '^(%a) (%x+) ')
  -- Where the row is elsewhere by now, this was a leftover.
  if row and (not kind or (kind == 'c' and received .. ' ' .. id == member)) then
    place(id, row, false)
    local delivery = redis.call('HGET', deliveries, id)
    if delivery then placeDelivery(id, delivery, false) end
    gone[#gone + 1] = id
  end
end
tellMembers()
tell('HDEL', rows, gone)
tell('HDEL', deliveries, gone)
return done(#members .. ' ' .. #gone)
`);

/** KEYS: rows. ARGV: ids. Answers those that are there. */
export const KNOWN_IDS = redisScript(`
local known = {}
for _, id in ipairs(ARGV) do
  if redis.call('HEXISTS', KEYS[1], id) == 1 then known[#known + 1] = id end
end
return known
`);
