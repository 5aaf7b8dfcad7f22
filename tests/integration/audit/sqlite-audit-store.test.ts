import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import { chained } from '../../../server/audit/audit-chain';
import { verifyStore } from '../../../server/audit/verify-audit';
import type { Store } from '../../../server/store/ports';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { openSqliteStore } from '../../../server/store/sqlite';
import { auditEvent, chainOf } from '../../support/audit-events';
import { auditStoreSuite } from '../../support/audit-store-suite';

const directories: string[] = [];
const stores: Store[] = [];

function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'floorcast-audit-'));
  directories.push(made);
  return made;
}

function opened(dataDir: string): Store {
  const store = openSqliteStore(dataDir);
  stores.push(store);
  return store;
}

async function cleanUp(): Promise<void> {
  for (const store of stores.splice(0)) await store.close();
  for (const made of directories.splice(0)) rmSync(made, { recursive: true, force: true });
}
afterEach(cleanUp);

auditStoreSuite('SQLite', async () => {
  const dataDir = directory();
  return {
    store: opened(dataDir).audit,
    secondDoor: async () => opened(dataDir).audit,
    reopen: async () => {
      for (const store of stores.splice(0)) await store.close();
      return opened(dataDir).audit;
    },
    cleanUp,
  };
});

/** A store with a chain of six, and its file as somebody sees it who has another program for it. */
async function tampered(...statements: readonly string[]): Promise<Store> {
  const dataDir = directory();
  const { lines, head } = chainOf(6);
  const store = openSqliteStore(dataDir);
  await store.audit.append(() => ({ lines, hash: head.hash }));
  await store.close();
  const database = new Database(path.join(dataDir, 'floorcast.db'));
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
  return opened(dataDir);
}

const WITHOUT_TRIGGERS = [
  'audit_entries_never_change',
  'audit_entries_never_go',
  'audit_entries_in_order',
  'audit_head_is_one',
  'audit_head_never_goes',
  'audit_head_goes_forward',
].map((name) => `DROP TRIGGER ${name}`);

