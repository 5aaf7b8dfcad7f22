/** All documents as they are at one moment: read by the page where nobody writes meanwhile, else in one piece. */
import { type RedisLink, redisScript } from '../../redis/redis-link';
import type { StoredDocument } from '../ports';
import { CHANGED_KINDS, documentKeys } from './document-scripts';
import { createRedisDesk, partsOf, textOfReply } from './redis-desk';
import type { RedisStore } from './redis-store';

const TRIES = 5;

/** KEYS: kinds, then rows of each kind. Answers nothing where there are other kinds by now, else fields and values of each. */
const ALL_ROWS = redisScript(`
if redis.call('HLEN', KEYS[1]) ~= #KEYS - 1 then return {} end
local found = {}
for at = 2, #KEYS do found[at - 1] = redis.call('HGETALL', KEYS[at]) end
return found
`);

/** Those that can be read. */
export async function documentsOfOneMoment(
  redis: RedisLink,
  store: RedisStore,
): Promise<readonly StoredDocument[]> {
  for (let time = 0; time < TRIES; time += 1) {
    const before = await store.changes();
    const documents: StoredDocument[] = [];
    for (const kind of await store.changedKinds(0)) documents.push(...(await store.list(kind)));
    if ((await store.changes()) === before) return documents;
  }
  for (let time = 0; time < TRIES; time += 1) {
    const kinds = await store.changedKinds(0);
    const keys = [CHANGED_KINDS, ...kinds.map((kind) => documentKeys(kind)[0])];
    const found = partsOf(await createRedisDesk(redis, 'the shared store').read(ALL_ROWS, keys, []));
    if (found.length === kinds.length) {
      return kinds.flatMap((kind, at) => documentsIn(kind, partsOf(found[at]).map(textOfReply)));
    }
  }
  throw new Error('kinds of documents come all the time: try again');
}

/** Ids and rows in turn, as documents lie in Redis. */
function documentsIn(kind: string, words: readonly string[]): StoredDocument[] {
  return words.flatMap((id, at) => {
    if (at % 2 === 1) return [];
    const [, version, json = ''] = /^(\d+) (.*)$/s.exec(words[at + 1] ?? '') ?? [];
    const content = jsonOf(json);
    return version === undefined || content === undefined
      ? []
      : [{ kind, id, version: Number(version), content }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return undefined;
  }
}
