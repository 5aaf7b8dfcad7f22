/** Who watches a diagnostic session at a node, by Server-Sent Events and by Socket.IO, and keeps what he was shown. */
import { io } from 'socket.io-client';
import {
  DIAGNOSTICS_NAMESPACE,
  type DiagnosticSession,
  LIVE_EVENT,
  type LiveEvent,
  liveEventSchema,
} from '../../lib/contracts/diagnostics';

export interface LiveView {
  /** The session as it was shown last. */
  session(): DiagnosticSession | null;
  close(): void;
}

function noting() {
  let session: DiagnosticSession | null = null;
  return {
    session: () => session,
    note(event: LiveEvent) {
      if (event.kind === 'session') session = event.session;
    },
  };
}

export function watchBySocket(url: string, interactionId: string): LiveView {
  const { session, note } = noting();
  const socket = io(url + DIAGNOSTICS_NAMESPACE, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false },
    ...{ auth: { interactionId }, extraHeaders: { origin: url } },
  });
  socket.on(LIVE_EVENT, (raw) => note(liveEventSchema.parse(raw)));
  return { session, close: () => void socket.disconnect() };
}

export function watchByStream(url: string, interactionId: string): LiveView {
  const { session, note } = noting();
  const ending = new AbortController();
  const read = async () => {
    const { signal } = ending;
    const response = await fetch(`${url}/v1/diagnostics/${interactionId}/stream`, { signal });
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const parts = (rest + Buffer.from(chunk).toString('utf8')).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (part.startsWith('data: ')) note(liveEventSchema.parse(JSON.parse(part.slice('data: '.length))));
      }
    }
  };
  // Whoever looks at it sees that nothing came.
  read().catch(() => {});
  return { session, close: () => ending.abort() };
}
