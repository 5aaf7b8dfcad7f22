/**
 * The tables of alerts.db. What is searched by has a column of its own, all the rest of a row is one JSON text: few
 * values cross into the driver, and rows are short. Indexes are as narrow as they can be, since each costs every
 * alert; only `open` ones know which alerts those are. Rows get new row ids in the order in which they were written.
 */

/** Written into statements and indexes alike: a partial index is used where the words are the same. */
export const IS_OPEN = "state <> 'cleared-acknowledged'";
export const IS_CLOSED = "state = 'cleared-acknowledged'";

export const ALERT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE alerts (
    id TEXT NOT NULL, device_id TEXT NOT NULL, site TEXT, state TEXT NOT NULL,
    received_at INTEGER NOT NULL, raised_at INTEGER NOT NULL, content TEXT NOT NULL
  );
  CREATE UNIQUE INDEX alerts_by_id ON alerts (id);
  CREATE INDEX alerts_by_receipt ON alerts (received_at);
  CREATE INDEX alerts_open ON alerts (received_at) WHERE ${IS_OPEN};
  CREATE INDEX alerts_by_device ON alerts (device_id, received_at);
  CREATE INDEX alerts_by_site ON alerts (site, received_at);
  CREATE INDEX alerts_by_raise ON alerts (raised_at);

  CREATE TABLE devices (id TEXT NOT NULL, content TEXT NOT NULL);
  CREATE UNIQUE INDEX devices_by_id ON devices (id);

  CREATE TABLE deliveries (
    id TEXT NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL, changed_at INTEGER NOT NULL, content TEXT NOT NULL
  );
  CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id);
  CREATE INDEX deliveries_waiting ON deliveries (seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_dead ON deliveries (changed_at, seq) WHERE state = 'dead';

  CREATE TABLE refusals (place INTEGER PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL);
  CREATE UNIQUE INDEX refusals_by_id ON refusals (id);
  CREATE TABLE refusal_counts (reason TEXT PRIMARY KEY NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;`,
];
