/** Upgrades on the one port, beside Socket.IO's listener and one that, like the renderer's, would take any. */
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { guardUpgrades } from '../../../server/http/upgrade-guard';
import { openHttp, sendRaw, statusOf } from '../../support/http-stand';

const OWN = '/socket.io/';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(waitMs: (address: string) => number = () => 0) {
  const stand = await openHttp();
  stops.push(stand.stop);
  const taken: string[] = [];
  // Whoever sees an upgrade whose socket still takes something could answer it.
  stand.server.on('upgrade', (request: IncomingMessage, socket) => {
    if (socket.writable) {
      taken.push(request.url ?? '');
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    }
  });
  const unguard = guardUpgrades(stand.server, {
    ownPath: OWN,
    waitMs: ({ socket }) => waitMs(socket.remoteAddress ?? ''),
  });
  const upgrade = (target: string, protocol = 'websocket') =>
    sendRaw(
      stand.port,
      ...[`GET ${target} HTTP/1.1`, `host: 127.0.0.1:${stand.port}`, `upgrade: ${protocol}`],
      ...['connection: upgrade', 'sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='],
    );
  return { ...stand, taken, unguard, upgrade };
}

describe('upgrades', () => {
  it.each([
    '/',
    '/_next/webpack-hmr',
    '/_next/hmr?id=1',
    '/socket.io',
    '/socket.io/x',
    '/socket.io/../_next/hmr',
    '/socket.io//',
    '//socket.io/',
    '/SOCKET.IO/',
    '/socket%2Eio/',
    '/api/v1/kpis',
    'ws://evil.test/socket.io/',
    'http://evil.test/socket.io/?EIO=4&transport=websocket',
    'http://127.0.0.1/socket.io/',
    '*',
  ])('SEC-13 %s is refused at once, and nobody else may answer it', async (target) => {
    const { upgrade, taken } = await open();
    expect(statusOf(await upgrade(target))).toBe(400);
    expect(taken).toEqual([]);
  });

  it('SEC-13 no other protocol is spoken elsewhere', async () => {
    const { upgrade, taken } = await open();
    expect(statusOf(await upgrade('/api/v1/boards', 'h2c'))).toBe(400);
    expect(taken).toEqual([]);
  });

  it('SEC-85 each is counted, to wherever; one too many is refused, told when to come, and nobody else’s', async () => {
    let left = 3;
    const asked: string[] = [];
    const { upgrade, taken } = await open((address) => {
      asked.push(address);
      left -= 1;
      return left >= 0 ? 0 : 1_001;
    });
    const own = `${OWN}?EIO=4&transport=websocket`;
    const answers = [];
    for (const target of [own, '/', own, own, '/']) answers.push(await upgrade(target));
    expect(answers.map(statusOf)).toEqual([101, 400, 101, 429, 429]);
    expect(answers[3]).toContain('\r\nretry-after: 2\r\n');
    expect(taken).toEqual([own, own]);
    expect(asked).toEqual(Array.from({ length: 5 }, () => '127.0.0.1'));
  });

  it('SEC-13 Socket.IO’s own come through, and all again once the guard is gone', async () => {
    const { upgrade, taken, unguard } = await open();
    const own = `${OWN}?EIO=4&transport=websocket`;
    expect(statusOf(await upgrade(own))).toBe(101);
    unguard();
    expect(statusOf(await upgrade('/other'))).toBe(101);
    expect(taken).toEqual([own, '/other']);
  });
});
