/**
 * The tables of sessions.db. What is searched by has a column of its own, all the rest of a row is one JSON text. Row
 * ids tell in which order rows came. A session is done with once it has ended and `is_recorded` holds for each command.
 */
export const SESSION_MIGRATIONS: readonly string[] = [
  `CREATE TABLE sessions (
    id TEXT NOT NULL, interaction_id TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, content TEXT NOT NULL
  );
  CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
  CREATE INDEX sessions_by_interaction ON sessions (interaction_id, started_at);
  CREATE INDEX sessions_by_start ON sessions (started_at);
  CREATE INDEX sessions_open ON sessions (started_at) WHERE ended_at IS NULL;
  CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE commands (
    id TEXT NOT NULL, session_id TEXT NOT NULL, seq INTEGER NOT NULL, is_recorded INTEGER NOT NULL, content TEXT NOT NULL
  );
  CREATE UNIQUE INDEX commands_by_id ON commands (id);
  CREATE INDEX commands_by_session ON commands (session_id, seq);
  CREATE INDEX commands_unrecorded ON commands (session_id) WHERE is_recorded = 0;

  CREATE TABLE windows (session_id TEXT NOT NULL, content TEXT NOT NULL);
  CREATE INDEX windows_by_session ON windows (session_id);`,
];
