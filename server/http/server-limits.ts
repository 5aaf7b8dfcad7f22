/** What a client may take of our HTTP server's time, memory and sockets before it is cut. */
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressForLimits } from '../runtime/address-for-limits';
import { addressList, directAddress } from './client-address';

export interface ServerLimits {
  /** At most this many at a time, also those that were upgraded. */
  readonly connectionsPerAddress?: number;
  /** Not counted: proxies, from which everybody comes. This machine is none either, for the same reason. */
  readonly trustedProxies?: readonly string[];
}

/** More than the sockets that one address may have open, with some requests beside them. */
const CONNECTIONS_PER_ADDRESS = 512;
const THIS_MACHINE = ['127.0.0.0/8', '::1'];

/** Node looks every 30 s by itself: headers that take 10 s would be waited for up to 40 s. */
const CHECK_PERIOD_MS = 1_000;

/** A server with these limits; a socket that was upgraded is no longer under those of time. */
export function createLimitedServer(limits: ServerLimits = {}): Server {
  const server = createServer({ connectionsCheckingInterval: CHECK_PERIOD_MS });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 10_000;
  server.maxHeadersCount = 100;
  const exempt = addressList([...THIS_MACHINE, ...(limits.trustedProxies ?? [])]);
  const most = limits.connectionsPerAddress ?? CONNECTIONS_PER_ADDRESS;
  const admit = countConnections(most, exempt);
  server.on('connection', (socket: Socket) => admit(socket));
  return server;
}

/** Counts each socket until it is closed; destroys one that is too many. */
export function countConnections(
  most: number,
  isExempt: (address: string) => boolean,
): (socket: Pick<Socket, 'remoteAddress' | 'once' | 'destroy'>) => void {
  const open = new Map<string, number>();
  return (socket) => {
    const address = directAddress(socket);
    if (isExempt(address)) return;
    const client = addressForLimits(address);
    const count = open.get(client) ?? 0;
    if (count >= most) {
      socket.destroy();
      return;
    }
    open.set(client, count + 1);
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  };
}
