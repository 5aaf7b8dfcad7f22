/**
 * The store that needs no server: one SQLite file in the data directory, with the documents and the audit log.
 * Scripts open it beside the server.
 */
import path from 'node:path';
import type Database from 'libsql';
import { err, ok, type Result } from '../../lib/result';
import { AUDIT_SCHEMA, SqliteAuditStore } from './audit-store-sqlite';
import { closeDatabaseFile, openDatabaseFile } from './database-file';
import { MAIN_FILE } from './file-names';
import type { AuditStore, Store, StoredDocument, Write, WriteConflict } from './ports';
import { likelyTextOf, type StoredBytes, textOf } from './stored-text';

/** What each version added to the one before: the first makes version 1. */
export const MAIN_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;`,
  AUDIT_SCHEMA,
];

/** Other programs, and dying disks, put anything into a column of any type. */
const COLUMNS =
  'CAST(id AS BLOB) AS id, CAST(version AS INTEGER) AS version, CAST(content AS BLOB) AS content';
interface Row {
  readonly id: StoredBytes | null;
  readonly version: number;
  readonly content: StoredBytes | null;
}

/** The file that is, or would be, the store in `dataDir`. */
export function sqliteFile(dataDir: string): string {
  return path.resolve(dataDir, MAIN_FILE);
}

/** Opens the store in `dataDir`, which is made if need be. Throws an Error whose message tells a person what to do. */
export function openSqliteStore(dataDir: string): Store {
  return new DatabaseStore(openDatabaseFile(sqliteFile(dataDir), MAIN_MIGRATIONS));
}

class DatabaseStore implements Store {
  readonly audit: AuditStore;
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
    this.audit = new SqliteAuditStore(database);
  }

  async get(kind: string, id: string): Promise<StoredDocument | null> {
    const row = this.#database
      .prepare(`SELECT ${COLUMNS} FROM documents WHERE kind = ? AND id = ?`)
      .get(kind, id) as Row | undefined; // The columns of this very query.
    return row === undefined ? null : toDocument(kind, row);
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    const rows = this.#database
      .prepare(`SELECT ${COLUMNS} FROM documents WHERE kind = ? ORDER BY id`)
      .all(kind) as Row[]; // The columns of this very query.
    return rows.map((row) => toDocument(kind, row));
  }

  async write(batch: readonly Write[]): Promise<Result<null, WriteConflict>> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const write of batch) {
        const conflict = this.#one(write);
        if (conflict === null) continue;
        this.#database.exec('ROLLBACK');
        return err(conflict);
      }
      this.#database.exec('COMMIT');
      return ok(null);
    } catch (thrown) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  async close(): Promise<void> {
    closeDatabaseFile(this.#database);
  }

  #one(write: Write): WriteConflict | null {
    const { kind, id, expectedVersion } = write;
    const row = this.#database
      .prepare('SELECT CAST(version AS INTEGER) AS version FROM documents WHERE kind = ? AND id = ?')
      .get(kind, id) as { version: number } | undefined; // The column of this very query.
    const foundVersion = row?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== foundVersion) {
      return { kind, id, expectedVersion, foundVersion };
    }
    if (write.write === 'delete') {
      this.#database.prepare('DELETE FROM documents WHERE kind = ? AND id = ?').run(kind, id);
    } else {
      this.#database
        .prepare('INSERT OR REPLACE INTO documents (kind, id, version, content) VALUES (?, ?, ?, ?)')
        .run(kind, id, foundVersion + 1, JSON.stringify(write.content));
    }
    return null;
  }
}

function toDocument(kind: string, row: Row): StoredDocument {
  const id = textOf(row.id);
  // One whose id is no text can be named, but is nobody's.
  const content = id === null ? undefined : contentOf(row.content);
  return { kind, id: id ?? likelyTextOf(row.id), version: row.version, content };
}

function contentOf(stored: StoredBytes | null): unknown {
  try {
    return JSON.parse(textOf(stored) ?? '');
  } catch {
    // JSON.parse throws nothing but SyntaxError; bytes beyond the longest text there is are no content either.
    return undefined;
  }
}
