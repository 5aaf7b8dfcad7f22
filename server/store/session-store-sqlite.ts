/**
 * The store of diagnostic sessions that needs no server: sessions.db in the data directory, a file of its own, so that
 * the windows of five hundred devices keep nobody waiting who saves a board. A unit is one transaction, on the disk
 * when `write` resolves. The driver works while its caller waits: what forgets much does so in steps.
 */
import path from 'node:path';
import type Database from 'libsql';
import type { MetricWindow } from '../../lib/contracts/diagnostics';
import { closeDatabaseFile, inTransaction, openDatabaseFile } from './database-file';
import { SESSIONS_FILE } from './file-names';
import type { SessionStore, SessionUnit, StoredCommand, StoredSession } from './session-ports';
import {
  type Bound,
  commandValues,
  type Row,
  SELECT_CONTENT,
  sessionValues,
  toCommand,
  toSession,
  toWindow,
} from './session-rows';
import { SESSION_MIGRATIONS } from './session-schema';

/** Sessions, with all that is theirs. */
const FORGOTTEN_IN_STEP = 20;

const PUT_SESSION = `INSERT INTO sessions (id, interaction_id, started_at, ended_at, content) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET interaction_id = excluded.interaction_id, started_at = excluded.started_at,
    ended_at = excluded.ended_at, content = excluded.content`;
const PUT_COMMAND = `INSERT INTO commands (id, session_id, seq, is_recorded, content) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET session_id = excluded.session_id, seq = excluded.seq,
    is_recorded = excluded.is_recorded, content = excluded.content`;
const ADD_WINDOW = 'INSERT INTO windows (session_id, content) VALUES (?, ?)';
const OPEN_SESSIONS = `SELECT ${SELECT_CONTENT} FROM sessions WHERE ended_at IS NULL
    OR id IN (SELECT session_id FROM commands WHERE is_recorded = 0) ORDER BY started_at, rowid`;

export interface SessionStoreOptions {
  /** Told how many rows of a table were left out of an answer: they hold nothing that can be read. */
  readonly leftOut?: (table: string, count: number) => void;
}

/** The file that is, or would be, the store of sessions in `dataDir`. */
export function sessionsFile(dataDir: string): string {
  return path.resolve(dataDir, SESSIONS_FILE);
}

/** Opens the store in `dataDir`, which is made if need be. Throws an Error whose message tells a person what to do. */
export function openSessionStore(dataDir: string, options: SessionStoreOptions = {}): SessionStore {
  return new SqliteSessionStore(openDatabaseFile(sessionsFile(dataDir), SESSION_MIGRATIONS), options);
}

class SqliteSessionStore implements SessionStore {
  readonly #database: Database.Database;
  readonly #options: SessionStoreOptions;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database, options: SessionStoreOptions) {
    this.#database = database;
    this.#options = options;
  }

  async write({ sessions, commands, windows }: SessionUnit): Promise<void> {
    inTransaction(this.#openDatabase(), () => {
      for (const session of sessions) this.#run(PUT_SESSION, ...sessionValues(session));
      for (const command of commands) this.#run(PUT_COMMAND, ...commandValues(command));
      for (const { sessionId, ...window } of windows) {
        this.#run(ADD_WINDOW, sessionId, JSON.stringify(window));
      }
    });
  }

  async open() {
    const sessions = this.#read('sessions', this.#rows(OPEN_SESSIONS), toSession);
    return sessions.map((session) => ({ session, commands: this.#commandsOf(session) }));
  }

  async find(interactionId: string) {
    const sql = `SELECT ${SELECT_CONTENT} FROM sessions WHERE interaction_id = ?
      ORDER BY started_at DESC, rowid DESC LIMIT 1`;
    const [session] = this.#read('sessions', this.#rows(sql, interactionId), toSession);
    return session === undefined ? null : { session, commands: this.#commandsOf(session) };
  }

  async since(at: number, limit: number) {
    const sql = `SELECT ${SELECT_CONTENT}, (SELECT count(*) FROM commands WHERE session_id = sessions.id) AS count
      FROM sessions WHERE started_at >= ? ORDER BY started_at DESC, rowid DESC LIMIT ?`;
    const withCount = (row: Row) => {
      const session = toSession(row);
      return session === null ? null : { session, commandCount: Number(row.count ?? 0) };
    };
    return this.#read('sessions', this.#rows(sql, at, limit), withCount);
  }

  async windows(sessionId: string, limit: number): Promise<readonly MetricWindow[]> {
    const sql = `SELECT ${SELECT_CONTENT} FROM windows WHERE session_id = ? ORDER BY rowid DESC LIMIT ?`;
    return this.#read('windows', this.#rows(sql, sessionId, limit), toWindow).toReversed();
  }

  async forget(endedBefore: number): Promise<number> {
    let forgotten = 0;
    // Closing the store ends it between two steps.
    for (let step = FORGOTTEN_IN_STEP; step === FORGOTTEN_IN_STEP && this.#database.open; await turn()) {
      step = this.#forgetStep(endedBefore);
      forgotten += step;
    }
    return forgotten;
  }

  async close(): Promise<void> {
    this.#statements.clear();
    closeDatabaseFile(this.#database);
  }

  #forgetStep(endedBefore: number): number {
    const ended = `SELECT id FROM sessions WHERE ended_at < ?
        AND id NOT IN (SELECT session_id FROM commands WHERE is_recorded = 0) ORDER BY ended_at LIMIT ?`;
    return inTransaction(this.#openDatabase(), () => {
      const bound = [endedBefore, FORGOTTEN_IN_STEP];
      this.#run(`DELETE FROM windows WHERE session_id IN (${ended})`, ...bound);
      this.#run(`DELETE FROM commands WHERE session_id IN (${ended})`, ...bound);
      return this.#run(`DELETE FROM sessions WHERE id IN (${ended})`, ...bound);
    });
  }

  #commandsOf({ id }: StoredSession): readonly StoredCommand[] {
    const sql = `SELECT ${SELECT_CONTENT} FROM commands WHERE session_id = ? ORDER BY seq, rowid`;
    return this.#read('commands', this.#rows(sql, id), toCommand);
  }

  #read<T>(table: string, rows: readonly Row[], parse: (row: Row) => T | null): readonly T[] {
    const parsed = rows.map(parse).filter((row) => row !== null);
    const missing = rows.length - parsed.length;
    if (missing > 0) this.#options.leftOut?.(table, missing);
    return parsed;
  }

  #rows(sql: string, ...values: readonly Bound[]): readonly Row[] {
    // Selections of this very file: bytes, numbers and NULL.
    return this.#statement(sql).all(...values) as readonly Row[];
  }

  #run(sql: string, ...values: readonly Bound[]): number {
    return this.#statement(sql).run(...values).changes;
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
    if (!this.#database.open) throw new Error('the store of sessions is closed');
    return this.#database;
  }
}

/** Lets others go first. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
