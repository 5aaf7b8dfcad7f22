/** The whole server with a device cloud, customers and an appliance that a test plays: from REST to the link and back. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { telemetrySchema } from '../../../lib/contracts/device';
import { sessionResponseSchema } from '../../../lib/contracts/diagnostics';
import { parseConfig } from '../../../server/config';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { systemRandom } from '../../../server/runtime/random';
import { wire } from '../../../server/wire';

const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** One server for the token, the state of devices, who has which, and the appliances. */
async function openOutside() {
  const answers = (request: IncomingMessage): object => {
    if (request.url === '/token')
      return { access_token: 'cloud-token', token_type: 'bearer', expires_in: 3_600 };
    if (request.url?.startsWith('/customers')) {
      return { customers: [{ customer_id: 'c1', account: 'A-7', devices: [{ device_id: 'SN-1' }] }] };
    }
    return { status: 'online', battery_level: 77, firmware_version: '3.2.1', last_seen: 1_700_000_000 };
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers(request)));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket: WebSocket) => {
    socket.send(JSON.stringify({ type: 'heartbeat' }));
    socket.on('message', (raw) => {
      const { type, id } = JSON.parse(String(raw));
      if (type !== 'command') return;
      socket.send(JSON.stringify({ type: 'received', id }));
      socket.send(JSON.stringify({ type: 'result', id, ok: true, result: { signal_dbm: -70 } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port; // A TCP server that listens has one.
}

async function openFloorcast(settings: Record<string, string>) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-devices-'));
  closings.push(() => rmSync(dataDir, { recursive: true }));
  const config = parseConfig({ PORT: '0', DATA_DIR: dataDir, TIME_ZONE: 'UTC', ...settings }, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, log: silentLog },
    ...{ build: 'test', startPages: null },
  });
  closings.push(() => floorcast.stop());
  const ask = (address: string, body?: object) =>
    fetch(floorcast.url + address, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { origin: floorcast.url, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { floorcast, ask };
}

describe('the server with devices', () => {
  it('API-22 runs a command on an appliance, from REST to the link and back', async () => {
    const port = await openOutside();
    const { ask } = await openFloorcast({
      DEVICE_API_URL: `http://127.0.0.1:${port}`,
      DEVICE_LINK_URL: `ws://127.0.0.1:${port}/devices/{deviceId}`,
      DEVICE_TOKEN_URL: `http://127.0.0.1:${port}/token`,
      DEVICE_CLIENT_ID: 'floorcast',
      DEVICE_CLIENT_SECRET: 'a secret of the tests',
    });
    const status = telemetrySchema.parse(await (await ask('/v1/device/status?device_id=SN-1')).json());
    expect(status).toMatchObject({ deviceStatus: 'online', battery: 77 });
    const begun = await ask('/v1/diagnostics/initiate', {
      ...{ interactionId: 'i-1', customerId: 'c1', deviceId: 'SN-1' },
      requestedCommands: ['signal_strength'],
    });
    expect([begun.status, await begun.clone().text()]).toMatchObject([201, expect.any(String)]);
    const stream = await fetch(begun.url.replace('/initiate', '/i-1/stream'));
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"state":"done"')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    const shown = sessionResponseSchema.parse(await (await ask('/v1/diagnostics/i-1')).json());
    expect(shown.session.commands).toMatchObject([{ state: 'done', result: { signal_dbm: -70 } }]);
    const foreign = await ask('/v1/diagnostics/initiate', {
      ...{ interactionId: 'i-2', customerId: 'c2', deviceId: 'SN-1' },
    });
    expect(foreign.status).toBe(403);
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`p${i}`.padEnd(65, 'x'), i]));
    for (const wish of [
      ...[{ command: 'rm -rf' }, { command: 'x'.repeat(10_000) }, { command: '' }],
      ...[{ command: '__proto__' }, { command: 'ping_latency', params: many }],
    ]) {
      const refused = await ask('/v1/diagnostics/execute', { interactionId: 'i-1', ...wish });
      expect(refused.status).toBe(403);
    }
    expect((await ask('/v1/diagnostics/execute', { interactionId: 'i-1', command: 1 })).status).toBe(400);
  });

  it('API-25 without any settings of devices it says so, and starts as ever', async () => {
    const { ask, floorcast } = await openFloorcast({});
    expect(floorcast.sources().devices.state).toBe('off');
    const status = telemetrySchema.parse(await (await ask('/v1/device/status?device_id=SN-1')).json());
    expect(status.reason?.code).toBe('off');
    expect((await ask('/v1/diagnostics/i-1')).status).toBe(404);
  });
});
