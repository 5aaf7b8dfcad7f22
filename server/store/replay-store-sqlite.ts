/**
 * What is kept for looking back, without a server: replay.db in the data directory, a file of its own, so that it may
 * fill, be damaged or be thrown away, and nothing else is touched. A unit is one transaction. It may lose its last
 * seconds in a power cut: it holds no decision of anybody.
 */
import path from 'node:path';
import type Database from 'libsql';
import { closeDatabaseFile, inTransaction, openDatabaseFile } from './database-file';
import { REPLAY_FILE } from './file-names';
import type { ReplayStore, ReplayUnit } from './replay-ports';
import { type ReplayRow, SELECT_CHAIN, SELECT_POINT, toChain, toPiece, toPoint } from './replay-rows';
import { REPLAY_MIGRATIONS } from './replay-schema';

const PUT_CHAIN = `INSERT INTO chains (id, board_id, from_at, until_at, bytes, marks) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, bytes = excluded.bytes, marks = excluded.marks`;
const PUT_POINT = `INSERT INTO points (trend, at, value) VALUES (?, ?, ?)
  ON CONFLICT (trend, at) DO UPDATE SET value = excluded.value`;

export interface ReplayStoreOptions {
  /** Told how many rows of a table were left out of an answer: they hold nothing that can be read. */
  readonly leftOut?: (table: string, count: number) => void;
}

/** Opens the store in `dataDir`, which is made if need be. Throws an Error whose message tells a person what to do. */
export function openReplayStore(dataDir: string, options: ReplayStoreOptions = {}): ReplayStore {
  const database = openDatabaseFile(path.resolve(dataDir, REPLAY_FILE), REPLAY_MIGRATIONS);
  // A crash of ours loses nothing, a power cut a moment: no need to wait for the disk every time.
  database.pragma('synchronous = NORMAL');
  return new SqliteReplayStore(database, options);
}

class SqliteReplayStore implements ReplayStore {
  readonly #database: Database.Database;
  readonly #options: ReplayStoreOptions;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database, options: ReplayStoreOptions) {
    this.#database = database;
    this.#options = options;
  }

  async write({ chains, pieces, points, forgotten, pointsBefore }: ReplayUnit): Promise<void> {
    inTransaction(this.#openDatabase(), () => {
      for (const { id, boardId, fromAt, untilAt, bytes, marks } of chains) {
        this.#run(PUT_CHAIN, id, boardId, fromAt, untilAt, bytes, JSON.stringify(marks));
      }
      for (const { chainId, content } of pieces) {
        this.#run('INSERT INTO pieces (chain_id, content) VALUES (?, ?)', chainId, Buffer.from(content));
      }
      for (const { trend, at, value } of points) this.#run(PUT_POINT, trend, at, value);
      for (const id of forgotten) {
        this.#run('DELETE FROM pieces WHERE chain_id = ?', id);
        this.#run('DELETE FROM chains WHERE id = ?', id);
      }
      if (pointsBefore !== null) this.#run('DELETE FROM points WHERE at < ?', pointsBefore);
    });
  }

  async chains() {
    return this.#read('chains', this.#rows(`${SELECT_CHAIN} ORDER BY id`), toChain);
  }

  async pieces(chainId: number) {
    const sql = 'SELECT content FROM pieces WHERE chain_id = ? ORDER BY rowid';
    return this.#read('pieces', this.#rows(sql, chainId), toPiece);
  }

  async points(since: number) {
    return this.#read(
      'points',
      this.#rows(`${SELECT_POINT} WHERE at >= ? ORDER BY trend, at`, since),
      toPoint,
    );
  }

  async close(): Promise<void> {
    this.#statements.clear();
    closeDatabaseFile(this.#database);
  }

  #read<T>(table: string, rows: readonly ReplayRow[], parse: (row: ReplayRow) => T | null): readonly T[] {
    const parsed = rows.map(parse).filter((row) => row !== null);
    const missing = rows.length - parsed.length;
    if (missing > 0) this.#options.leftOut?.(table, missing);
    return parsed;
  }

  #rows(sql: string, ...values: readonly number[]): readonly ReplayRow[] {
    // Selections of this very file: bytes, numbers and NULL.
    return this.#statement(sql).all(...values) as readonly ReplayRow[];
  }

  #run(sql: string, ...values: readonly (string | number | null | Buffer)[]): void {
    this.#statement(sql).run(...values);
  }

  /** Prepared once: their texts are few, and of our own making. */
  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#openDatabase().prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #openDatabase(): Database.Database {
    if (!this.#database.open) throw new Error('the store of what boards showed is closed');
    return this.#database;
  }
}
