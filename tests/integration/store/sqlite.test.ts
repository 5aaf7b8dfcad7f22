import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../server/store/sqlite';
import { documentStoreSuite } from '../../support/document-store-suite';

const directories: string[] = [];
function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'floorcast-store-'));
  directories.push(made);
  return made;
}
afterEach(() => {
  for (const made of directories.splice(0)) rmSync(made, { recursive: true, force: true });
});

documentStoreSuite('SQLite', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-store-'));
  return {
    store: openSqliteStore(dataDir),
    reopen: async () => openSqliteStore(dataDir),
    cleanUp: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
});

describe('openSqliteStore', () => {
  it('STORE-5 makes its directory', async () => {
    const store = openSqliteStore(path.join(directory(), 'new', 'data'));
    await store.write([{ write: 'put', kind: 'k', id: 'a', content: 1 }]);
    await store.close();
    await store.close();
  });

  it('STORE-9 what it makes is for its owner only', async () => {
    const dataDir = path.join(directory(), 'data');
    const store = openSqliteStore(dataDir);
    await store.write([{ write: 'put', kind: 'k', id: 'a', content: 1 }]);
    const modes = ['', 'floorcast.db', 'floorcast.db-wal'].map(
      (name) => statSync(path.join(dataDir, name)).mode,
    );
    await store.close();
    expect(modes.map((mode) => mode & 0o077)).toEqual([0, 0, 0]);
  });

  it('STORE-5 says which directory cannot be written', () => {
    const parent = directory();
    const inTheWay = path.join(parent, 'data');
    writeFileSync(inTheWay, 'a file');
    expect(() => openSqliteStore(inTheWay)).toThrow(`DATA_DIR ${inTheWay} cannot be written`);
    expect(() => openSqliteStore(path.join(inTheWay, 'deeper'))).toThrow('cannot be written');
  });

  it.each([
    ['is no database', (bytes: Buffer) => Buffer.from('x'.repeat(bytes.length))],
    [
      'is torn',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]),
    ],
  ])('STORE-5 says which file is damaged when it %s, and leaves it as it is', async (_, damage) => {
    const dataDir = directory();
    const store = openSqliteStore(dataDir);
    for (let i = 0; i < 100; i += 1) {
      await store.write([{ write: 'put', kind: 'k', id: `${i}`, content: 'x'.repeat(500) }]);
    }
    await store.close();
    const file = path.join(dataDir, 'floorcast.db');
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    expect(() => openSqliteStore(dataDir)).toThrow(`the store ${file} cannot be opened`);
    expect(readFileSync(file).equals(damaged)).toBe(true);
  });

  it('STORE-5 refuses a file of a newer Floorcast', async () => {
    const dataDir = directory();
    await openSqliteStore(dataDir).close();
    const database = new Database(path.join(dataDir, 'floorcast.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openSqliteStore(dataDir)).toThrow('newer Floorcast (format 99');
  });
});
