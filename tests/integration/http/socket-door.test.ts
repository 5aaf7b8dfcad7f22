/** The door to sockets as a whole server has it: what is no upgrade, and how often one may come and guess. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { wire } from '../../../server/wire';
import { FakeClock } from '../../support/fake-clock';
import { sendRaw, statusOf } from '../../support/http-stand';
import { TestScreen } from '../push/push-stand';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** With accounts; every client is at the address that the proxy on this machine says. */
async function open() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-door-'));
  stops.push(() => rmSync(dataDir, { recursive: true }));
  const settings = {
    ...{ PORT: '0', DATA_DIR: dataDir, SIGN_IN: 'local', TRUSTED_PROXIES: '127.0.0.1' },
    SESSION_SECRET: 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO',
  };
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const clock = new FakeClock(Date.now());
  const floorcast = await wire({
    ...{ config: config.value, clock, random: seededRandom(1), log: silentLog },
    ...{ build: 'test', startPages: null },
  });
  stops.push(floorcast.stop);
  return floorcast;
}
type Served = Awaited<ReturnType<typeof open>>;

const ENGINE = '/socket.io/?EIO=4&transport=websocket';

function upgrade({ port, url }: Served, address: string, target = ENGINE): Promise<string> {
  return sendRaw(
    port,
    ...[`GET ${target} HTTP/1.1`, `host: 127.0.0.1:${port}`, `origin: ${url}`, `x-forwarded-for: ${address}`],
    ...['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'],
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  );
}

/** Many requests in one go, as fast as they are read; resolves when all are answered. */
async function spendArrivals({ port }: Served, address: string, count: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const request = `GET /healthz HTTP/1.1\r\nhost: h\r\nx-forwarded-for: ${address}\r\n`;
  socket.write(`${request}\r\n`.repeat(count - 1));
  socket.write(`${request}connection: close\r\n\r\n`);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}

async function byToken({ url }: Served, address: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address };
  const answer = await fetch(`${url}/api/v1/kpis`, { headers });
  await answer.text();
  return answer.status;
}

/** The code with which a socket is refused. */
async function socketRefusal(
  { url }: Served,
  address: string,
  credentials: { token?: string; cookie?: string },
): Promise<string> {
  const { token, cookie } = credentials;
  const screen = new TestScreen(
    url,
    { boardId: 'default', ...(token === undefined ? {} : { token }) },
    { origin: url, 'x-forwarded-for': address, ...(cookie === undefined ? {} : { cookie }) },
  );
  stops.push(() => screen.close());
  return (await screen.nextRefusal()).code;
}

describe('a request to the address of sockets that is no upgrade', () => {
  const ask = async ({ url }: Served, method: string, target: string) => {
    const answer = await fetch(`${url}${target}`, { method, headers: { origin: url } });
    const names = ['x-content-type-options', 'content-security-policy', 'cross-origin-resource-policy'];
    const headers = names.map((name) => answer.headers.get(name));
    return { status: answer.status, text: await answer.text(), headers };
  };

  it.each([
    ['GET', '/socket.io/?EIO=4&transport=polling', '/nothing/'],
    ['POST', '/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA', '/nothing/'],
    ['GET', ENGINE, '/nothing/'],
    ['OPTIONS', ENGINE, '/nothing/'],
    ['GET', '/socket.io?EIO=4&transport=polling', '/nothing'],
    ['GET', '/socket.io/socket.io.js', '/nothing/at-all'],
  ])('SEC-86 is answered by the door: %s %s as %s, where nothing is', async (method, target, nothing) => {
    const server = await open();
    const answer = await ask(server, method, target);
    expect(answer).toEqual(await ask(server, method, nothing));
    expect(answer.status).toBe(nothing.endsWith('/') ? 400 : 404);
    expect(answer.headers).not.toContain(null);
  });

  it('SEC-86 is answered by the door, which answers under its own names only', async () => {
    const { port } = await open();
    const answer = await sendRaw(port, 'GET /socket.io?EIO=4 HTTP/1.1', 'host: evil.test');
    expect(statusOf(answer)).toBe(421);
  });
});

describe('how often one may come', () => {
  it('SEC-85 upgrades and requests of one address spend the same, and nobody else’s', async () => {
    const server = await open();
    await spendArrivals(server, '192.0.2.1', 11_999);
    // To wherever: this is the last that is looked at.
    expect(statusOf(await upgrade(server, '192.0.2.1', '/elsewhere'))).toBe(400);
    const refused = await upgrade(server, '192.0.2.1');
    expect(statusOf(refused)).toBe(429);
    expect(refused).toMatch(/\r\nretry-after: 1\r\n/);
    expect(statusOf(await upgrade(server, '192.0.2.2', '/elsewhere'))).toBe(400);
    const health = await fetch(`${server.url}/healthz`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    await health.text();
    expect(health.status).toBe(429);
  });

  it('SEC-85 tokens that are nobody’s are counted wherever they are tried; cookies of sockets are not', async () => {
    const server = await open();
    for (let n = 0; n < 70; n += 1) {
      expect(await socketRefusal(server, '192.0.2.1', { cookie: `a=${n}` })).toBe('unauthenticated');
    }
    for (let n = 0; n < 30; n += 1) {
      expect(await socketRefusal(server, '192.0.2.1', { token: `guess-${n}` })).toBe('unauthenticated');
      expect(await byToken(server, '192.0.2.1', `guess-${n}`)).toBe(401);
    }
    expect(await byToken(server, '192.0.2.1', 'guess')).toBe(429);
    expect(await socketRefusal(server, '192.0.2.1', { token: 'guess' })).toBe('limit.messages');
    expect(await socketRefusal(server, '192.0.2.1', {})).toBe('unauthenticated');
    expect(await socketRefusal(server, '192.0.2.2', { token: 'guess' })).toBe('unauthenticated');
  });
});
