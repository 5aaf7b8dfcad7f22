/** Links on real sockets to appliances that behave as they are told; time moves only where a test moves it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ok } from '../../../../lib/result';
import { createApplianceLinks } from '../../../../server/devices/link/appliance-links';
import type { ApplianceLink, ApplianceMessage, LinkState } from '../../../../server/devices/ports';
import { createLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { FakeClock } from '../../../support/fake-clock';

/** A handshake that was asked for. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  accept(): Promise<WebSocket>;
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class Stage {
  readonly clock = new FakeClock();
  readonly states: LinkState[] = [];
  readonly messages: ApplianceMessage[] = [];
  readonly lines: string[] = [];
  readonly asked: Asked[] = [];
  /** What an appliance does with a handshake. */
  onAsked: (asked: Asked) => void = (asked) => void asked.accept();
  readonly #closings: (() => Promise<unknown>)[] = [];
  #changed: (() => void)[] = [];

  /** The address of a new server. */
  async serve(tls: { readonly cert: string; readonly key: string } | null = null): Promise<string> {
    const server = tls === null ? createServer() : createTlsServer(tls);
    const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    server.on('upgrade', (request, socket, head) => {
      // Of an HTTP server of one's own it is a socket.
      const asked = askedOf(upgrader, request, socket as Socket, head);
      this.asked.push(asked);
      this.onAsked(asked);
      this.#tell();
    });
    const port = await this.#listen(server);
    return `${tls === null ? 'ws' : 'wss'}://127.0.0.1:${port}/devices`;
  }

  /** The address of a server that says what it likes, once a handshake has come whole. */
  async serveRaw(say: (socket: Socket, acceptance: string) => void): Promise<string> {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      let head = '';
      socket.on('data', (chunk: Buffer) => {
        if (head.includes('\r\n\r\n')) return;
        head += chunk.toString('latin1');
        if (head.includes('\r\n\r\n')) say(socket, acceptanceOf(head));
      });
    });
    return `ws://127.0.0.1:${await this.#listen(server)}/devices`;
  }

  link(url: string, ca: string | null = null): ApplianceLink {
    const open = createApplianceLinks({
      ...{ url, ca, clock: this.clock, random: () => 0.5, metrics: createMetrics() },
      tokens: { token: async () => ok('s3cret-token'), invalidate: () => {} },
      log: createLog('debug', (line) => void this.lines.push(line)),
    });
    const link = open('SN 1/2', {
      onState: (state) => this.#note(this.states, state),
      onMessage: (message) => this.#note(this.messages, message),
    });
    this.#closings.push(async () => link.close());
    return link;
  }

  /** Resolves when it is so, looked at whenever something came. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => void this.#changed.push(resolve));
  }

  /** The newest state, once there are so many. */
  async state(count: number): Promise<LinkState | undefined> {
    await this.until(() => this.states.length >= count);
    return this.states.at(-1);
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).reverse()) await close();
  }

  #note<T>(list: T[], item: T): void {
    list.push(item);
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  async #listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#closings.push(async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    return (server.address() as AddressInfo).port; // it listens on a port
  }
}

function askedOf(upgrader: WebSocketServer, request: IncomingMessage, socket: Socket, head: Buffer): Asked {
  return {
    ...{ request, socket },
    accept: () =>
      new Promise((resolve) => {
        upgrader.handleUpgrade(request, socket, head, (webSocket) => {
          webSocket.on('error', () => {});
          resolve(webSocket);
        });
      }),
    answer(status, headers = {}) {
      const lines = Object.entries({ ...headers, 'content-length': '0' }).map(([k, v]) => `${k}: ${v}`);
      socket.end(`HTTP/1.1 ${status} Said\r\n${lines.join('\r\n')}\r\n\r\n`);
    },
  };
}

/** An answer that opens the WebSocket. */
function acceptanceOf(head: string): string {
  const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** A frame as a server writes it; `opcode` with its flags. */
export function rawFrame(opcode: number, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([opcode, payload.length]), payload]);
}
