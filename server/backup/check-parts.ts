/**
 * Whether a file of the store, as it was saved, is good to be one again: whole to the last page, of a version that this
 * program knows, its audit log a chain without a fault. It is read only, and left without SQLite's side files.
 */
import Database from 'libsql';
import type { AuditHead } from '../audit/audit-log';
import { verifyStore } from '../audit/verify-audit';
import { messageOf } from '../runtime/errors';
import { SqliteAuditStore } from '../store/audit-store-sqlite';
import { versionOf } from '../store/database-file';
import { MAIN_FILE } from '../store/file-names';
import { STORE_FILES } from '../store/store-files';

/** From this version of the main file on it has an audit log. */
const AUDIT_SINCE = 2;

/** The version of its tables. Throws an Error that names the file. */
export function checkFile(file: string, name: string): number {
  const known = STORE_FILES.find((each) => each.name === name)?.migrations.length ?? 0;
  try {
    const database = new Database(file);
    try {
      const version = versionOf(database, known);
      const rows = database.prepare('PRAGMA integrity_check(1)').all() as { integrity_check: string }[];
      const found = rows[0]?.integrity_check;
      if (found !== 'ok') throw new Error(`it is damaged (${found ?? 'no answer'})`);
      return version;
    } finally {
      database.close();
    }
  } catch (thrown) {
    throw new Error(`${name}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

export interface AuditCheck {
  /** Where it ends; `null`: the file is of before there was one. */
  readonly head: AuditHead | null;
  /** What is wrong with it, in words; `null`: it is whole. */
  readonly fault: string | null;
}

/** Of the main file in a folder. `keptHead`: where the backup says that it ended. */
export async function checkAudit(
  file: string,
  version: number,
  keptHead: AuditHead | null,
): Promise<AuditCheck> {
  if (version < AUDIT_SINCE) return { head: null, fault: null };
  const database = new Database(file);
  try {
    const store = new SqliteAuditStore(database);
    const verdict = await verifyStore(store, keptHead);
    return { head: await store.head(), fault: verdict.ok ? null : verdict.error.message };
  } catch (thrown) {
    throw new Error(`${MAIN_FILE}: ${messageOf(thrown)}`, { cause: thrown });
  } finally {
    database.close();
  }
}
