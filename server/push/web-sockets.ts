/**
 * The WebSockets below Socket.IO, and what one of them may hold. A message counts for our limits once it is whole: one
 * that never ends, in fragments or pieces of a byte, would be held with some hundred bytes for each until memory is
 * full. Ours, not the copy that engine.io brings along, so that there is one version of it and its limits are known.
 */
import { type ServerOptions, WebSocketServer } from 'ws';

/** What clients of ours say fits into one frame; a proxy may cut that in two. */
const MAX_FRAGMENTS = 8;
/** 64 kB, the most that a message has, come in some 50 pieces of a network's usual size. */
const MAX_BUFFERED_CHUNKS = 256;

/** For Socket.IO's `wsEngine`, which calls it with `new` and its own options. */
export function LimitedWebSocketServer(options: ServerOptions): WebSocketServer {
  return new WebSocketServer({
    ...options,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
  });
}
