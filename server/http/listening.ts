/** Our HTTP server on its port, and off it again. */
import type { Server } from 'node:http';

/** The port that it got. Rejects with words for a person where the port is taken. */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      reject(thrown.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is taken: set PORT`) : thrown);
    });
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Whoever is still being answered is cut. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
