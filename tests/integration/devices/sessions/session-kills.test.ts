/**
 * The server killed with `kill -9` in the middle of commands, 25 times, with real stores, a real audit log and an
 * appliance on a real socket: what it was told, what it ran, and what is recorded agree in the end.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readLine } from '../../../../server/audit/audit-chain';
import { verifyStore } from '../../../../server/audit/verify-audit';
import { type Random, seededRandom } from '../../../../server/runtime/random';
import { openSessionStore } from '../../../../server/store/session-store-sqlite';
import { openSqliteStore } from '../../../../server/store/sqlite';
import { buildKeeper, dataOf, Keeper } from './keeper-process';
import { TestAppliance } from './test-appliance';

const KILLS = 25;
/** Fewer than a session may have in all. */
const COMMANDS_A_ROUND = 7;
const COMMANDS = ['ping_latency', 'firmware_version', 'signal_strength', 'reboot_module'] as const;

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

async function startKeeper(url: string): Promise<Keeper> {
  const started = new Keeper(folder, url);
  keeper = started;
  expect(await started.line(() => true)).toBe('open');
  return started;
}

/** Asks for commands, and dies after so many frames and answers. */
async function round(device: TestAppliance, random: Random): Promise<readonly string[]> {
  const started = await startKeeper(device.url);
  let left = 1 + Math.floor(random() * 4 * COMMANDS_A_ROUND);
  const died = new Promise<void>((resolve) => {
    const happened = () => {
      left -= 1;
      if (left === 0) void started.kill('SIGKILL').then(resolve);
    };
    device.onFrame = happened;
    started.onLine = happened;
  });
  for (let n = 0; n < COMMANDS_A_ROUND; n += 1) {
    started.say(COMMANDS[Math.floor(random() * COMMANDS.length)] ?? '');
  }
  await died;
  device.onFrame = () => {};
  return started.lines
    .filter((line) => line.startsWith('accepted'))
    .map((line) => line.slice('accepted '.length));
}

describe('diagnostic sessions through the deaths of the server', () => {
  it('DEV-48 after 25 kills each command has one end, none ran twice, and the chain is whole', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 in the middle of commands: seed ${seed}`);
    const random = seededRandom(seed);
    appliance = await TestAppliance.start(random);
    const accepted: string[] = [];
    for (let n = 0; n < KILLS; n += 1) accepted.push(...(await round(appliance, random)));
    const last = await startKeeper(appliance.url);
    const isOpen = (state: string) => ['queued', 'sent', 'received', 'running'].includes(state);
    while ((await last.states()).some(isOpen));
    await last.kill('SIGTERM');
    const { wrongs, sent } = appliance;
    expect(wrongs, `seed ${seed}`).toEqual([]);
    await check(sent, accepted, `seed ${seed}`);
  }, 120_000);
});

async function check(sent: TestAppliance['sent'], accepted: readonly string[], label: string): Promise<void> {
  const dataDir = dataOf(folder);
  const documents = openSqliteStore(dataDir);
  const store = openSessionStore(dataDir);
  try {
    expect(await verifyStore(documents.audit, null), label).toMatchObject({ ok: true });
    const lines = await documents.audit.readForward(0, 100_000);
    const entries = lines.flatMap(({ line }) => {
      const entry = readLine(line);
      return entry.ok ? [entry.value] : [];
    });
    const subjectsOf = (action: string) =>
      entries.filter((entry) => entry.action === action).map(({ subject }) => subject);
    const asked = subjectsOf('command.asked');
    const ended = subjectsOf('command.ended');
    expect(asked.length, label).toBeGreaterThan(KILLS);
    expect(new Set(ended).size, label).toBe(ended.length);
    expect(
      asked.filter((subject) => !ended.includes(subject)),
      label,
    ).toEqual([]);
    expect(
      accepted.filter((id) => !asked.includes(`command:${id}`)),
      label,
    ).toEqual([]);
    const rows = (await store.find('interaction-1'))?.commands ?? [];
    const seqOf = new Map(rows.map(({ id, seq }) => [id, seq]));
    const seqs = [...new Set(sent.map(({ id }) => id))].map((id) => seqOf.get(id) ?? -1);
    expect(seqs, label).toEqual(seqs.toSorted((a, b) => a - b));
    const reboots = sent.filter(({ command }) => command === 'reboot_module').map(({ id }) => id);
    expect(new Set(reboots).size, label).toBe(reboots.length);
    expect(rows.filter(({ state }) => state === 'done').length, label).toBeGreaterThan(KILLS);
  } finally {
    await store.close();
    await documents.close();
  }
}
