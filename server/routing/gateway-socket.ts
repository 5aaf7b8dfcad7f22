/** The port through which a gateway is listened to, and its real side on `ws`: bounded, verified, without redirects. */
import { WebSocket } from 'ws';

export interface GatewaySocketHandlers {
  opened(): void;
  frame(text: string): void;
  /** A frame that is no text. */
  otherFrame(): void;
  /** A sign of life that is no frame. */
  alive(): void;
  /** The handshake was answered by that HTTP status; nothing follows. */
  refused(status: number): void;
  /** Closed by that code (0: without one), or never opened; nothing follows. */
  closed(code: number): void;
}

export interface GatewaySocket {
  ping(): void;
  /** Ends it at once. No handler is called any more. */
  end(): void;
}

export type OpenGatewaySocket = (address: string, handlers: GatewaySocketHandlers) => GatewaySocket;

const MAX_FRAME_BYTES = 64 * 1024;
const HANDSHAKE_TIMEOUT_MS = 15_000;

export const wsGatewaySockets: OpenGatewaySocket = (address, handlers) => {
  const socket = new WebSocket(address, {
    ...{ perMessageDeflate: false, followRedirects: false, rejectUnauthorized: true },
    ...{ maxPayload: MAX_FRAME_BYTES, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
  });
  let isOver = false;
  const once = (act: () => void) => {
    if (isOver) return;
    isOver = true;
    act();
  };
  const alive = () => {
    if (!isOver) handlers.alive();
  };
  socket.on('open', () => {
    if (!isOver) handlers.opened();
  });
  socket.on('message', (data, isBinary) => {
    if (isOver) return;
    // With ws's default binaryType a message is one Buffer.
    if (isBinary) handlers.otherFrame();
    else handlers.frame((data as Buffer).toString('utf8'));
  });
  socket.on('ping', alive);
  socket.on('pong', alive);
  socket.on('unexpected-response', (request, response) => {
    once(() => handlers.refused(response.statusCode ?? 0));
    response.destroy();
    request.destroy();
  });
  // A close follows, without a code of the other side.
  socket.on('error', () => {});
  socket.on('close', (code) => once(() => handlers.closed(code === 1006 ? 0 : code)));
  return {
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    end() {
      isOver = true;
      socket.terminate();
    },
  };
};
