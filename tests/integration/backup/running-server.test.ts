/**
 * The whole way: a server under load (boards by REST, alerts by MQTT, sign-ins, audit log) is saved by the command, the
 * backup is restored elsewhere, and a server on it has what was acknowledged before, and is signed in to as before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CookieBrowser } from '../../support/cookie-browser';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

/** By its address: the sandbox has no packages of its own. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const MOST_LISTED = 150;
const SOON = { timeout: 20_000, interval: 20 };

let house: Sandbox;
let broker: Mosquitto;
let children: ChildProcess[] = [];
beforeEach(async () => {
  house = createSandbox([]);
  broker = await startMosquitto();
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
  children = [];
  await broker.stop();
  house.remove();
});

const place = (name: string) => path.join(house.folder, name);

/** Without the settings of whoever runs the tests. */
function start(file: string, args: readonly string[], dataDir: string): ChildProcess {
  const own: Record<string, string> = { PATH: process.env.PATH ?? '', DATA_DIR: dataDir };
  // Next's types want NODE_ENV in every environment; a child needs none.
  const env = own as NodeJS.ProcessEnv;
  const words = ['--import', TSX, path.join(ROOT, file), ...args];
  const child = spawn(process.execPath, words, { cwd: house.folder, env, stdio: 'pipe' });
  children.push(child);
  return child;
}

async function run(name: string, args: readonly string[], dataDir: string) {
  const child = start(`scripts/${name}.ts`, args, dataDir);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, said };
}

async function serve(dataDir: string) {
  const child = start('tests/support/kept-server.ts', [dataDir, broker.url], dataDir);
  let failed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    failed += chunk.toString('utf8');
  });
  const [line] = await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'close').then(() => Promise.reject(new Error(failed))),
  ]);
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
  return { child, url, token };
}

async function listed(browser: CookieBrowser, url: string): Promise<Record<string, string[]>> {
  const get = async (what: string) => {
    const response = await browser.call(`${url}/api/v1/${what}`, 'GET');
    expect(response.status, what).toBe(200);
    return (await response.json()) as Record<string, readonly Record<string, string>[]>;
  };
  const boards = (await get('board-desk')).boards ?? [];
  const alerts = (await get('alerts?limit=200')).alerts ?? [];
  const people = (await get('people')).people ?? [];
  const names = (rows: readonly Record<string, string>[], key: string) =>
    rows.map((row) => row[key] ?? '').sort();
  return { boards: names(boards, 'id'), devices: names(alerts, 'deviceId'), people: names(people, 'id') };
}

it('BACKUP-15 a server under load is saved by one command, restored elsewhere, and goes on there', async () => {
  const server = await serve(place('data'));
  const browser = new CookieBrowser();
  expect(
    (await browser.call(`${server.url}/auth/once`, 'POST', { token: server.token })).status,
  ).toBeLessThan(300);
  const devices = await connectAsync(broker.url);
  let isOver = false;
  let made = 0;
  const post = async (what: string, body: unknown) => {
    const answer = await browser.call(`${server.url}/api/v1/${what}`, 'POST', body);
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${text}`);
    return JSON.parse(text) as { readonly revision?: number };
  };
  let revision = 0;
  const load = (async () => {
    while (!isOver) {
      made += 1;
      revision = (await post('queue-groups', { revision, groups: [] })).revision ?? 0;
      // No more than one answer lists.
      if (made > MOST_LISTED) continue;
      await post('board-desk', { name: `Board ${made}`, from: { kind: 'template', template: 'floor' } });
      const alert = { device_id: `thermo-${made}`, sensor_type: 'temperature', alert_level: 'critical' };
      const payload = { ...alert, reading_value: 90, threshold_exceeded: true, timestamp_ms: Date.now() };
      await devices.publishAsync(`devices/thermo-${made}/alerts`, JSON.stringify(payload), { qos: 1 });
    }
  })();
  try {
    await expect
      .poll(async () => (await listed(browser, server.url)).devices?.length, SOON)
      .toBeGreaterThan(5);
    const before = await listed(browser, server.url);
    const saved = await run('backup', [place('b.tar.gz')], place('data'));
    expect(saved).toMatchObject({ code: 0 });
    const madeMeanwhile = made;
    await expect.poll(() => made, SOON).toBeGreaterThan(madeMeanwhile + 5);
    isOver = true;
    await load;
    const head = /audit log up to (\S+)/.exec(saved.said)?.[1] ?? '';

    expect(await run('restore', [place('b.tar.gz')], place('new'))).toMatchObject({ code: 0 });
    const busy = await run('restore', [place('b.tar.gz'), '--replace'], place('data'));
    expect(busy).toMatchObject({ code: 1 });
    expect(busy.said).toContain('is in use: stop the server');
    const verified = await run('audit', ['verify', '--head', head], place('new'));
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.said).toContain(`head ${head}`);

    const exited = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
    const restored = await serve(place('new'));
    const after = await listed(browser, restored.url);
    for (const [what, ids] of Object.entries(before)) {
      expect(after[what], what).toEqual(expect.arrayContaining(ids));
    }
    const board = { name: 'Later', from: { kind: 'template', template: 'floor' } };
    const later = await browser.call(`${restored.url}/api/v1/board-desk`, 'POST', board);
    expect(later.status).toBeLessThan(300);
    // What came after the backup is not in it.
    const groups = await browser.call(`${restored.url}/api/v1/queue-groups`, 'GET');
    expect(((await groups.json()) as { revision: number }).revision).toBeLessThan(revision);
  } finally {
    isOver = true;
    await load.catch(() => {});
    await devices.endAsync();
  }
}, 120_000);
