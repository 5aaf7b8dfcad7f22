/**
 * The audit log's place in the SQLite file: one row a line, and one row that says where the log ends, both written in
 * one transaction, so that a crash leaves them together and another process can append in between. Triggers refuse
 * every change of what is there and every line that is not the next one; who takes them away is found by the chain.
 */
import type Database from 'libsql';
import { type Addition, type AuditStore, EMPTY_HEAD, type StoredHead, type StoredLine } from './ports';
import { type StoredBytes, textOf } from './stored-text';

/** Part of the store's schema from version 2 on. */
export const AUDIT_SCHEMA = `
  CREATE TABLE audit_entries (seq INTEGER PRIMARY KEY, line TEXT NOT NULL);
  CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_entries_never_go BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_entries_in_order BEFORE INSERT ON audit_entries
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_entries)
    BEGIN SELECT RAISE(ABORT, 'the audit log goes on after its newest entry only'); END;

  CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL);
  INSERT INTO audit_head (id, seq, hash) VALUES (1, ${EMPTY_HEAD.seq}, '${EMPTY_HEAD.hash}');
  CREATE TRIGGER audit_head_is_one BEFORE INSERT ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END;
  CREATE TRIGGER audit_head_never_goes BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END;
  CREATE TRIGGER audit_head_goes_forward BEFORE UPDATE ON audit_head WHEN NEW.seq <= OLD.seq
    BEGIN SELECT RAISE(ABORT, 'the head of the audit log goes forward only'); END;
`;

export class SqliteAuditStore implements AuditStore {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  async head(): Promise<StoredHead> {
    return this.#head();
  }

  async append(addition: (after: StoredHead) => Addition): Promise<StoredHead> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const after = this.#head();
      const head = this.#add(after, addition(after));
      this.#database.exec('COMMIT');
      return head;
    } catch (thrown) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  async readForward(after: number, limit: number): Promise<readonly StoredLine[]> {
    // From the very first, whatever number somebody has given it.
    const from = after <= 0 ? Number.MIN_SAFE_INTEGER : after;
    return this.#read('seq > ? ORDER BY seq ASC', from, limit);
  }

  async readBackward(before: number, limit: number): Promise<readonly StoredLine[]> {
    return this.#read('seq > 0 AND seq < ? ORDER BY seq DESC', before, limit);
  }

  #head(): StoredHead {
    const row = this.#database.prepare('SELECT seq, CAST(hash AS BLOB) AS bytes FROM audit_head').get() as
      | { seq: number; bytes: StoredBytes | null }
      | undefined; // The columns of this very query.
    if (row === undefined) throw new Error('the audit log has no head: somebody took it away');
    return { seq: row.seq, hash: textOf(row.bytes) ?? '' };
  }

  #add(after: StoredHead, { lines, hash }: Addition): StoredHead {
    const insert = this.#database.prepare('INSERT INTO audit_entries (seq, line) VALUES (?, ?)');
    lines.forEach((line, index) => {
      insert.run(after.seq + 1 + index, line);
    });
    const head = { seq: after.seq + lines.length, hash };
    this.#database.prepare('UPDATE audit_head SET seq = ?, hash = ?').run(head.seq, head.hash);
    return head;
  }

  /** `range`: one of the two above, never anything from outside. */
  #read(range: string, from: number, limit: number): readonly StoredLine[] {
    const rows = this.#database
      .prepare(`SELECT seq, CAST(line AS BLOB) AS bytes FROM audit_entries WHERE ${range} LIMIT ?`)
      .all(from, limit) as { seq: number; bytes: StoredBytes | null }[]; // The columns of this very query.
    return rows.map(({ seq, bytes }) => ({ seq, line: textOf(bytes) ?? '' }));
  }
}
