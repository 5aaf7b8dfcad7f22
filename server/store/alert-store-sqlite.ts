/**
 * The alert store that needs no server: alerts.db in the data directory, a file of its own, so that a flood of alerts
 * keeps nobody waiting who saves a board. A unit is one transaction, on the disk when `write` resolves. The driver
 * works while its caller waits: what reads or forgets much does so in steps, and lets others go first in between.
 */
import path from 'node:path';
import type Database from 'libsql';
import { type RefusalReason, refusalReasonSchema } from '../../lib/contracts/alert';
import type {
  AlertFilter,
  AlertStore,
  AlertUnit,
  StoredAlert,
  StoredDelivery,
  StoredDevice,
  StoredRefusal,
} from './alert-ports';
import {
  DEVICES,
  findQuery,
  OPEN_ALERTS,
  RAISE_STEP_END,
  RAISED_IN_STEP,
  RECEIPT_STEP_END,
  RECENTLY_RAISED,
  WAITING,
} from './alert-queries';
import {
  type Bound,
  type Row,
  SELECT_DELIVERY,
  SELECT_REFUSAL,
  toAlert,
  toDelivery,
  toDevice,
  toRefusal,
} from './alert-rows';
import { ALERT_MIGRATIONS, IS_CLOSED } from './alert-schema';
import { AlertUnitWriter } from './alert-unit-writer';
import { closeDatabaseFile, inTransaction, openDatabaseFile } from './database-file';
import { ALERTS_FILE } from './file-names';
import { type StoredBytes, textOf } from './stored-text';

const PAGE = 1_000;
/** Alerts counted, and forgotten, in one step: a few ms each. */
const COUNTED_IN_STEP = 10_000;
const FORGOTTEN_IN_STEP = 500;
/** Before every row. */
const START: readonly [number, number] = [Number.MIN_SAFE_INTEGER, 0];
/** After every row. */
const LAST: readonly [number, number] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
/** Ids are hashes: a unit touches pages all over their index, which had better be in memory, in KiB. */
const CACHE_KIB = 16_000;
/** Of the write-ahead log, in pages of 4 KiB: the same pages change with each unit, and go to their place once. */
const CHECKPOINT_PAGES = 4_000;

export interface AlertStoreOptions {
  /** Told how many rows of a table were left out of an answer: they hold nothing that can be read. */
  readonly leftOut?: (table: string, count: number) => void;
}

/** The file that is, or would be, the alert store in `dataDir`. */
export function alertsFile(dataDir: string): string {
  return path.resolve(dataDir, ALERTS_FILE);
}

/** Opens the store in `dataDir`, which is made if need be. Throws an Error whose message tells a person what to do. */
export function openAlertStore(dataDir: string, options: AlertStoreOptions = {}): AlertStore {
  const database = openDatabaseFile(alertsFile(dataDir), ALERT_MIGRATIONS);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return new SqliteAlertStore(database, options);
}

interface Place {
  readonly at: number;
  readonly place: number;
}

