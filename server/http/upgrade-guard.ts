/**
 * Upgrades: only Socket.IO's address takes them, and each is counted before anything else is looked at. Whatever else
 * asks to leave HTTP, by another path, with a whole address in place of a path, or too often, is refused at once,
 * before anybody who shares the server sees it as a possible own.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface UpgradeGuardOptions {
  readonly ownPath: string;
  /** Counts it. Ms until its client may come again; 0 where it may come now. */
  readonly waitMs: (request: IncomingMessage) => number;
}

/** Put on before anyone else listens for upgrades. Returns the way out. */
export function guardUpgrades(server: Server, { ownPath, waitMs }: UpgradeGuardOptions): () => void {
  const guard = (request: IncomingMessage, socket: Duplex): void => {
    const wait = waitMs(request);
    if (wait > 0) refuse(socket, '429 Too Many Requests', `retry-after: ${Math.ceil(wait / 1_000)}\r\n`);
    else if ((request.url ?? '').split('?', 1)[0] !== ownPath) refuse(socket, '400 Bad Request');
  };
  server.prependListener('upgrade', guard);
  return () => void server.off('upgrade', guard);
}

/** Ends it: whoever listens after us sees that it takes nothing any more. */
function refuse(socket: Duplex, status: string, headers = ''): void {
  // It may be gone already; there is nobody to tell.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${headers}connection: close\r\ncontent-length: 0\r\n\r\n`);
}
