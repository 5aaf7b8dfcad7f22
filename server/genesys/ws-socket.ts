/**
 * A channel's socket on `ws`: no compression (70 µs a frame against 1), a bound on a frame and on the handshake, no
 * redirects. A frame past the bound closes the socket, as any protocol error does.
 */
import { WebSocket } from 'ws';
import { createScrubber } from '../runtime/scrub';
import type { OpenSocket, Socket, SocketHandlers } from './socket';

export interface SocketLimits {
  readonly maxFrameBytes: number;
  readonly handshakeTimeoutMs: number;
}

const LIMITS: SocketLimits = { maxFrameBytes: 2 * 1024 * 1024, handshakeTimeoutMs: 15_000 };

/** The way to open sockets of such limits. */
export function wsSockets(limits: SocketLimits = LIMITS): OpenSocket {
  return (uri, handlers) => {
    const socket = new WebSocket(uri, {
      perMessageDeflate: false,
      maxPayload: limits.maxFrameBytes,
      handshakeTimeout: limits.handshakeTimeoutMs,
      followRedirects: false,
    });
    return listen(socket, handlers, uri);
  };
}

function listen(socket: WebSocket, handlers: SocketHandlers, uri: string): Socket {
  let over = false;
  let reason = '';
  const once = (act: () => void) => {
    if (over) return;
    over = true;
    act();
  };
  socket.on('open', () => {
    if (!over) handlers.opened();
  });
  socket.on('message', (data, isBinary) => {
    if (over) return;
    // With ws's default binaryType a message is one Buffer.
    if (isBinary) handlers.binaryFrame();
    else handlers.frame((data as Buffer).toString('utf8'));
  });
  socket.on('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0;
    once(() => handlers.refused(status));
    response.destroy();
    request.destroy();
  });
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', (code, text) => {
    const said = [String(code), reason, text.toString('utf8')].filter((part) => part !== '').join(' ');
    // What the other side says may repeat the address, whose last part is all that one needs to listen.
    const scrubber = createScrubber([uri, uri.slice(uri.lastIndexOf('/') + 1)]);
    once(() => handlers.closed(scrubber.text(said)));
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    end: () => {
      over = true;
      socket.terminate();
    },
  };
}
