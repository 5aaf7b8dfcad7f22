/**
 * A restore that puts other files in the place of a store's, all or none, also through a crash. What it has to do is
 * told by the name of one folder in the data directory, and the next step is one renaming of that folder:
 *
 *   restore-<stamp>.partial ──everything in it is checked──► .ready ──old files are in before-restore-<stamp>──► .moving
 *                                                                     ──new files are in their place──► gone
 *
 * A `.partial` one is nothing yet. From `.ready` on the restore has happened: whoever opens the store first finishes it.
 * Within the data directory, because that may be a mounted volume, which nobody can rename. One at a time, by a lock on
 * a file that the system takes back from a process that dies.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { SIDE_FILE_ENDINGS, STORE_FILE_NAMES } from './file-names';

const LOCK_FILE = 'restore.lock';
const LOCK_WAIT_MS = 3_000;
const PENDING = /^restore-(\w+)\.(ready|moving)$/;
const PARTIAL = /^restore-\w+\.partial$/;
/** In a folder that is otherwise empty, these are nobody's store. */
const NOT_A_STORE = /^(restore\.lock(-journal)?|restore-\w+\.partial|before-restore-\w+|lost\+found)$/;

/** Where a restore gathers its files; not there yet. `stamp`: letters and digits. */
export function partialFolder(directory: string, stamp: string): string {
  return path.join(directory, `restore-${stamp}.partial`);
}

/** Where the old files are kept afterwards. */
export function keptFolder(directory: string, stamp: string): string {
  return path.join(directory, `before-restore-${stamp}`);
}

/** Whether there is anything in a directory that a restore would displace, or lie beside. */
export function isEmptyForRestore(directory: string): boolean {
  if (!existsSync(directory)) return true;
  return readdirSync(directory).every((name) => NOT_A_STORE.test(name) || isBlank(directory, name));
}

/** Whether a restore was decided on and is not finished. */
export function isRestorePending(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => PENDING.test(name));
}

/** From here on it has happened: all of a `partial` folder is on the disk, and will be the store. */
export function decideRestore(directory: string, stamp: string): void {
  const partial = partialFolder(directory, stamp);
  syncToDisk(partial);
  renameSync(partial, path.join(directory, `restore-${stamp}.ready`));
  syncToDisk(directory);
}

/** Does what is left of a restore; by the holder of the lock. Nothing to do is no error. */
export function finishRestore(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, stamp = '', state = ''] = PENDING.exec(name) ?? [];
    if (stamp === '') continue;
    if (state === 'ready') moveOldAway(directory, stamp);
    moveNewIn(directory, stamp);
  }
}

/** What crashed restores left behind before they were decided on. */
export function removePartial(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (PARTIAL.test(name)) rmSync(path.join(directory, name), { recursive: true });
  }
}

/** Whoever opens a file of the store asks this first: a restore that was cut off is finished, one that goes on waited for. */
export function settleRestore(directory: string): void {
  if (!isRestorePending(directory)) return;
  const release = lockRestore(directory);
  try {
    finishRestore(directory);
  } finally {
    release();
  }
}

/** Keeps other restores out until it is released. Throws where one holds it for longer than three seconds. */
export function lockRestore(directory: string): () => void {
  const file = path.join(directory, LOCK_FILE);
  closeSync(openSync(file, 'a', 0o600));
  const database = new Database(file);
  try {
    // Statements that nobody has let go of would keep the lock: none is prepared.
    database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    throw new Error(`another restore is under way in ${directory}`, { cause: thrown });
  }
  return () => {
    database.exec('ROLLBACK');
    database.close();
  };
}

/** A file's bytes, or a folder's names. */
export function syncToDisk(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function moveOldAway(directory: string, stamp: string): void {
  const kept = keptFolder(directory, stamp);
  for (const name of STORE_FILE_NAMES.flatMap(withSideFiles)) {
    const from = path.join(directory, name);
    if (!existsSync(from)) continue;
    mkdirSync(kept, { recursive: true, mode: 0o700 });
    const to = path.join(kept, name);
    // What is there already is the old one; what came since is of somebody who was about to open it.
    if (existsSync(to) || isBlank(directory, name)) rmSync(from);
    else renameSync(from, to);
  }
  if (existsSync(kept)) removeIfEmpty(kept);
  if (existsSync(kept)) syncToDisk(kept);
  renameSync(path.join(directory, `restore-${stamp}.ready`), path.join(directory, `restore-${stamp}.moving`));
  syncToDisk(directory);
}

function moveNewIn(directory: string, stamp: string): void {
  const moving = path.join(directory, `restore-${stamp}.moving`);
  for (const name of readdirSync(moving)) {
    for (const ending of SIDE_FILE_ENDINGS) rmSync(path.join(directory, `${name}${ending}`), { force: true });
    renameSync(path.join(moving, name), path.join(directory, name));
  }
  syncToDisk(directory);
  rmdirSync(moving);
  syncToDisk(directory);
}

function withSideFiles(name: string): string[] {
  return [name, ...SIDE_FILE_ENDINGS.map((ending) => `${name}${ending}`)];
}

/** A store's file of no bytes is made by whoever is about to open one. */
function isBlank(directory: string, name: string): boolean {
  return STORE_FILE_NAMES.includes(name) && statSync(path.join(directory, name)).size === 0;
}

function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
