/** The HTTP handler on a real server at port 0, without accounts unless a test gives a gate that knows somebody. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import {
  createHttpHandler,
  createHttpShell,
  type HttpHandlerOptions,
  type HttpShellOptions,
} from '../../server/http/http-handler';
import { createLimitedServer } from '../../server/http/server-limits';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { FakeClock } from './fake-clock';
import { FakeGate } from './fake-gate';
import { FakeKpiReader } from './fake-kpi-reader';
import { NotedAudit } from './noted-audit';
import { boardOf, FakeBoards, SOURCES } from './push-boards';

/** Beside the stand's own address. */
export const ORIGIN = 'http://floor.test:8080';

export interface HttpStand {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Of what it was given, or its own. */
  readonly audit: NotedAudit;
  stop(): Promise<void>;
}

/** The whole handler: figures, health, and the routes of `more`. */
export async function openHttp(more: Partial<HttpHandlerOptions> = {}) {
  const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b']);
  const boards = new FakeBoards([boardOf('main'), boardOf('second')]);
  const figures = { reader, boards, sources: () => SOURCES };
  const stand = await listen(more, (shell) => createHttpHandler({ ...shell, ...figures, ...more }));
  return { ...stand, reader };
}

/** Only the routes of `more`. */
export function openShell(more: Partial<HttpShellOptions> = {}): Promise<HttpStand> {
  return listen(more, createHttpShell);
}

async function listen(
  more: Partial<HttpShellOptions>,
  create: (options: HttpShellOptions) => ReturnType<typeof createHttpShell>,
): Promise<HttpStand> {
  const audit = new NotedAudit();
  const allowedHosts: string[] = [];
  const allowedOrigins = [ORIGIN];
  const handle = create({
    ...{ routes: [], gate: new FakeGate(true), audit, metrics: createMetrics(), log: silentLog },
    ...{ clock: new FakeClock(), allowedOrigins, allowedHosts, trustedProxies: [], secureOrigin: false },
    fallback: (_, response) => response.end('a page'),
    ...more,
  });
  const server = createLimitedServer();
  server.on('request', handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  allowedHosts.push(`127.0.0.1:${port}`);
  allowedOrigins.push(`http://127.0.0.1:${port}`);
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { server, port, url: `http://127.0.0.1:${port}`, audit, stop };
}

/** Sends these bytes as they are, and gives all that comes back until the server closes. */
export async function sendRaw(port: number, ...lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that cuts us off is an answer too.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

/** The status of an answer that `sendRaw` gave; 0 where there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
