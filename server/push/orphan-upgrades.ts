/**
 * Upgrades on the shared port that are not Socket.IO's. Somebody else may answer them (the pages, in development);
 * where nobody does, Node leaves the socket open for ever: it is closed.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../runtime/clock';

/** What has not been answered by then is nobody's. */
const ORPHAN_UPGRADE_MS = 10_000;

/** Watches until the result is called; upgrades under `ownPath` are left alone. */
export function watchOrphanUpgrades(server: Server, ownPath: string, clock: Clock): () => void {
  const watch = (request: IncomingMessage, socket: Duplex): void => {
    if (request.url?.startsWith(ownPath)) return;
    const tcp = request.socket;
    const writtenBefore = tcp.bytesWritten;
    const cancel = clock.after(ORPHAN_UPGRADE_MS, () => {
      if (tcp.bytesWritten === writtenBefore) socket.destroy();
    });
    socket.once('close', cancel);
    socket.on('error', cancel);
  };
  server.on('upgrade', watch);
  return () => void server.off('upgrade', watch);
}
