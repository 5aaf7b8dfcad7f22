/**
 * The rows of a store's files by the page, in the order in which they were stored, as they are carried into another
 * store; and what ports do not write, versions of documents and counts, put into such files. The files are nobody else's.
 */
import Database from 'libsql';
import type { StoredAlert, StoredDelivery } from '../store/alert-ports';
import {
  type Row as AlertRow,
  SELECT_ALERT,
  SELECT_DELIVERY,
  toAlert,
  toDelivery,
} from '../store/alert-rows';
import { SqliteAuditStore } from '../store/audit-store-sqlite';
import type { AuditStore, StoredDocument } from '../store/ports';
import type { SessionUnit } from '../store/session-ports';
import {
  SELECT_CONTENT,
  type Row as SessionRow,
  toCommand,
  toSession,
  toWindow,
} from '../store/session-rows';
import { type StoredBytes, textOf } from '../store/stored-text';

const PAGE = 500;

export function readAlerts(file: string): AsyncGenerator<readonly StoredAlert[]> {
  return pages<AlertRow, StoredAlert>(file, `SELECT ${SELECT_ALERT}, rowid AS place FROM alerts`, toAlert);
}

export function readDeliveries(file: string): AsyncGenerator<readonly StoredDelivery[]> {
  return pages<AlertRow, StoredDelivery>(
    file,
    `SELECT ${SELECT_DELIVERY}, rowid AS place FROM deliveries`,
    toDelivery,
  );
}

/** Sessions first, then their commands, then their windows. */
export async function* readSessions(file: string): AsyncGenerator<SessionUnit> {
  const select = (table: string) => `SELECT ${SELECT_CONTENT}, rowid AS place FROM ${table}`;
  const none: SessionUnit = { sessions: [], commands: [], windows: [] };
  for await (const sessions of pages<SessionRow, SessionUnit['sessions'][number]>(
    file,
    select('sessions'),
    toSession,
  ))
    yield { ...none, sessions };
  for await (const commands of pages<SessionRow, SessionUnit['commands'][number]>(
    file,
    select('commands'),
    toCommand,
  ))
    yield { ...none, commands };
  const owned = `SELECT ${SELECT_CONTENT}, CAST(session_id AS BLOB) AS owner, rowid AS place FROM windows`;
  for await (const windows of pages<SessionRow, SessionUnit['windows'][number]>(file, owned, windowOf)) {
    yield { ...none, windows };
  }
}

function windowOf(row: SessionRow): SessionUnit['windows'][number] | null {
  const window = toWindow(row);
  const owner = row.owner ?? null;
  const sessionId = owner === null || typeof owner === 'number' ? null : textOf(owner);
  return window === null || sessionId === null ? null : { ...window, sessionId };
}

/** Those that can be read. */
export async function* readDocuments(file: string): AsyncGenerator<readonly StoredDocument[]> {
  const database = new Database(file);
  try {
    const kinds = database.prepare('SELECT DISTINCT CAST(kind AS BLOB) AS kind FROM documents').all();
    const page = database.prepare(`SELECT CAST(id AS BLOB) AS id, CAST(version AS INTEGER) AS version,
      CAST(content AS BLOB) AS content FROM documents WHERE kind = ? AND id > ? ORDER BY id LIMIT ${PAGE}`);
    for (const { kind } of kinds as { kind: StoredBytes }[]) {
      const name = textOf(kind);
      if (name === null) continue;
      for (let after = ''; ; ) {
        const rows = page.all(name, after) as {
          id: StoredBytes;
          version: number;
          content: StoredBytes;
        }[];
        yield rows.flatMap((row) => documentOf(name, row));
        after = textOf(rows.at(-1)?.id ?? null) ?? '';
        if (rows.length < PAGE || after === '') break;
      }
    }
  } finally {
    database.close();
  }
}

function documentOf(kind: string, row: { id: StoredBytes; version: number; content: StoredBytes }) {
  const id = textOf(row.id);
  const content = jsonOf(textOf(row.content));
  return id === null || content === undefined ? [] : [{ kind, id, version: row.version, content }];
}

/** In place of whatever documents are there, with their versions. */
export function writeDocuments(file: string, documents: readonly StoredDocument[]): void {
  const database = new Database(file);
  try {
    database.exec('BEGIN; DELETE FROM documents');
    const put = database.prepare('INSERT INTO documents (kind, id, version, content) VALUES (?, ?, ?, ?)');
    for (const { kind, id, version, content } of documents) {
      if (content !== undefined) put.run(kind, id, version, JSON.stringify(content));
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Of all refused messages since the store was made, of which only the newest are there. */
export function writeRefusalCounts(
  file: string,
  counts: readonly { readonly reason: string; readonly count: number }[],
): void {
  const database = new Database(file);
  try {
    const put = database.prepare('INSERT OR REPLACE INTO refusal_counts (reason, count) VALUES (?, ?)');
    for (const { reason, count } of counts) put.run(reason, count);
  } finally {
    database.close();
  }
}

/** All lines of one log up to its head of this moment, after the end of another, which is empty. */
export async function copyAudit(from: AuditStore, to: AuditStore): Promise<void> {
  const head = await from.head();
  for (let after = 0; after < head.seq; ) {
    const read = await from.readForward(after, Math.min(PAGE, head.seq - after));
    const lines = read.map(({ line }) => line);
    const last = read.at(-1);
    if (last === undefined) break;
    const hash = last.seq === head.seq ? head.hash : hashIn(last.line);
    await to.append(() => ({ lines, hash }));
    after = last.seq;
  }
}

/** The audit log in a file, to be read. */
export function auditIn(file: string): { readonly audit: AuditStore; close(): void } {
  const database = new Database(file);
  return { audit: new SqliteAuditStore(database), close: () => database.close() };
}

async function* pages<R, T>(
  file: string,
  select: string,
  parse: (row: R) => T | null,
): AsyncGenerator<readonly T[]> {
  const database = new Database(file);
  try {
    const statement = database.prepare(`${select} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`);
    for (let after = 0; ; ) {
      // The columns of the selections above.
      const rows = statement.all(after) as (R & { readonly place: number })[];
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(parse).filter((row) => row !== null);
      after = last.place;
    }
  } finally {
    database.close();
  }
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return undefined;
  }
}

/** As the chain writes it at the end of each line; whether it is right is for who verifies the chain. */
function hashIn(line: string): string {
  return /"hash":"([0-9a-f]{64})"\}$/.exec(line)?.[1] ?? '';
}
