/** Processes that are killed, or run out of disk, in the middle of writing alerts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { alertRow, alertUnit } from '../../support/alert-rows';
import { ALERTS_OF_UNIT } from '../../support/alert-writer-units';
import { ROOT } from '../../support/repository';
import { wholeUnits } from '../../support/whole-units';

const WRITER = path.join(ROOT, 'tests', 'support', 'alert-writer.ts');
const KILLS = 5;

let folder: string | null = null;
let children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map(ended));
  children = [];
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

function dataDir(): string {
  folder = mkdtempSync(path.join(tmpdir(), 'floorcast-alerts-crash-'));
  return folder;
}

/** `prefix`: what runs it, for limits that a shell sets. */
function writer(args: readonly string[], prefix: readonly string[] = []) {
  const [command = '', ...rest] = [...prefix, process.execPath, '--import', 'tsx', WRITER, ...args];
  const child = spawn(command, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const printed: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')));
  return { child, printed: () => printed.join('').split('\n').slice(0, -1), stdout: child.stdout };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.exitCode;
}

describe('the alert store of processes that come to grief', () => {
  it('STORE-22 has whole units after kill -9 at any moment, those that were acknowledged, and goes on', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 in the alert store: seed ${seed}`);
    const random = seededRandom(seed);
    const dir = dataDir();
    let total = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const killAfter = 1 + Math.floor(random() * 40);
      const { child, printed, stdout } = writer([dir, '1000000', `round${round}`]);
      while (printed().length < killAfter) await once(stdout, 'data');
      child.kill('SIGKILL');
      await ended(child);
      expect(child.signalCode).toBe('SIGKILL');
      const store = openAlertStore(dir);
      const count = await wholeUnits(store, `round${round}`);
      expect(count, `seed ${seed}`).toBeGreaterThanOrEqual(printed().length);
      total += count;
      expect(await store.count(), `seed ${seed}`).toBe(total * ALERTS_OF_UNIT);
      expect(await store.refusalCounts()).toEqual([{ reason: 'not-json', count: total }]);
      await store.close();
    }
  }, 120_000);

  it('STORE-23 refuses on a full disk, can be read there, and goes on when there is room', async () => {
    const dir = dataDir();
    // In blocks of 512 bytes or 1 kB, by shell; node ignores the signal and sees an error.
    const { child, printed } = writer(
      [dir, '100000', 'full'],
      ['sh', '-c', 'ulimit -f 2000 && exec "$@"', 'sh'],
    );
    expect(await ended(child)).toBe(3);
    const acknowledged = printed().slice(0, -2);
    expect(printed().at(-2)).toMatch(/^refused: .*(disk|full|I\/O)/i);
    expect(printed().at(-1)).toBe(`readable: ${acknowledged.length * ALERTS_OF_UNIT}`);
    expect(acknowledged.length).toBeGreaterThan(3);
    const store = openAlertStore(dir);
    expect(await wholeUnits(store, 'full')).toBe(acknowledged.length);
    await store.write(alertUnit({ newAlerts: [alertRow(1)] }));
    expect(await store.find({ ids: ['alert-1'], limit: 1 })).toEqual([alertRow(1)]);
    await store.close();
  }, 120_000);
});
