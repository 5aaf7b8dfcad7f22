/** Real processes that are killed, race, or run out of disk in the middle of writing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuditLog } from '../../../server/audit/store-audit-log';
import { verifyStore } from '../../../server/audit/verify-audit';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { openSqliteStore } from '../../../server/store/sqlite';
import { auditEvent } from '../../support/audit-events';
import { ROOT } from '../../support/repository';

const APPENDER = path.join(ROOT, 'tests', 'support', 'audit-appender.ts');
const KILLS = 6;

let folder: string | null = null;
let children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map(ended));
  children = [];
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

function dataDir(): string {
  folder = mkdtempSync(path.join(tmpdir(), 'floorcast-crash-'));
  return folder;
}

/** `prefix`: what runs it, for limits that a shell sets. */
function appender(args: readonly string[], prefix: readonly string[] = []) {
  const [command = '', ...rest] = [...prefix, process.execPath, '--import', 'tsx', APPENDER, ...args];
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

/** Verifies, records one more and verifies again; who recorded what. */
async function wholeAndGoesOn(dir: string): Promise<readonly string[]> {
  const store = openSqliteStore(dir);
  try {
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true });
    const audit = createAuditLog({ store: store.audit, clock: systemClock, log: silentLog });
    await audit.record(auditEvent({ actorName: 'afterwards' }));
    const entries = await audit.entries({ limit: 100_000 });
    await audit.stop();
    expect(await verifyStore(store.audit, await store.audit.head())).toMatchObject({ ok: true });
    return entries.map(({ actorName, subject }) => `${actorName} ${subject}`);
  } finally {
    await store.close();
  }
}

/** What was acknowledged and is not there. */
function missingOf(recorded: readonly string[], name: string, acknowledged: readonly string[]): string[] {
  const there = new Set(recorded);
  return acknowledged.filter((n) => !there.has(`${name} ${n}`));
}

describe('the audit log of processes that come to grief', () => {
  it('AUDIT-11 is whole after kill -9 at any moment, has what was acknowledged, and goes on', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 in the audit log: seed ${seed}`);
    const random = seededRandom(seed);
    const dir = dataDir();
    for (let round = 0; round < KILLS; round += 1) {
      const killAfter = 1 + Math.floor(random() * 60);
      const { child, printed, stdout } = appender([dir, '1000000', `round${round}`]);
      while (printed().length < killAfter) await once(stdout, 'data');
      child.kill('SIGKILL');
      await ended(child);
      expect(child.signalCode).toBe('SIGKILL');
      const acknowledged = printed();
      const recorded = await wholeAndGoesOn(dir);
      expect(missingOf(recorded, `round${round}`, acknowledged), `seed ${seed}`).toEqual([]);
    }
  }, 60_000);

  it('AUDIT-2 is one whole chain of two processes that append at the same time', async () => {
    const dir = dataDir();
    // The one appends without end while the other begins and ends.
    const endless = appender([dir, '1000000', 'endless']);
    await once(endless.stdout, 'data');
    const other = appender([dir, '100', 'other']);
    expect(await ended(other.child)).toBe(0);
    const before = endless.printed().length;
    while (endless.printed().length === before) await once(endless.stdout, 'data');
    endless.child.kill('SIGKILL');
    await ended(endless.child);
    const recorded = await wholeAndGoesOn(dir);
    expect(recorded.filter((entry) => entry.startsWith('other'))).toHaveLength(300);
    expect(missingOf(recorded, 'endless', endless.printed())).toEqual([]);
  }, 60_000);

  it('AUDIT-11 is whole after the disk was full: what did not fit was refused', async () => {
    const dir = dataDir();
    // In blocks of 512 bytes or 1 kB, by shell; node ignores the signal and sees an error.
    const { child, printed } = appender(
      [dir, '100000', 'full'],
      ['sh', '-c', 'ulimit -f 400 && exec "$@"', 'sh'],
    );
    expect(await ended(child)).toBe(3);
    const acknowledged = printed().slice(0, -1);
    expect(printed().at(-1)).toMatch(/^refused: Error: the audit log cannot be written: .*(disk|full|I\/O)/i);
    expect(acknowledged.length).toBeGreaterThan(5);
    const recorded = await wholeAndGoesOn(dir);
    expect(missingOf(recorded, 'full', acknowledged)).toEqual([]);
  }, 60_000);
});