describe('the audit log in SQLite', () => {
  it('AUDIT-15 an entry that was put in before the first is served to nobody, and the chain is not whole', async () => {
    const [line = ''] = chainOf(1).lines;
    const forged = line.replace('"seq":1', '"seq":-7').replaceAll("'", '');
    const store = await tampered(
      'DROP TRIGGER IF EXISTS audit_entries_in_order',
      `INSERT INTO audit_entries (seq, line) VALUES (-7, '${forged}')`,
    );
    expect((await store.audit.readBackward(100, 100)).map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    const verdict = await verifyStore(store.audit, null);
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.error.seq).toBe(1);
  });

  it.each([
    "UPDATE audit_entries SET line = 'x' WHERE seq = 2",
    'UPDATE audit_entries SET seq = 9 WHERE seq = 6',
    'DELETE FROM audit_entries WHERE seq = 6',
    'DELETE FROM audit_entries',
    "INSERT INTO audit_entries (seq, line) VALUES (8, 'x')",
    "INSERT INTO audit_entries (seq, line) VALUES (0, 'x')",
    "INSERT INTO audit_entries (line) VALUES ('x')",
    "INSERT OR REPLACE INTO audit_entries (seq, line) VALUES (2, 'x')",
    "REPLACE INTO audit_entries (seq, line) VALUES (6, 'x')",
    'UPDATE audit_head SET seq = 5',
    "UPDATE audit_head SET hash = 'x'",
    'DELETE FROM audit_head',
    "INSERT OR REPLACE INTO audit_head (id, seq, hash) VALUES (1, 0, 'x')",
    "INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, 'x')",
  ])('AUDIT-8 refuses every change: %s', async (statement) => {
    await expect(tampered(statement)).rejects.toThrow(/append-only|newest entry only|one head|forward only/);
  });

  it.each<[string, string[], string]>([
    ['nothing', [], ''],
    [
      'an edited line',
      ["UPDATE audit_entries SET line = replace(line, 'Ada', 'Eve') WHERE seq = 3"],
      'entry 3 was edited: it does not give its own hash',
    ],
    [
      'a line with bytes after its end',
      ["UPDATE audit_entries SET line = line || char(0) || 'x' WHERE seq = 3"],
      'entry 3 cannot be read',
    ],
    [
      'a line that is no text',
      ["UPDATE audit_entries SET line = CAST(x'61ff62' AS TEXT) WHERE seq = 3"],
      'entry 3 cannot be read',
    ],
    [
      'a line that is a number',
      ['UPDATE audit_entries SET line = 7 WHERE seq = 3'],
      'entry 3 cannot be read',
    ],
    [
      'a deleted line',
      ['DELETE FROM audit_entries WHERE seq = 3'],
      'entry 3 is missing: entry 4 stands in its place',
    ],
    [
      'the first deleted',
      ['DELETE FROM audit_entries WHERE seq = 1'],
      'entry 1 is missing: entry 2 stands in its place',
    ],
    [
      'two lines that changed places',
      [
        'CREATE TEMP TABLE a AS SELECT * FROM audit_entries',
        'UPDATE audit_entries SET line = (SELECT line FROM a WHERE a.seq = 7 - audit_entries.seq) WHERE seq IN (3, 4)',
      ],
      'entry 3 is out of order: entry 4 stands in its place',
    ],
    [
      'a line moved to the end',
      ['UPDATE audit_entries SET seq = 99 WHERE seq = 3'],
      'entry 3 is out of order: entry 4 stands in its place',
    ],
    [
      'all moved',
      ['UPDATE audit_entries SET seq = seq + 100', 'UPDATE audit_entries SET seq = seq - 99'],
      'entry 1 is out of order: it is kept as number 2',
    ],
    [
      'the end cut off',
      ['DELETE FROM audit_entries WHERE seq > 4'],
      'entry 5 is missing: the chain was cut short after entry 4, its head is entry 6',
    ],
    [
      'all deleted',
      ['DELETE FROM audit_entries'],
      'entry 1 is missing: the chain was cut short after entry 0, its head is entry 6',
    ],
    [
      'a head moved back',
      ['UPDATE audit_head SET seq = 4'],
      'entry 5 lies beyond the head, which is entry 4',
    ],
    [
      'another hash in the head',
      [`UPDATE audit_head SET hash = '${'a'.repeat(64)}'`],
      'entry 6 was edited, or the head was: the head has another hash',
    ],
  ])('AUDIT-4 names what was done behind the triggers: %s', async (_, statements, message) => {
    const store = await tampered(...WITHOUT_TRIGGERS, ...statements);
    const verdict = await verifyStore(store.audit, null);
    expect(verdict.ok ? '' : verdict.error.message).toBe(message);
  });

  it('AUDIT-4 names a line whose bytes are no text where their replacement character was written', async () => {
    const dataDir = directory();
    const store = opened(dataDir);
    const draft = { ...auditEvent({ actorName: '\ufffd' }), at: 1 };
    await store.audit.append((after) => chained([draft], after));
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true });
    const database = new Database(path.join(dataDir, 'floorcast.db'));
    database.exec(`
      DROP TRIGGER audit_entries_never_change;
      UPDATE audit_entries SET line = replace(line, char(65533), CAST(x'ff' AS TEXT));
    `);
    database.close();
    expect(await verifyStore(store.audit, null)).toMatchObject({ error: { kind: 'unreadable', seq: 1 } });
  });

  it('AUDIT-8 takes nothing more where the head was taken away or does not fit', async () => {
    const headless = await tampered(...WITHOUT_TRIGGERS, 'DELETE FROM audit_head');
    await expect(headless.audit.head()).rejects.toThrow('has no head');
    await expect(headless.audit.append(() => ({ lines: ['x'], hash: 'x' }))).rejects.toThrow('has no head');
    const back = await tampered('DROP TRIGGER audit_head_goes_forward', 'UPDATE audit_head SET seq = 4');
    await expect(back.audit.append(() => ({ lines: ['x'], hash: 'x' }))).rejects.toThrow('newest entry only');
    // The document store beside it is not harmed.
    expect((await back.write([{ write: 'put', kind: 'k', id: 'a', content: 1 }])).ok).toBe(true);
  });

  it('AUDIT-8 appends all of an addition or nothing', async () => {
    const { audit } = await tampered(
      "CREATE TRIGGER trouble BEFORE INSERT ON audit_entries WHEN NEW.seq = 9 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const after = await audit.head();
    await expect(audit.append(() => ({ lines: ['7', '8', '9'], hash: 'x' }))).rejects.toThrow('disk full');
    expect(await audit.head()).toEqual(after);
    expect(await audit.readForward(0, 99)).toHaveLength(6);
    const trouble = new Error('ours');
    const throwing = audit.append(() => {
      throw trouble;
    });
    await expect(throwing).rejects.toBe(trouble);
    expect(await audit.append(() => ({ lines: ['7'], hash: 'x' }))).toEqual({ seq: 7, hash: 'x' });
  });

  it('AUDIT-13 takes over a file of version 1 with its documents, once, whoever opens it', async () => {
    const dataDir = directory();
    const file = path.join(dataDir, 'floorcast.db');
    const old = new Database(file);
    old.exec(`
      CREATE TABLE documents (
        kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (kind, id)
      ) WITHOUT ROWID;
      PRAGMA user_version = 1;
      INSERT INTO documents VALUES ('board', 'a', 7, '{"name":"Floor"}');
    `);
    old.close();
    const store = opened(dataDir);
    expect(await store.get('board', 'a')).toMatchObject({ version: 7, content: { name: 'Floor' } });
    expect(await store.audit.head()).toEqual(EMPTY_HEAD);
    const { lines, head } = chainOf(2);
    await store.audit.append(() => ({ lines, hash: head.hash }));
    expect(await opened(dataDir).audit.head()).toEqual(head);
    await cleanUpStores();
    const again = new Database(file);
    expect(again.pragma('user_version')).toMatchObject([{ user_version: 2 }]);
    again.close();
    expect(await verifyStore(opened(dataDir).audit, head)).toMatchObject({ ok: true, value: { count: 2 } });
  });

  it('AUDIT-13 leaves a file of version 1 as it is where it cannot be taken over', () => {
    const dataDir = directory();
    const file = path.join(dataDir, 'floorcast.db');
    const old = new Database(file);
    old.exec('CREATE TABLE audit_head (x); PRAGMA user_version = 1;');
    old.close();
    expect(() => openSqliteStore(dataDir)).toThrow(`the store ${file} cannot be opened`);
    const after = new Database(file);
    expect(after.pragma('user_version')).toMatchObject([{ user_version: 1 }]);
    expect(
      after.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 'audit_%'").get(),
    ).toMatchObject({
      n: 1,
    });
    after.close();
  });
});

async function cleanUpStores(): Promise<void> {
  for (const store of stores.splice(0)) await store.close();
}
