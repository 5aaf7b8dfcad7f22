/** Every schema that was ever written, opened by this program: what is there stays, and writing goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chained } from '../../../server/audit/audit-chain';
import { verifyStore } from '../../../server/audit/verify-audit';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { openReplayStore } from '../../../server/store/replay-store-sqlite';
import { openSessionStore } from '../../../server/store/session-store-sqlite';
import { readSettings } from '../../../server/store/settings';
import { openSqliteStore } from '../../../server/store/sqlite';
import { STORE_FILES } from '../../../server/store/store-files';
import { alertRow, alertUnit } from '../../support/alert-rows';
import { drafts } from '../../support/audit-events';
import { replayUnit, storedChain } from '../../support/replay-store-suite';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';
import { sessionRow, unitOf } from '../../unit/devices/sessions/session-rows';

const FIXTURES = path.join(ROOT, 'tests', 'fixtures', 'schemas');
const MIGRATOR = path.join(ROOT, 'tests', 'support', 'migrator.ts');

let house: Sandbox;
beforeEach(() => {
  house = createSandbox([]);
});
afterEach(() => house.remove());

/** A store in the folder, of a schema that was. */
function fixture(name: string): string {
  const file = path.join(house.folder, `${name.replace(/-\d+$/, '')}.db`);
  const database = new Database(file);
  database.exec(readFileSync(path.join(FIXTURES, `${name}.sql`), 'utf8'));
  database.close();
  return file;
}

function versionIn(file: string): unknown {
  const database = new Database(file);
  const rows = database.prepare('PRAGMA user_version').all();
  database.close();
  return rows;
}

