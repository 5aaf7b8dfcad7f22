/**
 * A SQLite file in the data directory: opened, checked and brought up to this version. Write-ahead log, so that readers
 * and the writer don't wait for each other; whatever is wrong with the directory or the file is said in one sentence
 * that names it, at the start and not at the first write.
 */
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { messageOf } from '../runtime/errors';
import { isRestorePending, settleRestore } from './pending-restore';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens `file`, whose directory is made if need be. `migrations`: what each version added to the one before; the first
 * makes version 1. Throws an Error whose message tells a person what to do.
 */
export function openDatabaseFile(file: string, migrations: readonly string[]): Database.Database {
  const directory = path.dirname(file);
  prepareDirectory(directory);
  settleRestore(directory);
  let database: Database.Database | null = null;
  try {
    closeSync(openSync(file, 'a', 0o600));
    database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.pragma('synchronous = FULL');
    checkIntegrity(database);
    // From the first reading on nobody can put another file in its place; before that somebody may have.
    if (isRestorePending(directory)) throw new Error('a restore is under way: start again');
    migrate(database, migrations);
    return database;
  } catch (thrown) {
    database?.close();
    throw new Error(
      `the store ${file} cannot be opened: ${messageOf(thrown)}. Put a backup in its place, or move it away to begin anew`,
      { cause: thrown },
    );
  }
}

/** Leaves one file that can be copied as it is. Closing twice does nothing. */
export function closeDatabaseFile(database: Database.Database): void {
  if (!database.open) return;
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** All that `work` writes, or none of it: what it throws is thrown on. */
export function inTransaction<T>(database: Database.Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    // A full disk, for one, has ended it already.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
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

function checkIntegrity(database: Database.Database): void {
  // The pragma answers one row a problem, or the one row "ok".
  const rows = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
  const found = rows[0]?.quick_check;
  if (found !== 'ok') throw new Error(`the file is damaged (${found ?? 'no answer'})`);
}

/** In one transaction that begins by reading the version: two processes that open an old file don't both change it. */
function migrate(database: Database.Database, migrations: readonly string[]): void {
  if (versionOf(database, migrations.length) === migrations.length) return;
  inTransaction(database, () => {
    for (const step of migrations.slice(versionOf(database, migrations.length))) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** The version that a file is of; 0: it is new. Throws where it is of a newer Floorcast. */
export function versionOf(database: Database.Database, known: number): number {
  const [row] = database.prepare('PRAGMA user_version').all() as { user_version: number }[];
  const found = row?.user_version ?? 0;
  if (found <= known) return found;
  throw new Error(`it was written by a newer Floorcast (format ${found}, this one knows ${known})`);
}
