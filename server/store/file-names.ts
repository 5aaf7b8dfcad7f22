/** The files of the store in the data directory, and what SQLite puts beside each. */
export const MAIN_FILE = 'floorcast.db';
export const ALERTS_FILE = 'alerts.db';
export const SESSIONS_FILE = 'sessions.db';
export const REPLAY_FILE = 'replay.db';

export const STORE_FILE_NAMES: readonly string[] = [MAIN_FILE, ALERTS_FILE, SESSIONS_FILE, REPLAY_FILE];
export const SIDE_FILE_ENDINGS: readonly string[] = ['-wal', '-shm', '-journal'];
