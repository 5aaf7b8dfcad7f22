/**
 * One screen as a board's room sees it, and the cheapest honest way to its socket. Where everything sent before has
 * left this process, a prepared frame is written to the socket in one call, past Engine.IO's packet handling but in
 * its order: its transport must be writable, its buffer empty, its WebSocket open. Engine.IO's own state is not
 * touched: its heartbeat and its closing go their usual way. These are internals of engine.io 6 and ws 8: they are
 * looked at once a screen, and where they are not as expected the public `emit` is used instead, and counted.
 */
import type { Socket } from 'socket.io';
import type { Refusal } from '../../lib/contracts/push';
import type { PreparedFrame } from './frame';

/** What a room needs of a screen. */
export interface Screen {
  /** Whether it is open and all that was sent to it has left this process. */
  isIdle(): boolean;
  /** Hands over a frame if the screen is idle; else does nothing and gives false. */
  deliver(frame: PreparedFrame): boolean;
  /** Hands over a frame behind whatever waits: for the first frame of a screen only, else it would pile up. */
  queue(frame: PreparedFrame): void;
  /** Says why not, and closes. */
  refuse(refusal: Refusal): void;
  /** One of this server's own, which reads slowly on purpose: nobody wonders that it is passed over. */
  readonly isOurs?: true;
}

/** The socket's parts that a frame passes on the short way; the fields that are read, no more. */
interface Wire {
  readonly engine: { readonly readyState: string; readonly writeBuffer: readonly unknown[] };
  readonly transport: { readonly writable: boolean };
  readonly webSocket: { readonly readyState: number };
  readonly sender: { sendFrame(list: readonly Buffer[]): void };
  readonly tcp: { readonly writableLength: number };
}

const WEB_SOCKET_OPEN = 1;

export interface ScreenOptions {
  /** Called for each frame that had to go the long way. */
  readonly onFallback: () => void;
  /** Off: always the public way. */
  readonly shortWay: boolean;
}

export class SocketScreen implements Screen {
  readonly #socket: Socket;
  readonly #options: ScreenOptions;
  readonly #wire: Wire | null;

  constructor(socket: Socket, options: ScreenOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#wire = options.shortWay ? wireOf(socket) : null;
  }

  isIdle(): boolean {
    const wire = this.#wire;
    if (wire === null) return this.#socket.connected && this.#socket.conn.transport.writable;
    return (
      wire.tcp.writableLength === 0 &&
      wire.transport.writable &&
      wire.webSocket.readyState === WEB_SOCKET_OPEN &&
      wire.engine.writeBuffer.length === 0 &&
      wire.engine.readyState === 'open'
    );
  }

  deliver(frame: PreparedFrame): boolean {
    if (!this.isIdle()) return false;
    if (this.#wire !== null) this.#wire.sender.sendFrame(frame.wire);
    else this.#emit(frame);
    return true;
  }

  queue(frame: PreparedFrame): void {
    if (this.#wire === null) {
      this.#emit(frame);
      return;
    }
    // Engine.IO hands `wsPreEncodedFrame` to the WebSocket as it is; its typings leave the option out.
    const options = { compress: false, wsPreEncodedFrame: frame.wire } as { compress: boolean };
    this.#socket.conn.write(frame.packet, options);
  }

  refuse(refusal: Refusal): void {
    this.#socket.emit('refusal', refusal);
    this.#socket.disconnect(true);
  }

  #emit(frame: PreparedFrame): void {
    this.#options.onFallback();
    this.#socket.emit(frame.event, JSON.parse(frame.json));
  }
}

/** The short way to a socket, or `null` where any part of it is not what engine.io 6 and ws 8 have there. */
export function wireOf(socket: { readonly conn: unknown }): Wire | null {
  const engine = fields(socket.conn);
  const transport = fields(engine?.transport);
  const webSocket = fields(transport?.socket);
  const sender = fields(webSocket?._sender);
  const tcp = fields(webSocket?._socket);
  const asExpected =
    typeof engine?.readyState === 'string' &&
    Array.isArray(engine.writeBuffer) &&
    transport?.name === 'websocket' &&
    typeof transport.writable === 'boolean' &&
    !transport.perMessageDeflate &&
    webSocket?.extensions === '' &&
    typeof webSocket.readyState === 'number' &&
    typeof sender?.sendFrame === 'function' &&
    typeof tcp?.writableLength === 'number';
  // Every field of Wire has just been looked at.
  return asExpected ? ({ engine, transport, webSocket, sender, tcp } as unknown as Wire) : null;
}

function fields(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
