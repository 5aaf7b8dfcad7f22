/** The built process, told to stop while Genesys Cloud leaves it without an answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PUSH_NAMESPACE } from '../../lib/contracts/push';

const PROJECT_DIR = path.resolve(import.meta.dirname ?? '', '../..');
const SOON = { timeout: 30_000, interval: 50 };

/** Gives tokens; every other question it takes and never answers. */
let platform: Server;
let asked = 0;
let dataDir: string;
let child: ChildProcess | null = null;
let screen: Socket | null = null;

beforeEach(async () => {
  asked = 0;
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-stopping-'));
  platform = createServer((request, response) => {
    request.resume();
    if (!request.url?.startsWith('/oauth/token')) {
      asked += 1;
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'token', token_type: 'bearer', expires_in: 3_600 }));
  });
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  screen?.disconnect();
  screen = null;
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  platform.closeAllConnections();
  await new Promise((resolve) => platform.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<{ process: ChildProcess; url: string; said: () => string }> {
  const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  const started = spawn(process.execPath, [path.join(PROJECT_DIR, 'dist', 'main.js')], {
    cwd: PROJECT_DIR,
    env: {
      ...{ PATH: process.env.PATH ?? '', NODE_ENV: 'production', DATA_DIR: dataDir, PORT: '0' },
      ...{ GENESYS_API_URL: url, GENESYS_LOGIN_URL: url, GENESYS_ALLOW_LOOPBACK: 'true' },
      ...{ GENESYS_CLIENT_ID: 'client', GENESYS_CLIENT_SECRET: 'a-secret-of-nobody' },
    },
  });
  child = started;
  let text = '';
  for (const stream of [started.stdout, started.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  await expect.poll(() => text, SOON).toContain('Floorcast is up');
  await expect.poll(() => asked, SOON).toBeGreaterThan(0);
  return { process: started, url: /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '', said: () => text };
}

describe('the process that is told to stop', () => {
  it('OPS-10 ends with 0 on SIGTERM while a call to Genesys Cloud hangs, and tells its screens', async () => {
    const server = await start();
    screen = io(`${server.url}${PUSH_NAMESPACE}`, {
      ...{ auth: { boardId: 'default' }, extraHeaders: { origin: server.url } },
      ...{ transports: ['websocket'], reconnection: false },
    });
    const told = new Promise<string>((resolve) => screen?.once('disconnect', resolve));
    await new Promise<void>((resolve) => screen?.once('snapshot', () => resolve()));
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    // Its socket is closed by the server, so that it looks for another one at once.
    expect(await told).toBe('transport close');
    expect(await ended).toEqual([0, null]);
    expect(server.said()).not.toMatch(/"level":"error"/);
  }, 25_000);

  it('OPS-10 ends on the spot on a second signal', async () => {
    const server = await start();
    const ended = once(server.process, 'exit');
    // Frozen in between: both are there before it has done anything about the first.
    server.process.kill('SIGSTOP');
    server.process.kill('SIGTERM');
    server.process.kill('SIGINT');
    server.process.kill('SIGCONT');
    expect(await ended).toEqual([1, null]);
  }, 40_000);
});
