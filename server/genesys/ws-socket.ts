/**
 * A channel's socket on `ws`: no compression (70 µs a frame against 1), a bound on a frame and on the handshake, no
 * redirects. A frame past the bound closes the socket, as any protocol error does.
 */
import { WebSocket } from 'ws';
import type { OpenSocket, Socket, SocketHandlers } from './socket';

const MAX_FRAME_BYTES = 2 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 15_000;

export const openWsSocket: OpenSocket = (uri, handlers) => {
  const socket = new WebSocket(uri, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    followRedirects: false,
  });
  return listen(socket, handlers);
};

function listen(socket: WebSocket, handlers: SocketHandlers): Socket {
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
    const said = text.toString('utf8');
    once(() => handlers.closed([String(code), reason, said].filter((part) => part !== '').join(' ')));
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
