/** Backups of the store that lies in files: saved beside processes that write, put back as a whole or not at all. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreFiles } from '../../../server/backup/restore-files';
import { saveFiles } from '../../../server/backup/save-files';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { openSqliteStore } from '../../../server/store/sqlite';
import { ALERTS_OF_UNIT, writerAlertId } from '../../support/alert-writer-units';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';
import { makeStore, storeIn } from '../../support/stored-samples';

const NOW = Date.UTC(2026, 10, 21, 9);
const STAMP = { stamp: '20261121T090000Z', replace: false, brokenAudit: false };
const WRITER = path.join(ROOT, 'tests', 'support', 'alert-writer.ts');

let house: Sandbox;
beforeEach(() => {
  house = createSandbox([]);
});
afterEach(() => house.remove());

const place = (name: string) => path.join(house.folder, name);
const save = (dataDir: string, file = place('backup.tar.gz')) =>
  saveFiles(dataDir, { file, version: '0.1.0', now: NOW });
const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name !== 'restore.lock')
    .sort();

describe('a backup of files', () => {
  it('BACKUP-1 holds everything, and gives it back elsewhere', async () => {
    await makeStore(place('data'), 3);
    const before = await storeIn(place('data'));
    const { manifest, auditFault } = await save(place('data'));
    expect(auditFault).toBeNull();
    expect(manifest.parts.map(({ name, schema }) => [name, schema])).toEqual([
      ['replay.db', 1],
      ['alerts.db', 1],
      ['sessions.db', 1],
      ['floorcast.db', 2],
    ]);
    expect(manifest).toMatchObject({
      kind: 'files',
      savedAt: '2026-11-21T09:00:00.000Z',
      auditHead: before.head,
    });
    const restored = await restoreFiles(place('elsewhere'), { file: place('backup.tar.gz'), ...STAMP });
    expect(restored).toEqual({ manifest, auditFault: null, kept: null });
    expect(await storeIn(place('elsewhere'))).toEqual(before);
    expect(before.windows.flat().length).toBeGreaterThan(0);
  });

  it('BACKUP-3 is one file that any tar lists, for its owner only, and leaves nothing beside', async () => {
    await makeStore(place('data'), 1);
    await save(place('data'));
    expect(filesIn(house.folder)).toEqual(['backup.tar.gz', 'data']);
    expect(statSync(place('backup.tar.gz')).mode & 0o777).toBe(0o600);
    const listed = execFileSync('tar', ['-tzf', place('backup.tar.gz')], { encoding: 'utf8' });
    expect(listed).toBe('replay.db\nalerts.db\nsessions.db\nfloorcast.db\nmanifest.json\n');
    await restoreFiles(place('new'), { file: place('backup.tar.gz'), ...STAMP });
    expect(filesIn(place('new')).map((name) => statSync(path.join(place('new'), name)).mode & 0o077)).toEqual(
      [0, 0, 0, 0],
    );
  });

  it.each([
    ['backup', []],
    ['restore', ['one', '--nonsense']],
  ])('BACKUP-16 npm run %s says what it understands, and ends with 2: %j', (name, args) => {
    const tools = createSandbox();
    const said = tools.node(['--import', 'tsx', path.join(ROOT, 'scripts', `${name}.ts`), ...args]);
    tools.remove();
    expect(said.status).toBe(2);
    expect(said.stdout).toContain(`npm run ${name} -- FILE`);
  });

  it('BACKUP-3 takes the place of no file, and says what is not there', async () => {
    await expect(save(place('nowhere'))).rejects.toThrow(`there is no store in ${place('nowhere')}`);
    await makeStore(place('data'), 1);
    writeFileSync(place('backup.tar.gz'), 'an older one');
    await expect(save(place('data'))).rejects.toThrow('is there already');
    expect(readFileSync(place('backup.tar.gz'), 'utf8')).toBe('an older one');
  });

  it('BACKUP-2 has whole units of a process that goes on writing', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', WRITER, place('data'), '1000000', 'w'], {
      ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    try {
      const printed: string[] = [];
      child.stdout?.on('data', (chunk: Buffer) => printed.push(...chunk.toString('utf8').trim().split('\n')));
      await once(child.stdout ?? child, 'data');
      await openSqliteStore(place('data')).close();
      const counts: number[] = [];
      for (let round = 1; round <= 3; round += 1) {
        const file = place(`b${round}.tar.gz`);
        const acknowledged = printed.length;
        await save(place('data'), file);
        await restoreFiles(place(`r${round}`), { file, ...STAMP });
        const store = openAlertStore(place(`r${round}`));
        const count = (await store.count()) / ALERTS_OF_UNIT;
        expect(count).toBeGreaterThanOrEqual(acknowledged);
        const ids = Array.from({ length: count * ALERTS_OF_UNIT }, (_, at) =>
          writerAlertId('w', 1 + Math.floor(at / ALERTS_OF_UNIT), at % ALERTS_OF_UNIT),
        );
        expect((await store.knownIds(ids)).size).toBe(ids.length);
        expect(await store.refusalCounts()).toEqual([{ reason: 'not-json', count }]);
        await store.close();
        counts.push(count);
        await once(child.stdout ?? child, 'data');
      }
      expect(counts[2]).toBeGreaterThan(counts[0] ?? Number.NaN);
      expect(child.exitCode).toBeNull();
    } finally {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    }
  }, 60_000);
});

describe('restoring files', () => {
  it('BACKUP-6 takes the place of a store only where it is told to, and keeps the old one', async () => {
    await makeStore(place('old'), 1);
    await makeStore(place('data'), 2);
    await save(place('data'));
    const [old, saved] = [await storeIn(place('old')), await storeIn(place('data'))];
    const options = { file: place('backup.tar.gz'), ...STAMP };
    cpSync(place('old'), place('target'), { recursive: true });
    await expect(restoreFiles(place('target'), options)).rejects.toThrow('is not empty: --replace');
    expect(await storeIn(place('target'))).toEqual(old);
    mkdirSync(place('other'));
    writeFileSync(path.join(place('other'), 'notes.txt'), 'of somebody else');
    await expect(restoreFiles(place('other'), options)).rejects.toThrow('is not empty');
    rmSync(place('target'), { recursive: true });
    cpSync(place('old'), place('target'), { recursive: true });
    const { kept } = await restoreFiles(place('target'), { ...options, replace: true });
    expect(await storeIn(place('target'))).toEqual(saved);
    expect(await storeIn(kept ?? '')).toEqual(old);
  });

  it.each([['replay.db'], ['floorcast.db']])(
    'BACKUP-7 is refused while a process has %s open, be it at rest',
    async (name) => {
      await makeStore(place('data'), 2);
      await save(place('data'));
      // Copies: the driver of this very process lets go of a file some time after it was closed.
      cpSync(place('data'), place('target'), { recursive: true });
      const holds = `
        const Database = require('libsql');
        const database = new Database(process.argv[1]);
        database.exec('PRAGMA journal_mode = WAL; SELECT count(*) FROM sqlite_schema');
        process.stdout.write('open\\n');
        setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['-e', holds, path.join(place('target'), name)], { cwd: ROOT });
      const ended = once(child, 'close');
      try {
        await once(child.stdout, 'data');
        const options = { file: place('backup.tar.gz'), ...STAMP, replace: true };
        const words = `${name} is in use: stop the server`;
        await expect(restoreFiles(place('target'), options)).rejects.toThrow(words);
        expect(filesIn(place('target')).filter((file) => file.includes('restore'))).toEqual([]);
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
      const options = { file: place('backup.tar.gz'), ...STAMP, replace: true };
      expect((await restoreFiles(place('target'), options)).kept).not.toBeNull();
    },
  );

  it('BACKUP-5 refuses a backup with any byte changed or its end missing, and changes nothing', async () => {
    await makeStore(place('data'), 1);
    await save(place('data'));
    const whole = readFileSync(place('backup.tar.gz'));
    const refused = async (bytes: Buffer) => {
      writeFileSync(place('bad.tar.gz'), bytes);
      const options = { file: place('bad.tar.gz'), ...STAMP };
      await expect(restoreFiles(place('new'), options)).rejects.toThrow(
        /bad\.tar\.gz cannot be restored: it|is damaged/,
      );
      expect(filesIn(place('new'))).toEqual([]);
    };
    // The ten bytes of gzip's header hold a time, flags and a system, of which nothing depends.
    const within = fc.integer({ min: 10, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(within, fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        await refused(changed);
      }),
      { numRuns: 40 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), (length) => refused(whole.subarray(0, length))),
      { numRuns: 20 },
    );
  }, 60_000);

  it('BACKUP-5 refuses one of a newer Floorcast, and a store that is damaged though its hash is right', async () => {
    await makeStore(place('data'), 1);
    const alter = (work: (database: Database.Database) => void) => {
      const database = new Database(path.join(place('data'), 'floorcast.db'));
      work(database);
      database.close();
    };
    alter((database) => database.exec('PRAGMA user_version = 99'));
    await expect(save(place('data'))).rejects.toThrow('newer Floorcast (format 99, this one knows 2)');
    alter((database) => database.exec('PRAGMA user_version = 2'));
    // An entry that somebody has edited: the backup says so, and restoring asks once more.
    alter((database) =>
      database.exec(`DROP TRIGGER audit_entries_never_change;
        UPDATE audit_entries SET line = replace(line, 'Ada', 'Eve') WHERE seq = 2`),
    );
    const { auditFault } = await save(place('data'));
    expect(auditFault).toContain('entry 2 was edited');
    const options = { file: place('backup.tar.gz'), ...STAMP };
    await expect(restoreFiles(place('new'), options)).rejects.toThrow(
      'entry 2 was edited: it does not give its own hash. --broken-audit',
    );
    expect(filesIn(place('new'))).toEqual([]);
    const restored = await restoreFiles(place('new'), { ...options, brokenAudit: true });
    expect(restored.auditFault).toBe(auditFault);
  });

  it('BACKUP-7 puts a backup in the place of a store that is damaged', async () => {
    await makeStore(place('data'), 1);
    await save(place('data'));
    const saved = await storeIn(place('data'));
    mkdirSync(place('target'));
    writeFileSync(path.join(place('target'), 'floorcast.db'), 'no database at all'.repeat(100));
    const options = { file: place('backup.tar.gz'), ...STAMP, replace: true };
    const { kept } = await restoreFiles(place('target'), options);
    expect(await storeIn(place('target'))).toEqual(saved);
    expect(existsSync(path.join(kept ?? '', 'floorcast.db'))).toBe(true);
  });
});
