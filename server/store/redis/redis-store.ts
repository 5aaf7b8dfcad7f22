/**
 * The store that several nodes share: documents and the audit log in Redis (see document-scripts and audit-store-redis).
 * A batch is one script, so it is there wholly or not at all. Closing it closes this door only, not the link.
 *
 * A write that Redis did not answer is asked again with the same token, and so is done once; where no answer comes at all
 * it rejects, and nobody knows. To write the same again is then safe: at worst a conflict with oneself is told of.
 */
import { err, ok, type Result } from '../../../lib/result';
import type { RedisLink } from '../../redis/redis-link';
import type { AuditStore, Store, StoredDocument, Write, WriteConflict } from '../ports';
import { createRedisAuditStore } from './audit-store-redis';
import { CHANGED_KINDS, CHANGES, documentKeys, LIST_DOCUMENTS, WRITE_DOCUMENTS } from './document-scripts';
import { createRedisDesk, packed, partsOf, type RedisDesk, textOfReply } from './redis-desk';

/** A page of a list: a few ms at most, also of documents that are large. */
const PAGE = 500;
const PAGE_BYTES = 1_000_000;
/** So often a list begins anew where its kind changed meanwhile; the last time it is read in one piece. */
const LIST_TRIES = 5;

export interface RedisStore extends Store {
  /** Grows with every write that changed documents, on whatever node; smaller only where Redis was emptied. */
  changes(): Promise<number>;
  /** The kinds that changed after that number was reached. */
  changedKinds(after: number): Promise<readonly string[]>;
}

export function openRedisStore(redis: RedisLink): RedisStore {
  const desk = createRedisDesk(redis, 'the shared store');
  return new SharedStore(desk, createRedisAuditStore(desk));
}

class SharedStore implements RedisStore {
  readonly audit: AuditStore;
  readonly #desk: RedisDesk;

  constructor(desk: RedisDesk, audit: AuditStore) {
    this.#desk = desk;
    this.audit = audit;
  }

  async get(kind: string, id: string): Promise<StoredDocument | null> {
    const row = await this.#desk.ask('HGET', documentKeys(kind)[0], id);
    return typeof row === 'string' ? toDocument(kind, id, row) : null;
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    for (let time = 1; time < LIST_TRIES; time += 1) {
      const listed = await this.#list(kind, PAGE, PAGE_BYTES);
      if (listed !== null) return listed;
    }
    return (await this.#list(kind, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) ?? [];
  }

  async write(batch: readonly Write[]): Promise<Result<null, WriteConflict>> {
    const kinds = [...new Set(batch.map(({ kind }) => kind))];
    const args = batch.flatMap((write) => [
      ...[kinds.indexOf(write.kind) + 1, write.write, write.id, write.expectedVersion ?? ''],
      write.write === 'put' ? JSON.stringify(write.content) : '',
    ]);
    const keys = [CHANGES, CHANGED_KINDS, ...kinds.flatMap(documentKeys)];
    const answer = textOfReply(
      await this.#desk.write(WRITE_DOCUMENTS, keys, [kinds.length, ...kinds, packed(args)]),
    );
    return answer === '' ? ok(null) : err(conflictOf(batch, answer));
  }

  async changes(): Promise<number> {
    return Number((await this.#desk.ask('GET', CHANGES)) ?? 0);
  }

  async changedKinds(after: number): Promise<readonly string[]> {
    const fields = partsOf(await this.#desk.ask('HGETALL', CHANGED_KINDS)).map(textOfReply);
    return fields.filter((_, at) => at % 2 === 0 && Number(fields[at + 1]) > after);
  }

  async close(): Promise<void> {
    this.#desk.close();
  }

  /** `null`: the kind changed between two pages. */
  async #list(kind: string, page: number, pageBytes: number): Promise<readonly StoredDocument[] | null> {
    const listed: StoredDocument[] = [];
    let asOf: string | null = null;
    for (let from = '-'; ; from = `(${listed.at(-1)?.id ?? ''}`) {
      const keys = [...documentKeys(kind), CHANGED_KINDS];
      const answer = partsOf(await this.#desk.read(LIST_DOCUMENTS, keys, [kind, from, page, pageBytes]));
      const changed = textOfReply(answer[0]);
      if (asOf !== null && asOf !== changed) return null;
      asOf = changed;
      const rows = answer.slice(2).map(textOfReply);
      for (let at = 0; at < rows.length; at += 2) {
        listed.push(toDocument(kind, rows[at] ?? '', rows[at + 1] ?? ''));
      }
      if (answer[1] !== 1) return listed;
    }
  }
}

function conflictOf(batch: readonly Write[], answer: string): WriteConflict {
  const [at = 0, foundVersion = 0] = answer.split(' ').map(Number);
  const { kind = '', id = '', expectedVersion = 0 } = batch[at] ?? {};
  return { kind, id, expectedVersion, foundVersion };
}

function toDocument(kind: string, id: string, row: string): StoredDocument {
  const space = row.indexOf(' ');
  const version = /^\d+ /.test(row) ? Number(row.slice(0, space)) : 0;
  return { kind, id, version, content: version === 0 ? undefined : contentOf(row.slice(space + 1)) };
}

function contentOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return undefined;
  }
}
