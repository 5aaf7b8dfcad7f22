/**
 * Appliances of the benchmark of device sessions, as a process of their own, with the token and the customers that the
 * server asks for first. Each sends its figures ten times a second and a heartbeat every 5 s, spread evenly over time.
 * Started by device-sessions.ts; says its address, and how many messages went out when asked.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { type WebSocket, WebSocketServer } from 'ws';

export type AppliancesMessage =
  | { readonly kind: 'up'; readonly url: string }
  | { readonly kind: 'sent'; readonly metrics: number };

/** Times a second. */
const RATE = 10;
/** Of a tenth of a second. */
const SLOTS = 10;
const HEARTBEAT_TURNS = 5 * RATE;
const HEARTBEAT = '{"type":"heartbeat"}';
/** A weak signal now and then: breaches are begun and ended, too. */
const FIGURES = Array.from({ length: 200 }, (_, n) =>
  JSON.stringify({
    type: 'metrics',
    values: {
      signal_dbm: Math.round(-72 + 15 * Math.sin(n / 32)),
      packet_loss_pct: Math.max(0, Math.round(30 * Math.sin(n / 16)) / 10),
      latency_ms: 30 + (n % 17),
      errors: n % 97 === 0 ? 1 : 0,
    },
  }),
);

const slots: Set<WebSocket>[] = Array.from({ length: SLOTS }, () => new Set());
let [connections, turns, metrics] = [0, 0, 0];

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://appliances');
  request.resume();
  if (pathname === '/token') json(response, { access_token: 'bench', expires_in: 3_600 });
  else json(response, customersOf(searchParams.get('device_id') ?? ''));
});
const upgrader = new WebSocketServer({ server, perMessageDeflate: false });
upgrader.on('connection', (socket) => {
  const slot = slots[connections++ % SLOTS];
  slot?.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => slot?.delete(socket));
});

setInterval(
  () => {
    turns += 1;
    const turn = Math.floor(turns / SLOTS);
    for (const socket of slots[turns % SLOTS] ?? []) {
      socket.send(FIGURES[turn % FIGURES.length] ?? '');
      metrics += 1;
      if (turn % HEARTBEAT_TURNS === 0) socket.send(HEARTBEAT);
    }
  },
  1_000 / RATE / SLOTS,
);

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // it listens on a port
  say({ kind: 'up', url: `127.0.0.1:${port}` });
});
process.on('message', () => say({ kind: 'sent', metrics }));
process.on('disconnect', () => process.exit());

function say(message: AppliancesMessage): void {
  process.send?.(message);
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function customersOf(deviceId: string): object {
  const devices = [{ device_id: deviceId, product: 'Bench' }];
  return { customers: [{ customer_id: `customer-${deviceId}`, account: null, devices }] };
}
