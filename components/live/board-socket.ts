/** The real socket to the server: Socket.IO, WebSocket only. It does not reconnect by itself: the live store does. */
import { io } from 'socket.io-client';
import { type Handshake, PUSH_NAMESPACE } from '../../lib/contracts/push';
import { REPORT_EVENT, type ScreenReport } from '../../lib/contracts/screen-report';
import type { BesideEvent } from './heard-beside';

/** What the live store needs of a socket. `heard`: the server gave a sign of life without a frame. */
export type SocketEvent =
  | 'snapshot'
  | 'delta'
  | BesideEvent
  | 'refusal'
  | 'assignment'
  | 'disconnect'
  | 'connect_error'
  | 'heard';

export interface BoardSocket {
  connect(): void;
  disconnect(): void;
  emit(event: 'resync'): void;
  /** What this paired screen shows; lost where the socket is not open. */
  report(report: ScreenReport): void;
  on(event: SocketEvent, listener: (payload: unknown) => void): void;
}

const OPEN_TIMEOUT_MS = 8_000;

/** `auth` is asked at every attempt, so that a reconnect can name the last frame it holds. */
export function openBoardSocket(auth: () => Handshake): BoardSocket {
  const socket = io(PUSH_NAMESPACE, {
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: OPEN_TIMEOUT_MS,
    auth: (give) => give(auth()),
  });
  return {
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    emit: (event) => void socket.emit(event),
    // Never kept for later: it would be of then.
    report: (report) => void (socket.connected && socket.emit(REPORT_EVENT, report)),
    on(event, listener) {
      if (event === 'heard') socket.io.on('ping', () => listener(null));
      else socket.on(event, (payload: unknown) => listener(payload));
    },
  };
}
