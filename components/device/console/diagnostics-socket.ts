/** The real socket of a session's live view: Socket.IO, WebSocket only. It does not reconnect by itself: the feed does. */
import { io } from 'socket.io-client';
import {
  DIAGNOSTICS_NAMESPACE,
  type DiagnosticsHandshake,
  LIVE_EVENT,
} from '../../../lib/contracts/diagnostics';
import type { FeedSocket } from './session-feed';

const OPEN_TIMEOUT_MS = 8_000;

export function openDiagnosticsSocket(auth: DiagnosticsHandshake): FeedSocket {
  const socket = io(DIAGNOSTICS_NAMESPACE, {
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: OPEN_TIMEOUT_MS,
    auth,
  });
  return {
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    on: (event, listener) => {
      socket.on(event === 'live' ? LIVE_EVENT : event, (payload: unknown) => listener(payload));
    },
  };
}
