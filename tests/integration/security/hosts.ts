/** Hosts that misbehave, on loopback: a server that notes who came and answers by a function. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Host {
  readonly url: string;
  /** Every request that came, with all its headers. */
  readonly came: readonly string[];
  /** Connections that are open now. */
  connections(): number;
  stop(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Upgrade = (request: IncomingMessage, socket: Socket) => void;

export async function openHost(answer: Answer, upgrade?: Upgrade): Promise<Host> {
  const came: string[] = [];
  const open = new Set<Socket>();
  const note = ({ method, url, rawHeaders }: IncomingMessage) =>
    void came.push([method, url, ...rawHeaders].join(' '));
  const server = createServer((request, response) => {
    note(request);
    answer(request, response);
  });
  if (upgrade !== undefined) {
    server.on('upgrade', (request, socket) => {
      note(request);
      // On a server of node:http it is a TCP socket.
      upgrade(request, socket as Socket);
    });
  }
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    url: `http://127.0.0.1:${port}`,
    came,
    connections: () => open.size,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
