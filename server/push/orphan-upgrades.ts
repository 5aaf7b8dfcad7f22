/**
 * Upgrades on the shared port that are not Socket.IO's. Somebody else may answer them (the pages, in development);
 * where nobody does, Node leaves the socket open for ever: it is closed, at once where too many wait already.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../runtime/clock';

/** What has not been answered by then is nobody's. */
const ORPHAN_UPGRADE_MS = 10_000;
/** A developer's browser has a few. */
const MOST_WAITING = 100;

/** Watches until the result is called, which ends those that wait; upgrades under `ownPath` are left alone. */
export function watchOrphanUpgrades(server: Server, ownPath: string, clock: Clock): () => void {
  const waiting = new Set<() => void>();
  const watch = (request: IncomingMessage, socket: Duplex): void => {
    if (request.url?.startsWith(ownPath)) return;
    if (waiting.size >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    const tcp = request.socket;
    const writtenBefore = tcp.bytesWritten;
    const forget = () => {
      cancel();
      waiting.delete(end);
    };
    const end = () => {
      forget();
      if (tcp.bytesWritten === writtenBefore) socket.destroy();
    };
    const cancel = clock.after(ORPHAN_UPGRADE_MS, end);
    waiting.add(end);
    socket.once('close', forget);
    socket.on('error', forget);
  };
  server.on('upgrade', watch);
  return () => {
    server.off('upgrade', watch);
    for (const end of [...waiting]) end();
  };
}
