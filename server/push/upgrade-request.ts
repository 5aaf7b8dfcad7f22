/** What push reads of the request that a socket began as. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';

export function addressOfConnection(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}

/** Whether it is for that path, whatever it asks there. */
export function isFor({ url = '' }: IncomingMessage, path: string): boolean {
  return url.split('?', 1)[0] === path;
}

/** Whether it would take over a session that is there already. */
export function namesSession(request: IncomingMessage): boolean {
  return new URL(request.url ?? '/', 'http://here').searchParams.has('sid');
}

/** Engine.IO keeps it there; its typings leave it out. `undefined`: another release does not. */
export function webSocketOf(request: IncomingMessage): EventEmitter | undefined {
  const { websocket } = request as IncomingMessage & { readonly websocket?: unknown };
  return websocket instanceof EventEmitter ? websocket : undefined;
}
