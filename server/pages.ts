/**
 * The pages: Next's handler inside our own server, so that one port serves all. Next is started after the API, so
 * a slow start of the pages delays no figure.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import next from 'next';

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Pages {
  readonly handle: PageHandler;
  close(): Promise<void>;
}

/** Starts Next on a built project. Throws where `.next` is missing: the message says to build. */
export async function startPages(options: {
  projectDir: string;
  hostname: string;
  port: number;
}): Promise<Pages> {
  const app = next({
    dev: false,
    dir: options.projectDir,
    hostname: options.hostname,
    port: options.port,
    // Next listens for upgrades on the server that it is given, or on the one that its first request came by. This one
    // never opens: no upgrade reaches it.
    httpServer: createServer(),
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handle: (request, response) => void handle(request, response),
    close: () => app.close(),
  };
}
