/**
 * The built pages behind the real door, with a made-up device and session behind made-up routes and namespaces: what a
 * browser meets of the widget and the console, without any device. And a page of another site that holds the widget.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { AgentDevice } from '../../lib/contracts/device';
import {
  DEVICE_NAMESPACE,
  DIAGNOSTICS_NAMESPACE,
  LIVE_EVENT,
  type LiveEvent,
  type SessionResponse,
  type SessionSummary,
  TELEMETRY_EVENT,
} from '../../lib/contracts/diagnostics';
import { meRoutes } from '../../server/http/me-route';
import { sendJson, sendProblem } from '../../server/http/reply';
import type { Exchange, Route } from '../../server/http/route';
import { systemClock } from '../../server/runtime/clock';
import { builtPages } from './browser';
import { FakeGate } from './fake-gate';
import { type HttpStand, openHttp } from './http-stand';

const UNKNOWN = { status: 404, code: 'diagnostics.unknown', message: 'there is none' };

/** What the made-up routes answer; a test changes it as it goes. */
export interface DeviceWorld {
  device: AgentDevice | null;
  /** How long an asking for the device takes. */
  hold: Promise<void> | null;
  response: SessionResponse | null;
  sessions: SessionSummary[];
  /** Bodies of what was asked for, by path. */
  readonly asked: { readonly path: string; readonly body: unknown }[];
  /** What the next command is answered; `null`: 202. */
  refuse: { readonly status: number; readonly code: string; readonly message: string } | null;
}

export interface DeviceStand extends HttpStand {
  readonly world: DeviceWorld;
  readonly gate: FakeGate;
  /** To all widgets: the device as it is now. */
  tellDevice(): void;
  /** To all consoles. */
  tell(event: Record<string, unknown> & Pick<LiveEvent, 'kind'>): void;
  /** Cuts all links, and lets nobody in until it is called with false. */
  darken(isDark: boolean): void;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openDeviceStand(options: {
  readonly framers?: readonly string[];
  readonly gate?: FakeGate;
}): Promise<DeviceStand> {
  const { framers: widgetFramers = [], gate = new FakeGate(true) } = options;
  const world: DeviceWorld = {
    ...{ device: null, hold: null, response: null, sessions: [], asked: [], refuse: null },
  };
  const { handle } = await builtPages({ hostname: '127.0.0.1', port: 0 });
  const routes = [...meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' }), ...routesOf(world)];
  const stand = await openHttp({ routes, gate, clock: systemClock, fallback: handle, widgetFramers });
  const io = new Server(stand.server, {
    ...{ transports: ['websocket'], pingInterval: 2_000, pingTimeout: 2_500, destroyUpgrade: false },
  });
  let seq = 0;
  let isDark = false;
  for (const name of [DEVICE_NAMESPACE, DIAGNOSTICS_NAMESPACE]) {
    io.of(name).use((_, next) => next(isDark ? new Error('dark') : undefined));
  }
  io.of(DEVICE_NAMESPACE).on('connection', (socket) => {
    if (world.device !== null) socket.emit(TELEMETRY_EVENT, world.device);
  });
  const live = (event: Record<string, unknown>) => ({ seq: ++seq, ...event });
  io.of(DIAGNOSTICS_NAMESPACE).on('connection', (socket) => {
    if (world.response !== null) socket.emit(LIVE_EVENT, live({ kind: 'session', ...world.response }));
  });
  return {
    ...stand,
    world,
    gate,
    tellDevice: () => void io.of(DEVICE_NAMESPACE).emit(TELEMETRY_EVENT, world.device),
    tell: (event) => void io.of(DIAGNOSTICS_NAMESPACE).emit(LIVE_EVENT, live(event)),
    darken(dark) {
      isDark = dark;
      for (const name of [DEVICE_NAMESPACE, DIAGNOSTICS_NAMESPACE]) {
        if (dark) io.of(name).disconnectSockets(true);
      }
    },
    async stop() {
      await io.close();
      await stand.stop().catch(() => undefined); // Socket.IO has closed the server already.
    },
  };
}

function routesOf(world: DeviceWorld): readonly Route[] {
  const noting =
    (answer: (exchange: Exchange, body: unknown) => void) =>
    async (exchange: Exchange): Promise<void> => {
      const body = await exchange.json();
      world.asked.push({ path: exchange.request.url ?? '', body: body.ok ? body.value : null });
      if (world.refuse === null) answer(exchange, body.ok ? body.value : null);
      else sendProblem(exchange.response, world.refuse);
    };
  const session = ({ response }: Exchange) =>
    world.response === null
      ? sendProblem(response, UNKNOWN)
      : sendJson(response, { ...world.response, serverTime: Date.now() });
  return [
    {
      method: 'GET',
      path: '/api/v1/agent/device',
      answer: async ({ response }) => {
        await world.hold;
        if (world.device === null) sendProblem(response, { ...UNKNOWN, code: 'interaction.unknown' });
        else sendJson(response, { ...world.device, serverTime: Date.now() });
      },
    },
    {
      method: 'POST',
      path: '/api/v1/agent/token',
      answer: ({ response }) => sendJson(response, { token: 'tok', expiresAt: Date.now() + 600_000 }),
    },
    { method: 'GET', path: '/v1/diagnostics/:id', answer: session },
    {
      method: 'GET',
      path: '/v1/diagnostics/:id/bundle',
      answer: ({ response }) => {
        response.setHeader('content-disposition', 'attachment; filename="diagnostics-c-1.json"');
        sendJson(response, { bundle: true });
      },
    },
    { method: 'POST', path: '/v1/diagnostics/initiate', answer: noting(session) },
    {
      method: 'POST',
      path: '/v1/diagnostics/execute',
      answer: noting(({ response }) =>
        sendJson(response, { serverTime: Date.now(), command: world.response?.session.commands.at(-1) }, 202),
      ),
    },
    { method: 'POST', path: '/v1/diagnostics/:id/end', answer: noting(session) },
    {
      method: 'GET',
      path: '/api/v1/diagnostics',
      answer: ({ response }) =>
        sendJson(response, { serverTime: Date.now(), sessions: world.sessions, more: 0 }),
    },
  ];
}

/** As docs/genesys-devices.md tells administrators to set it. */
const SANDBOX = 'allow-scripts allow-same-origin allow-popups allow-forms allow-downloads';

export interface ForeignSite {
  /** `http://localhost:…`: for browsers another site than 127.0.0.1. */
  readonly origin: string;
  /** The page that it serves holds this address in a frame. */
  hold(address: string): void;
  stop(): Promise<void>;
}

export async function openForeignSite(): Promise<ForeignSite> {
  let held = 'about:blank';
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>desktop</title><style>body{margin:0}iframe{border:0;width:100vw;height:100vh}</style><iframe sandbox="${SANDBOX}" src="${held}"></iframe>`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    origin: `http://localhost:${port}`,
    hold(address) {
      held = address;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
