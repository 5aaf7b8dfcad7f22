/**
 * Puts a backup in the place of the store that lies in files: all of it is unpacked beside and checked first, nobody may
 * have the store open, and then it happens at one moment (see store/pending-restore). Until that moment a failure, or a
 * crash, leaves the old store as it was; after it, whoever opens the store finds the new one.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { messageOf } from '../runtime/errors';
import { MAIN_FILE, STORE_FILE_NAMES } from '../store/file-names';
import {
  decideRestore,
  finishRestore,
  isEmptyForRestore,
  keptFolder,
  lockRestore,
  partialFolder,
  removePartial,
} from '../store/pending-restore';
import { readArchive } from './archive';
import { checkAudit, checkFile } from './check-parts';
import type { Manifest } from './manifest';

export interface RestoreOptions {
  readonly file: string;
  /** Whether a store that is there may be replaced; it is kept beside. */
  readonly replace: boolean;
  /** Whether an audit log that is not whole is taken as it is. */
  readonly brokenAudit: boolean;
  /** Names what it makes: letters and digits. */
  readonly stamp: string;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where the old store is now; `null`: there was none. */
  readonly kept: string | null;
  readonly auditFault: string | null;
}

/** How long a reader, `npm run audit` for one, may take to be done. */
const BUSY_TIMEOUT_MS = 1_000;

/** Rejects with a sentence for a person; then nothing was changed. */
export async function restoreFiles(dataDir: string, options: RestoreOptions): Promise<Restored> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockRestore(dataDir);
  try {
    // What an earlier one has decided on comes first: what it replaced is kept by its own name.
    finishRestore(dataDir);
    removePartial(dataDir);
    refuseUnlessEmpty(dataDir, options.replace);
    const close = closeToOthers(dataDir);
    try {
      const checked = await gather(dataDir, options);
      decideRestore(dataDir, options.stamp);
      // From here on who opens the store finds that it is being restored, and waits.
      close();
      finishRestore(dataDir);
      const kept = keptFolder(dataDir, options.stamp);
      return { ...checked, kept: existsSync(kept) ? kept : null };
    } finally {
      close();
      removeBlank(dataDir);
    }
  } finally {
    unlock();
  }
}

/** Unpacks and checks all parts of a backup of files into a new folder; takes the folder away where anything is wrong. */
export async function gatherFiles(
  folder: string,
  { file, brokenAudit }: Pick<RestoreOptions, 'file' | 'brokenAudit'>,
): Promise<Omit<Restored, 'kept'>> {
  try {
    const manifest = await readArchive(file, folder, (name) => STORE_FILE_NAMES.includes(name));
    try {
      return { manifest, auditFault: await checkParts(folder, manifest, brokenAudit) };
    } catch (thrown) {
      throw new Error(`${file} cannot be restored: ${messageOf(thrown)}`, { cause: thrown });
    }
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}

function gather(dataDir: string, options: RestoreOptions): Promise<Omit<Restored, 'kept'>> {
  return gatherFiles(partialFolder(dataDir, options.stamp), options);
}

async function checkParts(folder: string, manifest: Manifest, brokenAudit: boolean): Promise<string | null> {
  for (const { name, schema } of manifest.parts) {
    const version = checkFile(path.join(folder, name), name);
    if (version !== schema) throw new Error(`${name} is of version ${version}, and noted as ${schema}`);
  }
  const main = manifest.parts.find(({ name }) => name === MAIN_FILE);
  if (main === undefined) throw new Error(`it holds no ${MAIN_FILE}`);
  const { fault } = await checkAudit(path.join(folder, MAIN_FILE), main.schema, manifest.auditHead);
  if (fault !== null && !brokenAudit) {
    throw new Error(`the audit log in it is not whole: ${fault}. --broken-audit restores it as it is`);
  }
  return fault;
}

function refuseUnlessEmpty(dataDir: string, replace: boolean): void {
  if (replace || isEmptyForRestore(dataDir)) return;
  throw new Error(`${dataDir} is not empty: --replace restores all the same, and keeps the old store beside`);
}

/**
 * Takes every file of the store for itself, as SQLite does: who has one open, be it at rest, keeps that from happening;
 * who comes later waits. The main file is made where it is missing, so that nobody begins a store meanwhile. A damaged
 * file cannot be taken; a running server has others open.
 */
function closeToOthers(dataDir: string): () => void {
  const taken: Database.Database[] = [];
  const close = () => {
    for (const database of taken.splice(0)) database.close();
  };
  for (const name of STORE_FILE_NAMES) {
    const file = path.join(dataDir, name);
    if (name !== MAIN_FILE && !existsSync(file)) continue;
    const database = new Database(file);
    taken.push(database);
    try {
      // No statement is prepared: one that nobody has let go of yet would keep the file open.
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('BEGIN EXCLUSIVE');
    } catch (thrown) {
      if ((thrown as { readonly code?: unknown }).code !== 'SQLITE_BUSY') continue;
      close();
      const words = `${file} is in use: stop the server, and whatever else has it open, first`;
      throw new Error(words, { cause: thrown });
    }
  }
  return close;
}

/** What `closeToOthers` made. */
function removeBlank(dataDir: string): void {
  if (isEmptyForRestore(dataDir)) rmSync(path.join(dataDir, MAIN_FILE), { force: true });
}
