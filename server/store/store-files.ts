/**
 * All files of the store that needs no server, as backups see them: what a file is called, and how many versions of its
 * tables this program knows.
 */
import { ALERT_MIGRATIONS } from './alert-schema';
import { ALERTS_FILE, MAIN_FILE, REPLAY_FILE, SESSIONS_FILE } from './file-names';
import { REPLAY_MIGRATIONS } from './replay-schema';
import { SESSION_MIGRATIONS } from './session-schema';
import { MAIN_MIGRATIONS } from './sqlite';

export interface StoreFile {
  readonly name: string;
  /** The first makes version 1 of its tables, each next one adds to the one before. */
  readonly migrations: readonly string[];
}

/** In the order in which they are saved: the audit log, which vouches for the others, must not be older than they are. */
export const STORE_FILES: readonly StoreFile[] = [
  { name: REPLAY_FILE, migrations: REPLAY_MIGRATIONS },
  { name: ALERTS_FILE, migrations: ALERT_MIGRATIONS },
  { name: SESSIONS_FILE, migrations: SESSION_MIGRATIONS },
  { name: MAIN_FILE, migrations: MAIN_MIGRATIONS },
];
