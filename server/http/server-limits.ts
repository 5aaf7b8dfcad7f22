/** What a client may take of our HTTP server's time and memory before it is cut. */
import type { Server } from 'node:http';

/** Sets the limits; a socket that was upgraded is no longer under them. */
export function limitServer(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 10_000;
  server.maxHeadersCount = 100;
}
