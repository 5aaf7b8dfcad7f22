/**
 * Upgrades: only Socket.IO's address takes them. Whatever else asks to leave HTTP, by another path or with a whole
 * address in place of a path, is refused at once, before anybody who shares the server sees it as a possible own.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/** Put on before anyone else listens for upgrades. Returns the way out. */
export function guardUpgrades(server: Server, ownPath: string): () => void {
  const refuse = (request: IncomingMessage, socket: Duplex): void => {
    if ((request.url ?? '').split('?', 1)[0] === ownPath) return;
    // It may be gone already; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.once('finish', () => socket.destroy());
    socket.end(REFUSAL);
  };
  server.prependListener('upgrade', refuse);
  return () => void server.off('upgrade', refuse);
}
