/** Rows that somebody else wrote, or that a disk did: each harms only itself. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../server/store/sqlite';
import { boardOf } from '../../support/push-boards';
import { ROOT } from '../../support/repository';

const SERVER = path.join(ROOT, 'tests', 'support', 'damaged-store-server.ts');
/** Texts that are none of ours: no UTF-8, no JSON, JSON of another shape, no text at all. */
const CONTENTS = [
  "CAST(x'ff22' AS TEXT)",
  "CAST(x'7b226e616d65223a22c3' AS TEXT)",
  "x'ff'",
  "''",
  "'{'",
  "'null'",
  "'[]'",
  '7',
  '\'{"__proto__":{"polluted":true}}\'',
  "replace(hex(zeroblob(50000)), '0', '[')",
];
const KINDS = ['person', 'session', 'machine', 'screen', 'one-time-links', 'board'];

let dataDir = '';
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function storeWith(...statements: readonly string[]): Promise<void> {
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-damaged-'));
  const store = openSqliteStore(dataDir);
  const place = { name: 'Good', boardId: 'good', room: 'R', diagonalInches: 55, farthestSeatMetres: 8 };
  const tokens = { current: 'x', previous: null, rotatedAt: 0 };
  const screen = { ...place, pairedAt: 0, pairedBy: 'Ada', lastSeenAt: null, tokens };
  await store.write([
    { write: 'put', kind: 'screen', id: 'good', content: screen },
    {
      write: 'put',
      kind: 'machine',
      id: 'good',
      content: { name: 'Good', scopes: [], createdAt: 0, secrets: [] },
    },
    { write: 'put', kind: 'board', id: 'good', content: boardOf('good') },
    { write: 'put', kind: 'settings', id: 'main', content: { ...MAIN, boardIds: ['good'] } },
  ]);
  await store.close();
  const database = new Database(path.join(dataDir, 'floorcast.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}
const MAIN = { version: 1, timeZones: [], groups: [], thresholds: [], excludeShortAbandons: false };

interface Seen {
  readonly refused?: string;
  readonly status: number;
  readonly lists: Record<string, Record<string, readonly { id: string }[]>>;
  readonly logged: readonly string[];
}

async function seen(): Promise<Seen> {
  const args = ['--import', 'tsx', SERVER, dataDir];
  const options = { cwd: ROOT, timeout: 60_000, maxBuffer: 50_000_000 };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return JSON.parse(stdout); // Its own words.
  } catch (thrown) {
    // A process that ended with another code than 0: with what it printed, and the signal that ended it.
    const { stdout, signal } = thrown as { stdout: string; signal: string | null };
    return signal === null ? JSON.parse(stdout) : { refused: signal, status: 0, lists: {}, logged: [] };
  }
}

function idsIn({ lists }: Seen, name: string): string[] {
  return (lists[name]?.[name] ?? []).map(({ id }) => id);
}

describe('a document that is none of ours', () => {
  it('SEC-65 harms only itself, whatever its content, and is logged', async () => {
    const rows = KINDS.flatMap((kind) =>
      CONTENTS.map((content, at) => `INSERT INTO documents VALUES ('${kind}', 'bad${at}', 1, ${content})`),
    );
    await storeWith(...rows);
    const found = await seen();
    expect([found.refused, found.status]).toEqual([undefined, 200]);
    for (const name of ['machines', 'screens', 'boards']) expect(idsIn(found, name)).toEqual(['good']);
    expect(idsIn(found, 'people')).toHaveLength(1);
    for (const kind of ['person', 'session', 'machine', 'screen', 'board']) {
      const told = found.logged.map((line) => JSON.parse(line)).filter((line) => line.kind === kind);
      expect(told.map(({ level, id }) => `${level} ${id}`).sort()).toEqual(
        CONTENTS.map((_, at) => `error bad${at}`),
      );
    }
  });

  it('SEC-65 harms only itself, whatever its id and its version', async () => {
    const ids = ["CAST(x'ff22' AS TEXT)", "x'ff'", "'<b>'", "'a' || char(10) || 'b'", "'__proto__'", "''"];
    const screens = 'SELECT content FROM documents WHERE id = ';
    await storeWith(
      ...ids.flatMap((id) =>
        ['screen', 'machine', 'person', 'board'].map(
          (kind) =>
            `INSERT INTO documents SELECT kind, ${id}, 1, content FROM documents WHERE kind = '${kind}' AND id = 'good'`,
        ),
      ),
      `INSERT INTO documents VALUES ('screen', 'odd', CAST(x'ff22' AS TEXT), (${screens}'good' AND kind = 'screen'))`,
      `INSERT INTO documents VALUES ('one-time-links', 'main', CAST(x'ff22' AS TEXT), CAST(x'ff' AS TEXT))`,
    );
    const found = await seen();
    expect([found.refused, found.status]).toEqual([undefined, 200]);
    expect(idsIn(found, 'screens')).toEqual(['__proto__', 'good', 'odd']);
    expect(idsIn(found, 'machines')).toEqual(['__proto__', 'good']);
    expect(idsIn(found, 'boards')).toEqual(['good']);
    expect(found.logged.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('SEC-65 ends the start in words where it is all that says how to count', async () => {
    await storeWith("UPDATE documents SET content = CAST(x'ff' AS TEXT) WHERE kind = 'settings'");
    expect((await seen()).refused).toContain('the store holds settings that cannot be read');
  });

  it('SEC-65 is read by nobody as something, and written over like any other', async () => {
    // JSON, were the byte that is no character taken for one.
    await storeWith("INSERT INTO documents VALUES ('k', 'a', CAST(x'ff' AS TEXT), CAST(x'22ff22' AS TEXT))");
    const store = openSqliteStore(dataDir);
    expect(await store.get('k', 'a')).toEqual({ kind: 'k', id: 'a', version: 0, content: undefined });
    expect(
      (await store.write([{ write: 'put', kind: 'k', id: 'a', content: 1, expectedVersion: 0 }])).ok,
    ).toBe(true);
    expect(await store.list('k')).toEqual([{ kind: 'k', id: 'a', version: 1, content: 1 }]);
    await store.close();
  });
});