describe('migrations', () => {
  it('BACKUP-20 there is a fixture of every version of every file: one more migration wants one more', () => {
    const wanted = STORE_FILES.flatMap(({ name, migrations }) =>
      migrations.map((_, index) => `${name.replace('.db', '')}-${index + 1}.sql`),
    );
    expect(readdirSync(FIXTURES).sort()).toEqual(wanted.sort());
    for (const { name, migrations } of STORE_FILES) {
      const newest = fixture(`${name.replace('.db', '')}-${migrations.length}`);
      expect(versionIn(newest), name).toEqual([{ user_version: migrations.length }]);
    }
  });

  it.each(STORE_FILES.map(({ name, migrations }) => [name, migrations] as const))(
    'BACKUP-20 the newest fixture of %s has the tables that are made today',
    (name, migrations) => {
      const file = fixture(`${name.replace('.db', '')}-${migrations.length}`);
      const made = new Database(':memory:');
      for (const step of migrations) made.exec(step);
      const found = new Database(file);
      expect(shapeOf(found)).toEqual(shapeOf(made));
      for (const database of [made, found]) database.close();
    },
  );

  it('BACKUP-20 the first documents are there, and an audit log begins', async () => {
    const file = fixture('floorcast-1');
    const store = openSqliteStore(house.folder);
    const settings = await readSettings(store);
    expect(settings).toMatchObject({
      groups: [{ id: 'g1', name: 'Group', queueIds: ['q1', 'q2'] }],
      timeZones: [{ timeZone: 'Europe/Dublin' }],
    });
    expect(settings.boards.map(({ id, name }) => [id, name])).toEqual([['first-board', 'First board']]);
    expect(await store.audit.head()).toMatchObject({ seq: 0 });
    await store.audit.append((after) => chained(drafts(2), after));
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true, value: { count: 2 } });
    await store.close();
    expect(versionIn(file)).toEqual([{ user_version: 2 }]);
  });

  it('BACKUP-20 the first audit log is whole, and goes on', async () => {
    fixture('floorcast-2');
    const store = openSqliteStore(house.folder);
    expect(await store.get('person', 'p1')).toEqual({
      ...{ kind: 'person', id: 'p1', version: 2, content: { name: 'Ada Lovelace' } },
    });
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true, value: { count: 3 } });
    await store.audit.append((after) => chained(drafts(2), after));
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true, value: { count: 5 } });
    await store.close();
  });

  it('BACKUP-20 the first alerts, devices, deliveries and refusals are there', async () => {
    fixture('alerts-1');
    const store = openAlertStore(house.folder);
    const found = await store.find({ limit: 9 });
    expect(found.map(({ id, state, note }) => [id, state, note])).toEqual([
      ['alert-2', 'cleared-acknowledged', 'seen'],
      ['alert-1', 'active-unacknowledged', null],
    ]);
    expect(await store.countDeliveries()).toEqual({ waiting: 1, dead: 0 });
    expect((await store.refusals(9)).map(({ id }) => id)).toEqual(['r1']);
    expect(await store.refusalCounts()).toEqual([{ reason: 'not-json', count: 1 }]);
    await store.write(alertUnit({ newAlerts: [alertRow(3)] }));
    expect(await store.count()).toBe(3);
    await store.close();
  });

  it('BACKUP-20 the first sessions are there, of before it was noted what their end was recorded from', async () => {
    fixture('sessions-1');
    const store = openSessionStore(house.folder);
    const [open] = await store.open();
    expect(open).toMatchObject({ session: { id: 's1', endingFrom: null }, commands: [{ id: 'k1' }] });
    expect(await store.windows('s1', 9)).toHaveLength(1);
    await store.write(unitOf({ sessions: [sessionRow('s2')] }));
    expect(await store.open()).toHaveLength(2);
    await store.close();
  });

  it('BACKUP-20 what boards showed first is there', async () => {
    fixture('replay-1');
    const store = openReplayStore(house.folder);
    expect((await store.chains()).map(({ boardId }) => boardId)).toEqual(['floor']);
    expect((await store.pieces(1)).map((piece) => [...piece])).toEqual([[0, 255, 7]]);
    expect(await store.points(0)).toHaveLength(2);
    await store.write(replayUnit({ chains: [storedChain(2)] }));
    expect(await store.chains()).toHaveLength(2);
    await store.close();
  });

  it.each(STORE_FILES.map(({ name, migrations }) => [name, migrations.length] as const))(
    'BACKUP-21 %s of a newer Floorcast is refused in words, and left as it is',
    (name, known) => {
      const file = fixture(`${name.replace('.db', '')}-${known}`);
      const database = new Database(file);
      database.exec(`PRAGMA user_version = ${known + 1}`);
      database.close();
      const opens = [openAlertStore, openReplayStore, openSessionStore, openSqliteStore] as const;
      const files = ['alerts.db', 'replay.db', 'sessions.db', 'floorcast.db'];
      expect(() => opens[files.indexOf(name)]?.(house.folder)).toThrow(
        `the store ${file} cannot be opened: it was written by a newer Floorcast (format ${known + 1}, this one knows ${known})`,
      );
      expect(versionIn(file)).toEqual([{ user_version: known + 1 }]);
    },
  );

  it('BACKUP-22 killed in the middle of a migration, the store is of the old version, and the next start migrates it', async () => {
    const file = fixture('floorcast-1');
    const child = spawn(process.execPath, ['--import', 'tsx', MIGRATOR, file], { cwd: ROOT, stdio: 'pipe' });
    const ended = once(child, 'close');
    // Some of what it writes has gone to the disk: it is in the middle.
    const log = `${file}-wal`;
    await vi.waitUntil(() => existsSync(log) && statSync(log).size > 1_000_000, { timeout: 20_000 });
    child.kill('SIGKILL');
    await ended;
    expect(child.signalCode).toBe('SIGKILL');
    expect(versionIn(file)).toEqual([{ user_version: 1 }]);
    const store = openSqliteStore(house.folder);
    expect((await readSettings(store)).boards.map(({ id }) => id)).toEqual(['first-board']);
    await store.audit.append((after) => chained(drafts(1), after));
    await store.close();
    expect(versionIn(file)).toEqual([{ user_version: 2 }]);
  }, 40_000);
});

/** Tables with their columns, indexes and triggers. */
function shapeOf(database: Database.Database): unknown {
  const words = database
    .prepare(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`,
    )
    .all() as { sql: string | null }[];
  return words.map(({ sql, ...rest }) => ({
    ...rest,
    sql: (sql ?? '').replaceAll(/\s+/g, ' ').replace('IF NOT EXISTS ', ''),
  }));
}