class SqliteAlertStore implements AlertStore {
  readonly #database: Database.Database;
  readonly #options: AlertStoreOptions;
  readonly #writer: AlertUnitWriter;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database, options: AlertStoreOptions) {
    this.#database = database;
    this.#options = options;
    this.#writer = new AlertUnitWriter((sql, values) => this.#statement(sql).run(...values).changes);
  }

  async knownIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = this.#all(
      `SELECT CAST(id AS BLOB) AS id FROM alerts INDEXED BY alerts_by_id
        WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    ) as { id: StoredBytes }[]; // The column of this very query; none is NULL.
    return new Set(rows.flatMap(({ id }) => textOf(id) ?? []));
  }

  async write(unit: AlertUnit): Promise<void> {
    inTransaction(this.#openDatabase(), () => this.#writer.write(unit));
  }

  openAlerts(): AsyncIterable<readonly StoredAlert[]> {
    const after = ({ receivedAt, place }: Row) => [receivedAt, place];
    return this.#pages('alerts', OPEN_ALERTS, toAlert, START, after);
  }

  devices(): AsyncIterable<readonly StoredDevice[]> {
    return this.#pages('devices', DEVICES, toDevice, [0], ({ place }) => [place]);
  }

  async find(filter: AlertFilter): Promise<readonly StoredAlert[]> {
    const { sql, values } = findQuery(filter);
    return this.#readable('alerts', this.#rows(sql, ...values), toAlert);
  }

  async *raisedSince(since: number) {
    for (let from: readonly [number, number] = [since, 0]; ; await turn()) {
      const end = this.#stepEnd(RAISE_STEP_END, from, COUNTED_IN_STEP);
      // The columns of this very query.
      const rows = this.#all(RAISED_IN_STEP, ...from, ...(end ?? LAST)) as {
        readonly deviceId: StoredBytes;
        readonly quarter: number;
        readonly count: number;
      }[];
      yield rows.flatMap(({ deviceId, ...rest }) => {
        const text = textOf(deviceId);
        return text === null ? [] : [{ deviceId: text, ...rest }];
      });
      if (end === null) return;
      from = end;
    }
  }

  async *recentlyRaised(since: number): AsyncGenerator<readonly StoredAlert[]> {
    const next = ({ raisedAt, place }: Row) => [raisedAt, place];
    for await (const page of this.#pages('alerts', RECENTLY_RAISED, toAlert, LAST, next)) {
      const isEnd = page.some(({ raisedAt }) => raisedAt < since);
      yield isEnd ? page.filter(({ raisedAt }) => raisedAt >= since) : page;
      if (isEnd) return;
    }
  }

  waitingDeliveries(): AsyncIterable<readonly StoredDelivery[]> {
    return this.#pages('deliveries', WAITING, toDelivery, START, ({ seq, place }) => [seq, place]);
  }

  async deadDeliveries(limit: number): Promise<readonly StoredDelivery[]> {
    const rows = this.#rows(
      `SELECT ${SELECT_DELIVERY} FROM deliveries INDEXED BY deliveries_dead
        WHERE state = 'dead' ORDER BY changed_at DESC, seq DESC LIMIT ?`,
      limit,
    );
    return this.#readable('deliveries', rows, toDelivery);
  }

  async delivery(alertIds: readonly string[]): Promise<readonly StoredDelivery[]> {
    const rows = this.#rows(
      `SELECT ${SELECT_DELIVERY} FROM deliveries INDEXED BY deliveries_by_id
        WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(alertIds),
    );
    return this.#readable('deliveries', rows, toDelivery);
  }

  async countDeliveries(): Promise<{ readonly waiting: number; readonly dead: number }> {
    const countOf = (state: 'waiting' | 'dead') =>
      this.#count(`deliveries INDEXED BY deliveries_${state} WHERE state = '${state}'`);
    return { waiting: countOf('waiting'), dead: countOf('dead') };
  }

  async refusals(limit: number): Promise<readonly StoredRefusal[]> {
    const rows = this.#rows(`SELECT ${SELECT_REFUSAL} FROM refusals ORDER BY place DESC LIMIT ?`, limit);
    return this.#readable('refusals', rows, toRefusal);
  }

  async refusalCounts(): Promise<readonly { readonly reason: RefusalReason; readonly count: number }[]> {
    // The columns of this very query.
    const rows = this.#all(
      'SELECT CAST(reason AS BLOB) AS reason, CAST(count AS INTEGER) AS count FROM refusal_counts ORDER BY 1',
    ) as { readonly reason: StoredBytes; readonly count: number }[];
    return rows.flatMap(({ reason, count }) => {
      const parsed = refusalReasonSchema.safeParse(textOf(reason));
      return parsed.success ? [{ reason: parsed.data, count }] : [];
    });
  }

  async count(): Promise<number> {
    return this.#count('alerts');
  }

  async forget(receivedBefore: number): Promise<number> {
    let forgotten = 0;
    // Closing the store ends it between two steps.
    for (let from = START; this.#database.open; await turn()) {
      const end = this.#stepEnd(RECEIPT_STEP_END, from, FORGOTTEN_IN_STEP);
      const isLast = end === null || end[0] >= receivedBefore;
      forgotten += this.#forgetStep(from, isLast ? [receivedBefore, 0] : end);
      if (isLast) break;
      from = end;
    }
    return forgotten;
  }

  async close(): Promise<void> {
    this.#statements.clear();
    closeDatabaseFile(this.#database);
  }

  #forgetStep(after: readonly [number, number], through: readonly [number, number]): number {
    const closed = `alerts INDEXED BY alerts_by_receipt
      WHERE (received_at, rowid) > (?, ?) AND (received_at, rowid) <= (?, ?) AND ${IS_CLOSED}`;
    return inTransaction(this.#openDatabase(), () => {
      const places = [...after, ...through];
      this.#statement(`DELETE FROM deliveries WHERE id IN (SELECT id FROM ${closed})`).run(...places);
      return this.#statement(`DELETE FROM ${closed}`).run(...places).changes;
    });
  }

  /** `null`: the rest is less than a step. */
  #stepEnd(sql: string, from: readonly [number, number], size: number): readonly [number, number] | null {
    // The columns of this very query. What is no number comes after all numbers, and is in no step.
    const [end] = this.#all(sql, ...from, size - 1) as Place[];
    return end === undefined || typeof end.at !== 'number' ? null : [end.at, end.place];
  }

  /** `next`: the place after a row; what is no number comes after all that are, and ends it. */
  async *#pages<T>(
    table: string,
    sql: string,
    parse: (row: Row) => T | null,
    start: readonly Bound[],
    next: (row: Row) => readonly (Row[string] | undefined)[],
  ): AsyncGenerator<readonly T[]> {
    for (let from = start; ; await turn()) {
      const rows = this.#rows(sql, ...from, PAGE);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield this.#readable(table, rows, parse);
      const place = next(last).filter((value) => typeof value === 'number');
      if (rows.length < PAGE || place.length < start.length) return;
      from = place;
    }
  }

  #readable<T>(table: string, rows: readonly Row[], parse: (row: Row) => T | null): readonly T[] {
    const parsed = rows.map(parse).filter((row) => row !== null);
    const missing = rows.length - parsed.length;
    if (missing > 0) this.#options.leftOut?.(table, missing);
    return parsed;
  }

  #count(what: string): number {
    // The column of this very query, which always has one row.
    const [row] = this.#all(`SELECT count(*) AS count FROM ${what}`) as { count: number }[];
    return row?.count ?? 0;
  }

  #rows(sql: string, ...values: readonly Bound[]): readonly Row[] {
    // Selections of alert-rows: bytes, numbers and NULL.
    return this.#all(sql, ...values) as readonly Row[];
  }

  #all(sql: string, ...values: readonly Bound[]): readonly unknown[] {
    return this.#statement(sql).all(...values);
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
    if (!this.#database.open) throw new Error('the alert store is closed');
    return this.#database;
  }
}

/** Lets others go first. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
