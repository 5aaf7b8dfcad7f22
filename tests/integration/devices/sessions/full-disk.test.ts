/** A disk that takes nothing more while sessions go on: the limit of the process, set and taken back from outside. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyStore } from '../../../../server/audit/verify-audit';
import { seededRandom } from '../../../../server/runtime/random';
import { openSqliteStore } from '../../../../server/store/sqlite';
import { buildKeeper, dataOf, Keeper } from './keeper-process';
import { TestAppliance } from './test-appliance';

let folder = '';
let appliance: TestAppliance | null = null;
let keeper: Keeper | null = null;
beforeAll(async () => {
  folder = await buildKeeper();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await keeper?.kill('SIGKILL');
  await appliance?.stop();
});

/** `unlimited` or bytes: what lies behind them in a file cannot be written. */
function limitFiles(pid: number, bytes: string): void {
  // The soft limit only: a process of nobody special may raise it again.
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { timeout: 10_000 });
}

describe('diagnostic sessions on a full disk', () => {
  it('DEV-127 refuse commands, send nothing, and go on when there is room', async () => {
    appliance = await TestAppliance.start(seededRandom(1));
    const made = new Keeper(folder, appliance.url);
    keeper = made;
    await made.line((line) => line === 'open');
    const ask = async (command: string) => {
      const from = made.lines.length;
      made.say(command);
      return made.line((line) => /^(accepted|refused)/.test(line), from);
    };
    expect(await ask('reboot_module')).toMatch(/^accepted/);
    while (!/^(done|failed)$/.test((await made.states()).at(-1) ?? ''));
    const sent = appliance.sent.length;
    limitFiles(made.pid, '1');
    for (const command of ['reboot_module', 'ping_latency'])
      expect(await ask(command)).toBe('refused unrecorded');
    expect(appliance.sent.length).toBe(sent);
    limitFiles(made.pid, 'unlimited');
    expect(await ask('ping_latency')).toMatch(/^accepted/);
    while (!/^(done|failed|expired)$/.test((await made.states()).at(-1) ?? ''));
    await made.kill('SIGTERM');
    expect(appliance.sent.filter(({ command }) => command === 'reboot_module')).toHaveLength(1);
    const store = openSqliteStore(dataOf(folder));
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true });
    await store.close();
  });
});
