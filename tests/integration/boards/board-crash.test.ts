/** Processes that are killed in the middle of publishing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { KEPT_VERSIONS, readHeldBoard, readVersion } from '../../../server/store/board-documents';
import { readSettings } from '../../../server/store/settings';
import { openSqliteStore } from '../../../server/store/sqlite';
import { ROOT } from '../../support/repository';

const PUBLISHER = path.join(ROOT, 'tests', 'support', 'board-publisher.ts');
const KILLS = 4;

let folder = '';
let child: ChildProcess | null = null;
afterEach(async () => {
  child?.kill('SIGKILL');
  if (child !== null) await ended(child);
  rmSync(folder, { recursive: true, force: true });
});

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'close');
}

/** Publishes until so many versions were printed, then dies; the last one printed. */
async function publishAndDie(count: number): Promise<number> {
  const own = spawn(process.execPath, ['--import', 'tsx', PUBLISHER, folder], {
    ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  child = own;
  let printed = '';
  own.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const lines = () => printed.split('\n').slice(0, -1);
  while (lines().length < count) await once(own.stdout, 'data');
  own.kill('SIGKILL');
  await ended(own);
  return Number(lines().at(-1));
}

describe('publishing in processes that come to grief', () => {
  it('BOARD-23 after kill -9 at any moment board, record and versions agree, and what was answered is there', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 while publishing: seed ${seed}`);
    const random = seededRandom(seed);
    folder = mkdtempSync(path.join(tmpdir(), 'floorcast-boards-crash-'));
    for (let round = 0; round < KILLS; round += 1) {
      const answered = await publishAndDie(1 + Math.floor(random() * 40));
      const store = openSqliteStore(folder);
      const { published, record, draft } = await readHeldBoard(store, 'default');
      expect(record.version, `seed ${seed}`).toBeGreaterThanOrEqual(answered);
      expect(published?.name, `seed ${seed}`).toBe(`v${record.version}`);
      expect((await readSettings(store)).boards, `seed ${seed}`).toEqual([published]);
      const kept = record.versions.map(({ version }) => version);
      expect(kept).toHaveLength(Math.min(record.version, KEPT_VERSIONS));
      for (const version of kept) {
        expect((await readVersion(store, 'default', version))?.name, `seed ${seed}`).toBe(`v${version}`);
      }
      expect(await store.list('board-version')).toHaveLength(kept.length);
      if (draft !== null) expect(draft.basedOn, `seed ${seed}`).toBe(record.version);
      await store.close();
    }
  }, 60_000);
});
