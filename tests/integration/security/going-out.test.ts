import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { createRatePacer } from '../../../server/genesys/rate-pacer';
import { createRestClient } from '../../../server/genesys/rest-client';
import { wsSockets } from '../../../server/genesys/ws-socket';
import type { HttpRequest } from '../../../server/runtime/http';
import { createHttpClient, type HttpClient } from '../../../server/runtime/http-client';
import { createTokenSource } from '../../../server/runtime/token-source';
import { FakeClock } from '../../support/fake-clock';
import { type Host, openHost, until } from './hosts';

const TOKEN = 't0ken-canary';

let clock: FakeClock;
let client: HttpClient;
let hosts: Host[];
beforeEach(() => {
  clock = new FakeClock();
  client = createHttpClient(clock);
  hosts = [];
});
afterEach(async () => {
  await client.close();
  for (const host of hosts) await host.stop();
  expect(clock.pendingCount).toBe(0);
});

async function host(...given: Parameters<typeof openHost>): Promise<Host> {
  const opened = await openHost(...given);
  hosts.push(opened);
  return opened;
}

function ask(url: string, more: Partial<HttpRequest> = {}) {
  return client.http({
    ...{ method: 'GET', url, headers: { authorization: `Bearer ${TOKEN}` }, what: 'asking' },
    ...{ timeoutMs: 10_000, maxBytes: 1_000, signal: new AbortController().signal },
    ...more,
  });
}

