/** The tables of replay.db. Pieces are compressed; row ids tell in which order they came. A point is its trend's minute. */
export const REPLAY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE chains (
    id INTEGER PRIMARY KEY, board_id TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL, marks TEXT NOT NULL
  );

  CREATE TABLE pieces (chain_id INTEGER NOT NULL, content BLOB NOT NULL);
  CREATE INDEX pieces_by_chain ON pieces (chain_id);

  CREATE TABLE points (trend TEXT NOT NULL, at INTEGER NOT NULL, value REAL);
  CREATE UNIQUE INDEX points_by_trend ON points (trend, at);
  CREATE INDEX points_by_time ON points (at);`,
];
