/**
 * Tables in Redis: a hash of rows, and sorted sets of one score that lead to them, whose members begin with what they
 * are sorted by and end in the id. They are walked in pages of a few ms, each from where the last one ended, so that
 * nothing is counted, and rows that stay come once whatever is written in between.
 */
import { type RedisReply, redisScript } from '../../redis/redis-link';
import { partsOf, type RedisDesk, textOfReply } from './redis-desk';

const PAGE = 500;

/**
 * KEYS: an index, its rows. ARGV: bounds of bytes (backwards: the upper first), at most so many, how long a member is
 * before its id, 1 to walk backwards, 1 for the heads of rows only. Answers members and rows in turn.
 */
export const WALK = redisScript(`
local command = ARGV[5] == '1' and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
local members = redis.call(command, KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
local found = {}
for from = 1, #members, ${PAGE} do
  local ids = {}
  for at = from, math.min(from + ${PAGE - 1}, #members) do
    ids[#ids + 1] = string.sub(members[at], tonumber(ARGV[4]) + 1)
  end
  for n, row in ipairs(redis.call('HMGET', KEYS[2], unpack(ids))) do
    found[#found + 1] = members[from + n - 1]
    row = row or ''
    found[#found + 1] = ARGV[6] == '1' and (string.match(row, '^%a %x+ %x+ %d+ %S* %S* ') or '') or row
  end
end
return found
`);

export interface Table<T> {
  readonly name: string;
  readonly index: string;
  readonly rows: string;
  /** How long a member is before its id. */
  readonly skip: number;
  readonly isHeadsOnly?: boolean;
  /** `null`: it cannot be read. `stray`: its row is no longer where this member says. */
  parse(row: string, member: string): T | null | 'stray';
}

/** Bounds of bytes, the first one that is walked from. */
export interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly isBackwards: boolean;
}

export const FORWARDS: Stretch = { from: '-', to: '+', isBackwards: false };
export const BACKWARDS: Stretch = { from: '+', to: '-', isBackwards: true };

export interface TableReader {
  pages<T>(table: Table<T>, stretch: Stretch, page?: number): AsyncGenerator<readonly T[]>;
  /** Of those that are wanted the first so many. */
  first<T>(
    table: Table<T>,
    stretch: Stretch,
    limit: number,
    isWanted?: (row: T) => boolean,
  ): Promise<readonly T[]>;
  /** Those that are there, each once. */
  byIds<T>(
    table: Pick<Table<T>, 'name' | 'rows'>,
    ids: readonly string[],
    parse: (row: string) => T | null,
  ): Promise<readonly T[]>;
}

/** `leftOut`: told how many rows of a table were left out of an answer: they hold nothing that can be read. */
export function createTableReader(
  desk: RedisDesk,
  leftOut: (table: string, count: number) => void = () => {},
): TableReader {
  /** Members and rows in turn. */
  function readable<T>(table: Table<T>, words: readonly string[]): readonly T[] {
    const rows: T[] = [];
    let missing = 0;
    for (let at = 0; at < words.length; at += 2) {
      const text = words[at + 1] ?? '';
      // An entry that leads to no row was left behind by one that could not be read.
      const row = text === '' ? 'stray' : table.parse(text, words[at] ?? '');
      if (row === null) missing += 1;
      else if (row !== 'stray') rows.push(row);
    }
    if (missing > 0) leftOut(table.name, missing);
    return rows;
  }

  async function* pages<T>(table: Table<T>, { from, to, isBackwards }: Stretch, page = PAGE) {
    const { index, rows, skip, isHeadsOnly = false } = table;
    const how = [page, skip, isBackwards ? 1 : 0, isHeadsOnly ? 1 : 0];
    for (let start = from; ; ) {
      const words = partsOf(await desk.read(WALK, [index, rows], [start, to, ...how])).map(textOfReply);
      if (words.length === 0) return;
      yield readable(table, words);
      const next = `(${words.at(-2) ?? ''}`;
      // A member that is no text leads nowhere.
      if (words.length < 2 * page || next === start) return;
      start = next;
    }
  }

  return {
    pages,
    async first<T>(
      table: Table<T>,
      stretch: Stretch,
      limit: number,
      isWanted: (row: T) => boolean = () => true,
    ) {
      const found: T[] = [];
      if (limit <= 0) return found;
      for await (const page of pages(table, stretch, Math.min(limit, PAGE))) {
        found.push(...page.filter(isWanted));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async byIds({ name, rows }, ids, parse) {
      const pieces = inPieces([...new Set(ids)]);
      const replies = await Promise.all(pieces.map((piece) => desk.ask('HMGET', rows, ...piece)));
      const found = replies.flatMap(partsOf).filter((row: RedisReply) => typeof row === 'string');
      const parsed = found.map(parse).filter((row) => row !== null);
      if (parsed.length < found.length) leftOut(name, found.length - parsed.length);
      return parsed;
    },
  };
}

/** As many as one command takes. */
export function inPieces<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / PAGE) }, (_, n) =>
    list.slice(n * PAGE, (n + 1) * PAGE),
  );
}