describe('HTTP going out', () => {
  it.each([301, 302, 303, 307, 308])(
    'SEC-56 follows no redirect, and shows nobody its token: %i',
    async (status) => {
      const other = await host((_, response) => response.end('{}'));
      const first = await host((_, response) => {
        response.writeHead(status, { location: `${other.url}/stolen`, 'set-cookie': 'a=b' }).end();
      });
      const answer = await ask(`${first.url}/start`);
      expect(answer).toMatchObject({ ok: true, value: { status } });
      expect(first.came).toHaveLength(1);
      expect(other.came).toEqual([]);
      // Nor does it take cookies along.
      await ask(`${first.url}/again`);
      expect(first.came.at(-1)?.toLowerCase()).not.toContain('cookie');
    },
  );

  it.each(['login', 'api'])('SEC-56 says of a redirect that it was refused: %s', async (where) => {
    const other = await host((_, response) => response.end('{}'));
    const first = await host((request, response) => {
      const isLogin = request.url === '/oauth/token';
      if (isLogin && where === 'api') response.end(JSON.stringify({ access_token: TOKEN, expires_in: 60 }));
      else response.writeHead(307, { location: `${other.url}${request.url}` }).end();
    });
    const { signal } = new AbortController();
    const { http } = client;
    const own = { id: 'client', secret: 's3cret-canary' };
    const tokens = createTokenSource({ loginUrl: first.url, client: own, http, clock, signal });
    const rest = createRestClient({
      ...{ apiUrl: first.url, tokens, pacer: createRatePacer(clock), http, signal },
      ...{ stamp: () => clock.now(), onStatusClass: () => {} },
    });
    const call = {
      method: 'GET',
      path: '/api/v2/x',
      schema: z.object({}),
      lane: 'link',
      what: 'asking',
    } as const;
    expect(await rest.call(call)).toMatchObject({ ok: false, error: { kind: 'fatal', code: 'redirect' } });
    expect(other.came).toEqual([]);
  });

  it.each([
    ['announced', { 'content-length': '5000000' }],
    ['not announced', {}],
  ])('SEC-57 takes no more of an answer than it may, and hangs up: length %s', async (_, headers) => {
    const endless = await host((_request, response) => {
      response.writeHead(200, headers);
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(1_024)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await ask(endless.url)).toMatchObject({ ok: false, error: { kind: 'retry', code: 'too.large' } });
    await until(() => endless.connections() === 0);
  });

  it('SEC-57 takes exactly as much as it may', async () => {
    const exact = await host(({ url }, response) =>
      response.end('x'.repeat(url === '/more' ? 1_001 : 1_000)),
    );
    expect(await ask(`${exact.url}/much`)).toMatchObject({ ok: true, value: { text: 'x'.repeat(1_000) } });
    expect(await ask(`${exact.url}/more`)).toMatchObject({ ok: false, error: { code: 'too.large' } });
  });

  it('SEC-57 does not unpack: what is small on the wire stays small', async () => {
    const bomb = gzipSync('x'.repeat(500_000));
    const packed = await host((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const answer = await ask(packed.url);
    expect(answer.ok && answer.value.text.length).toBeLessThan(1_000);
  });

  it.each<[string, Parameters<typeof openHost>[0]]>([
    ['no head', () => {}],
    ['no body', (_, response) => void response.writeHead(200).flushHeaders()],
    ['half a body', (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('half')],
  ])('SEC-57 waits for an answer as a whole no longer than it may: %s', async (_, answer) => {
    const slow = await host(answer);
    const asked = ask(slow.url);
    await until(() => slow.came.length === 1);
    clock.advance(9_999);
    clock.advance(1);
    expect(await asked).toMatchObject({ ok: false, error: { kind: 'retry', code: 'timeout' } });
    await until(() => slow.connections() === 0);
  });

  it('SEC-57 waits no longer for who sends a byte now and then', async () => {
    const drip = await host((_, response) => void response.writeHead(200).write('x'));
    const asked = ask(drip.url);
    await until(() => drip.came.length === 1);
    for (let second = 0; second < 10; second += 1) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await asked).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it.each<[string, Parameters<typeof openHost>[0]]>([
    ['much too long headers', (_, response) => response.writeHead(200, { x: 'x'.repeat(200_000) }).end()],
    ['no HTTP', ({ socket }) => socket.end('220 ready\r\n')],
    ['an end in the middle', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')],
  ])('SEC-57 takes %s for a failure', async (_, answer) => {
    const strange = await host(answer);
    const said = await ask(strange.url);
    expect(said).toMatchObject({ ok: false, error: { kind: 'retry', code: 'network' } });
    expect(JSON.stringify(said)).not.toContain(TOKEN);
  });
});

interface Heard {
  readonly events: string[];
  readonly over: Promise<void>;
}

/** Opens a channel's socket, and notes what it says until it is over. */
function listenTo(url: string, limits = { maxFrameBytes: 1_000, handshakeTimeoutMs: 15_000 }): Heard {
  const events: string[] = [];
  const over = new Promise<void>((resolve) => {
    const end = (event: string) => {
      events.push(event);
      resolve();
    };
    wsSockets(limits)(`${url.replace('http', 'ws')}/channels/streaming-canary`, {
      opened: () => void events.push('opened'),
      frame: (text) => void events.push(`frame ${text.length}`),
      binaryFrame: () => void events.push('binary'),
      refused: (status) => end(`refused ${status}`),
      closed: (reason) => end(`closed ${reason}`),
    });
  });
  return { events, over };
}

describe('a socket going out', () => {
  it.each([301, 302, 307, 308])('SEC-56 follows no redirect: %i', async (status) => {
    const other = await host((_, response) => response.end());
    const first = await host(
      (_, response) => response.end(),
      (_, socket) =>
        socket.end(`HTTP/1.1 ${status} X\r\nlocation: ${other.url.replace('http', 'ws')}/\r\n\r\n`),
    );
    const { events, over } = listenTo(first.url);
    await over;
    expect(events).toEqual([`refused ${status}`]);
    expect(other.came).toEqual([]);
    await until(() => first.connections() === 0);
  });

  it('SEC-57 asks for no compression, and closes at a frame that is too large', async () => {
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    const server = await host(
      (_, response) => response.end(),
      (request, socket) => {
        sockets.handleUpgrade(request, socket, Buffer.alloc(0), (ws) => {
          ws.send('x'.repeat(1_000));
          ws.send('x'.repeat(1_001));
        });
      },
    );
    const { events, over } = listenTo(server.url);
    await over;
    expect(events.slice(0, 2)).toEqual(['opened', 'frame 1000']);
    expect(events[2]).toMatch(/^closed 1006/);
    expect(server.came[0]?.toLowerCase()).not.toContain('sec-websocket-extensions');
    sockets.close();
  });

  it('SEC-57 gives up a handshake that is not answered', async () => {
    const silent = await host(
      (_, response) => response.end(),
      (_, socket) => void socket.once('end', () => socket.end()).resume(),
    );
    const { events, over } = listenTo(silent.url, { maxFrameBytes: 1_000, handshakeTimeoutMs: 50 });
    await over;
    expect(events).toEqual([expect.stringMatching(/^closed 1006.*timed? ?out/i)]);
    await until(() => silent.connections() === 0);
  });

  it('SEC-58 does not repeat its address, whatever the other side says as it closes', async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const server = await host(
      (_, response) => response.end(),
      (request, socket) => {
        sockets.handleUpgrade(request, socket, Buffer.alloc(0), (ws) =>
          ws.close(4_001, 'bye streaming-canary, c3RyZWFtaW5nLWNhbmFyeQ=='),
        );
      },
    );
    const { events, over } = listenTo(server.url);
    await over;
    expect(events.at(-1)).toMatch(/^closed 4001 bye/);
    expect(events.at(-1)).not.toMatch(/streaming-canary|c3RyZWFtaW5nLWNhbmFy/);
    sockets.close();
  });
});
