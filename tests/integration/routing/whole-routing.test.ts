/** A gateway, the whole server and a real Redis: every event is summed once, whatever goes away in between. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type RoutingResponse, routingResponseSchema } from '../../../lib/contracts/routing';
import { parseConfig } from '../../../server/config';
import { routingRoutes } from '../../../server/http/routing-routes';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { wire } from '../../../server/wire';
import { openShell } from '../../support/http-stand';
import { startRedis, type TestRedis } from '../../support/redis';

const SOON = { timeout: 15_000, interval: 50 };
const A = 'dc75e70f-88df-5372-b0bc-fb7a961a5815';
const B = '6e049c29-7d2f-56f5-97a0-58a4f704b395';

/** Gives tokens and tells events; it can shut its sockets with a code. */
class Gateway {
  readonly tokens: string[] = [];
  readonly sockets = new Set<WebSocket>();
  readonly #door = new WebSocketServer({ noServer: true });
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      request.resume();
      const token = `t-${this.tokens.length}`;
      this.tokens.push(token);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 3_600 }));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      const asked = new URL(request.url ?? '', 'ws://gateway').searchParams.get('access_token');
      if (asked !== this.tokens.at(-1)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      this.#door.handleUpgrade(request, socket, head, (open) => {
        this.sockets.add(open);
        open.once('close', () => this.sockets.delete(open));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  tell(queueId: string, waitTime: number | null, more: object = {}): void {
    const event = {
      ...{ queueId, interactionId: 'i-1', eventType: 'answered', waitTime, timestamp: Date.now() },
      ...more,
    };
    for (const socket of this.sockets) socket.send(JSON.stringify(event));
  }

  shut(code: number): void {
    for (const socket of this.sockets) socket.close(code);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Once the other side has read all that was sent before. */
async function answered(socket: WebSocket): Promise<void> {
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
}

let redis: TestRedis;
let gateway: Gateway;
let host: string;
const stops: (() => unknown)[] = [];

beforeEach(async () => {
  gateway = new Gateway();
  [redis, host] = await Promise.all([startRedis(), gateway.listen()]);
  stops.push(
    () => redis.stop(),
    () => gateway.stop(),
  );
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function serve(more: Record<string, string> = {}) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-routing-'));
  stops.push(() => rmSync(dataDir, { recursive: true }));
  const config = parseConfig(
    {
      ...{ PORT: '0', DATA_DIR: dataDir, REDIS_URL: redis.url, ROUTING_EVENTS_URL: `ws://${host}/events` },
      ...{ ROUTING_EVENTS_TOKEN_URL: `http://${host}/oauth/token`, ROUTING_EVENTS_CLIENT_ID: 'c' },
      ...{ ROUTING_EVENTS_CLIENT_SECRET: 's', QUEUE_IDS: `${A.replaceAll('-', '').toUpperCase()},${B}` },
      ...more,
    },
    () => '',
  );
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: () => 0.05, log: silentLog },
    ...{ build: 'test', startPages: null },
  });
  stops.push(floorcast.stop);
  await expect.poll(() => gateway.sockets.size, SOON).toBe(1);
  const ask = async (query = ''): Promise<RoutingResponse> => {
    const response = await fetch(`${floorcast.url}/api/v1/routing${query}`);
    const content = await response.json();
    expect([response.status, content]).toMatchObject([200, {}]);
    return routingResponseSchema.parse(content);
  };
  const counts = async () => (await ask()).queues.map(({ eventCount }) => eventCount);
  return { ...floorcast, ask, counts };
}

describe('routing events, from a gateway to whoever reads', () => {
  it('ROUTE-40 are summed by queue of the allow-list, and read over REST by any spelling', async () => {
    const { ask, counts } = await serve();
    gateway.tell(A.toUpperCase(), 1_000, { agentStatus: 'INTERACTING' });
    gateway.tell(A.replaceAll('-', ''), 500);
    gateway.tell(B, null, { agentStatus: 'IDLE' });
    gateway.tell('somebody-else', 9_000);
    for (const socket of gateway.sockets) socket.send('nonsense');
    await expect.poll(counts, SOON).toEqual([2, 0]);
    expect(await ask()).toMatchObject({
      gateway: { state: 'live' },
      unwritten: 0,
      queues: [
        {
          queueId: A,
          averageWaitSeconds: 0.75,
          totalWaitSeconds: 1.5,
          eventCount: 2,
          lastAgentStatus: 'INTERACTING',
        },
        { queueId: B, averageWaitSeconds: null, eventCount: 0, lastAgentStatus: 'IDLE' },
      ],
    });
    expect((await ask(`?queueId=${B.toUpperCase()}`)).queues).toHaveLength(1);
  });

  it('ROUTE-41 outlast a Redis that is killed, frozen and emptied, each once', async () => {
    const { ask, counts, url } = await serve();
    gateway.tell(A, 1_000);
    await expect.poll(counts, SOON).toEqual([1]);
    await redis.kill();
    for (let n = 0; n < 50; n += 1) gateway.tell(A, 1_000);
    const away = async () => (await fetch(`${url}/api/v1/routing`)).status;
    await expect.poll(away, SOON).toBe(503);
    await redis.restart();
    // It forgot the one before.
    await expect.poll(() => counts().catch(() => []), SOON).toEqual([50]);
    redis.freeze();
    for (let n = 0; n < 20; n += 1) gateway.tell(A, 1_000);
    gateway.tell(B, 1);
    await expect.poll(away, SOON).toBe(503);
    redis.thaw();
    await expect.poll(() => counts().catch(() => []), SOON).toEqual([70, 1]);
    await expect.poll(async () => (await ask()).unwritten, SOON).toBe(0);
    expect((await ask()).queues[0]).toMatchObject({ totalWaitSeconds: 70 });
  });

  it('ROUTE-42 come again after the gateway shut the door, which is said with its reason', async () => {
    const { ask, counts } = await serve();
    gateway.shut(1008);
    await expect.poll(async () => (await ask()).gateway?.message, SOON).toContain('scope');
    await expect.poll(() => gateway.sockets.size, SOON).toBe(1);
    // A token that may have been taken back is not used again.
    expect(gateway.tokens).toHaveLength(2);
    gateway.tell(A, 10);
    await expect.poll(counts, SOON).toEqual([1]);
  });

  it('ROUTE-43 that are gathered when the server stops are written first', async () => {
    const { stop } = await serve();
    for (let n = 0; n < 10; n += 1) gateway.tell(A, 1);
    // Its answer comes by the same socket, after them.
    await Promise.all([...gateway.sockets].map((socket) => answered(socket)));
    await stop();
    expect(await redis.ask(`HGET metrics:${A} event_count`)).toContain('10');
  });

  it('ROUTE-44 say that they are off where there is no Redis, and refuse a question that nobody understands', async () => {
    const { url } = await serve();
    expect((await fetch(`${url}/api/v1/routing?queue=1`)).status).toBe(400);
    const routes = routingRoutes({ desk: null, queueIds: () => [], clock: systemClock });
    const alone = await openShell({ routes });
    stops.push(alone.stop);
    const off = await fetch(`${alone.url}/api/v1/routing`);
    expect([off.status, await off.json()]).toMatchObject([503, { code: 'routing.off' }]);
  });
});
