/**
 * Saves the store that lies in files, while a server writes into it or none runs: of each file the state of one moment
 * (`VACUUM INTO`, which reads as any reader does and keeps no writer waiting), the audit log's last, so that it is never
 * older than what it vouches for. What was saved is checked before it is called a backup.
 */
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { messageOf } from '../runtime/errors';
import { versionOf } from '../store/database-file';
import { MAIN_FILE } from '../store/file-names';
import { isRestorePending } from '../store/pending-restore';
import { STORE_FILES, type StoreFile } from '../store/store-files';
import { type ReadyPart, refuseToOverwrite, writeArchive } from './archive';
import { checkAudit, checkFile } from './check-parts';
import { BACKUP_FORMAT, type Manifest } from './manifest';

/** A server writes for milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

export interface SaveOptions {
  readonly file: string;
  /** Of this program. */
  readonly version: string;
  /** Epoch ms. */
  readonly now: number;
}

export interface Saved {
  readonly manifest: Manifest;
  /** What is wrong with the audit log that was saved; `null`: it is whole. */
  readonly auditFault: string | null;
}

/** `kind`: where the files come from. Rejects with a sentence for a person, and leaves no file. */
export async function saveFiles(
  dataDir: string,
  { file, version, now }: SaveOptions,
  kind: Manifest['kind'] = 'files',
): Promise<Saved> {
  refuseToOverwrite(file);
  if (!existsSync(path.join(dataDir, MAIN_FILE))) throw new Error(`there is no store in ${dataDir}`);
  if (isRestorePending(dataDir))
    throw new Error(`a restore of ${dataDir} is not finished: start the server first`);
  // On the disk that must have room for the backup anyway; for its owner only.
  const folder = mkdtempSync(`${file}.saving-`);
  try {
    const parts = STORE_FILES.filter(({ name }) => existsSync(path.join(dataDir, name))).map((each) =>
      snapshot(dataDir, folder, each),
    );
    for (const part of parts) checkFile(part.file, part.name);
    const main = parts.find(({ name }) => name === MAIN_FILE);
    const audit = await checkAudit(path.join(folder, MAIN_FILE), main?.schema ?? 0, null);
    const savedAt = new Date(now).toISOString();
    const about = {
      ...({ product: 'Floorcast', format: BACKUP_FORMAT, kind, version, savedAt } as const),
      auditHead: audit.head,
    };
    return { manifest: await writeArchive({ file, parts, about }), auditFault: audit.fault };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function snapshot(dataDir: string, folder: string, { name, migrations }: StoreFile): ReadyPart {
  const from = path.join(dataDir, name);
  const to = path.join(folder, name);
  const database = new Database(from);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const schema = versionOf(database, migrations.length);
    closeSync(openSync(to, 'wx', 0o600));
    database.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
    return { name, file: to, schema };
  } catch (thrown) {
    throw new Error(`${from} cannot be saved: ${messageOf(thrown)}`, { cause: thrown });
  } finally {
    database.close();
  }
}
