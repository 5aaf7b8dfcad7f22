/**
 * A link's socket on `ws`: certificates verified whatever the environment says, no compression, no redirects, a bound
 * on a frame, on its pieces and on what waits to be sent. What breaks the protocol ends it at once. The handshake's
 * deadline is the caller's: a time-out of ws's own begins anew with each byte.
 */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { retryAfterMs } from '../../runtime/http-failures';
import { BURST_FRAMES } from './frame-budget';
import { endingOfClose, endingOfError } from './link-ending';
import type { LinkSocket, LinkSocketHandlers, OpenLinkSocket } from './link-socket';

const MAX_FRAME_BYTES = 64 * 1024;
const MAX_PIECES = 1_024;
/** A command has a few hundred bytes: who has not read so much of them is not reading. */
const MAX_UNSENT_BYTES = 64 * 1024;
/** More than the budget of frames lets in at once: a flood of pings is told as one. */
const MAX_UNSENT_PONGS = 2 * BURST_FRAMES;
const LEAVE_TIMEOUT_MS = 1_000;

/** `ca`: PEM of the authority that vouches for the link, beside none; `null`: those of the system. */
export function wsLinkSockets(ca: string | null = null): OpenLinkSocket {
  return (address, token, handlers) => {
    const socket = new WebSocket(address, {
      ...{ perMessageDeflate: false, followRedirects: false, rejectUnauthorized: true },
      ...{ maxPayload: MAX_FRAME_BYTES, maxFragments: MAX_PIECES, maxBufferedChunks: MAX_PIECES },
      // Of ws itself, and missing in its types.
      ...{ closeTimeout: LEAVE_TIMEOUT_MS, maxPendingAutoPongs: MAX_UNSENT_PONGS },
      headers: { authorization: `Bearer ${token}` },
      ...(ca === null ? {} : { ca }),
    });
    return listen(socket, handlers);
  };
}

function listen(socket: WebSocket, handlers: LinkSocketHandlers): LinkSocket {
  let isOver = false;
  const once = (act: () => void) => {
    if (isOver) return;
    isOver = true;
    act();
  };
  const control = (data: Buffer) => {
    if (!isOver) handlers.otherFrame('control', data.length);
  };
  socket.on('open', () => {
    if (!isOver) handlers.opened();
  });
  socket.on('message', (data, isBinary) => {
    if (isOver) return;
    // With ws's default binaryType a message is one Buffer.
    const bytes = data as Buffer;
    if (isBinary) handlers.otherFrame('binary', bytes.length);
    else handlers.frame(bytes.toString('utf8'), bytes.length);
  });
  socket.on('ping', control);
  socket.on('pong', control);
  socket.on('unexpected-response', (request, response) => {
    once(() => handlers.refused(response.statusCode ?? 0, leftAloneMs(response)));
    response.destroy();
    request.destroy();
  });
  socket.on('error', (error) => {
    once(() => handlers.ended(endingOfError(error)));
    socket.terminate();
  });
  socket.on('close', (code) => once(() => handlers.ended(endingOfClose(code))));
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
      // What does not leave any more ends the socket, which is told.
      socket.send(text, () => {});
      return true;
    },
    drop() {
      isOver = true;
      socket.terminate();
    },
    leave() {
      isOver = true;
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
      else socket.terminate();
    },
  };
}

function leftAloneMs({ headers, statusCode = 0 }: IncomingMessage): number {
  const header = (name: string) => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  return retryAfterMs({ status: statusCode, header, text: '' });
}
