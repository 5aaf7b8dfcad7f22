/** The built process itself: what it says and how it ends, as an operator and a supervisor process see it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type RunningSimulator, startSimulator } from '../../server/simulator/simulator';

const PROJECT_DIR = path.resolve(import.meta.dirname ?? '', '../..');

let child: ChildProcess | null = null;
let simulator: RunningSimulator | null = null;
const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-process-'));

afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await simulator?.stop();
  simulator = null;
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts dist/main.js with these settings and no others; `said` is all that it prints. */
function start(settings: Record<string, string>): { process: ChildProcess; said: () => string } {
  const started = spawn(process.execPath, [path.join(PROJECT_DIR, 'dist', 'main.js')], {
    cwd: PROJECT_DIR,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', DATA_DIR: dataDir, PORT: '0', ...settings },
  });
  child = started;
  let text = '';
  started.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  started.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return { process: started, said: () => text };
}

async function exitCode(process: ChildProcess): Promise<number | null> {
  if (process.exitCode === null) await once(process, 'exit');
  return process.exitCode;
}

async function startWorld() {
  simulator = await startSimulator({
    ...{ port: 0, clock: systemClock, random: seededRandom(1), log: silentLog },
    world: { kind: 'made-up', queues: 3, seed: 1, warmUp: false },
  });
  return {
    GENESYS_API_URL: simulator.url,
    GENESYS_LOGIN_URL: simulator.url,
    GENESYS_CLIENT_ID: 'floorcast-demo',
    GENESYS_CLIENT_SECRET: 'floorcast-demo-secret',
    GENESYS_ALLOW_LOOPBACK: 'true',
  };
}

describe('the process', () => {
  it('RUN-20 ends with 2 on wrong settings, says all of them, and no secret', async () => {
    const started = start({
      PORT: 'abc',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
      GENESYS_CLIENT_SECRET: 'canary-secret',
    });
    expect(await exitCode(started.process)).toBe(2);
    for (const name of ['PORT', 'LOG_LEVEL']) expect(started.said()).toContain(`- ${name} `);
    expect(started.said()).not.toContain('canary-secret');
  });

  it('RUN-24 is up and ready, and ends in order with 0 on SIGTERM', async () => {
    const started = start(await startWorld());
    await vi.waitUntil(() => started.said().includes('Floorcast is up'), { timeout: 30_000 });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(started.said())?.[0] ?? '';
    await vi.waitUntil(async () => (await fetch(`${url}/readyz`)).status === 200, {
      timeout: 20_000,
      interval: 100,
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    started.process.kill('SIGTERM');
    expect(await exitCode(started.process)).toBe(0);
    expect(started.said()).not.toMatch(/"level":"(warn|error)"/);
  });

  it('RUN-26 wrong credentials are said, with the place to look, and it goes on trying', async () => {
    const started = start({ ...(await startWorld()), GENESYS_CLIENT_SECRET: 'canary-secret' });
    await vi.waitUntil(() => /refused the client id or secret/.test(started.said()), { timeout: 30_000 });
    expect(started.said()).not.toContain('canary-secret');
    expect(started.process.exitCode).toBeNull();
  });
});
