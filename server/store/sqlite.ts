/**
 * The store that needs no server: one SQLite file in the data directory, with the documents and the audit log.
 * Write-ahead log, so that readers and the writer don't wait for each other; scripts open it beside the server.
 * Whatever is wrong with the directory or the file is said in one sentence that names it, at the start and not at the
 * first write.
 */
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { err, ok, type Result } from '../../lib/result';
import { messageOf } from '../runtime/errors';
import { AUDIT_SCHEMA, SqliteAuditStore } from './audit-store-sqlite';
import type { AuditStore, DocumentStore, StoredDocument, Write, WriteConflict } from './ports';
import { likelyTextOf, type StoredBytes, textOf } from './stored-text';

const FILE_NAME = 'floorcast.db';
const BUSY_TIMEOUT_MS = 5_000;
/** What each version added to the one before: the first makes version 1. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;`,
  AUDIT_SCHEMA,
];
const SCHEMA_VERSION = MIGRATIONS.length;

/** Other programs, and dying disks, put anything into a column of any type. */
const COLUMNS =
  'CAST(id AS BLOB) AS id, CAST(version AS INTEGER) AS version, CAST(content AS BLOB) AS content';
interface Row {
  readonly id: StoredBytes | null;
  readonly version: number;
  readonly content: StoredBytes | null;
}

/** Documents and audit log of one file: closing it closes both. */
export interface SqliteStore extends DocumentStore {
  readonly audit: AuditStore;
}

/** The file that is, or would be, the store in `dataDir`. */
export function sqliteFile(dataDir: string): string {
  return path.resolve(dataDir, FILE_NAME);
}

/** Opens the store in `dataDir`, which is made if need be. Throws an Error whose message tells a person what to do. */
export function openSqliteStore(dataDir: string): SqliteStore {
  const file = sqliteFile(dataDir);
  prepareDirectory(path.dirname(file));
  return new DatabaseStore(openDatabase(file));
}

function prepareDirectory(directory: string): void {
  try {
    // Names, addresses and hashes of secrets are in it: what is made here is for its owner only.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    throw new Error(`DATA_DIR ${directory} cannot be written: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function openDatabase(file: string): Database.Database {
  let database: Database.Database | null = null;
  try {
    closeSync(openSync(file, 'a', 0o600));
    database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.pragma('synchronous = FULL');
    checkIntegrity(database);
    migrate(database);
    return database;
  } catch (thrown) {
    database?.close();
    throw new Error(
      `the store ${file} cannot be opened: ${messageOf(thrown)}. Put a backup in its place, or move it away to begin anew`,
      { cause: thrown },
    );
  }
}

function checkIntegrity(database: Database.Database): void {
  // The pragma answers one row a problem, or the one row "ok".
  const rows = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
  const found = rows[0]?.quick_check;
  if (found !== 'ok') throw new Error(`the file is damaged (${found ?? 'no answer'})`);
}

/** In one transaction that begins by reading the version: two processes that open an old file don't both change it. */
function migrate(database: Database.Database): void {
  if (versionOf(database) === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of MIGRATIONS.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (thrown) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

function versionOf(database: Database.Database): number {
  const [row] = database.prepare('PRAGMA user_version').all() as { user_version: number }[];
  const found = row?.user_version ?? 0;
  if (found <= SCHEMA_VERSION) return found;
  throw new Error(`it was written by a newer Floorcast (format ${found}, this one knows ${SCHEMA_VERSION})`);
}

class DatabaseStore implements SqliteStore {
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
    if (!this.#database.open) return;
    // Leaves one file that can be copied as it is.
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
    this.#database.close();
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
