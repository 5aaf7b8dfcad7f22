/**
 * The namespace `/diagnostics`: the live view of one diagnostic session, as its SSE stream gives it. A reader that does
 * not read holds a few frames at most, misses samples, and then gets the session as it is.
 */
import type { Socket } from 'socket.io';
import {
  type DiagnosticSession,
  diagnosticsHandshakeSchema,
  LIVE_EVENT,
} from '../../lib/contracts/diagnostics';
import { err, ok } from '../../lib/result';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import { type FeedReader, LiveFeed } from '../devices/live-feed';
import type { Clock } from '../runtime/clock';
import type { Trouble } from '../runtime/trouble';
import { invalidHandshake } from './device-namespace';
import type { DeviceService } from './device-reception';

const TRY_AGAIN_MS = 100;
/** A session, and what came with it at the same moment. */
const MOST_UNREAD = 8;

export interface DiagnosticsNamespaceOptions {
  /** `null`: there is no link to appliances, and so no session. */
  readonly desk: Pick<DiagnosticsDesk, 'session' | 'mayRun' | 'watch'> | null;
  readonly clock: Clock;
  readonly trouble: Trouble;
}

interface Found {
  readonly desk: Pick<DiagnosticsDesk, 'session' | 'mayRun' | 'watch'>;
  readonly session: DiagnosticSession;
}

export function diagnosticsNamespace(options: DiagnosticsNamespaceOptions): DeviceService<Found> {
  const { desk, clock, trouble } = options;
  return {
    target: 'socket diagnostics',
    handshake(auth) {
      const parsed = diagnosticsHandshakeSchema.safeParse(auth);
      return parsed.success ? ok(parsed.data) : err(invalidHandshake('interactionId'));
    },
    async find(interactionId, { viewer }) {
      const session = (await desk?.session(interactionId, viewer)) ?? null;
      return desk === null || session === null ? null : { desk, session };
    },
    begin(socket, found, guest) {
      const feed = new LiveFeed({
        ...{ desk: found.desk, interactionId: found.session.interactionId, guest, clock },
        reader: readerOf(socket, clock),
        onTrouble: (thrown) => trouble.note(thrown),
      });
      feed.start(found.session);
      return feed;
    },
  };
}

function readerOf(socket: Socket, clock: Pick<Clock, 'after'>): FeedReader {
  let unread = 0;
  return {
    isReady() {
      // Everything before has left this process.
      if (socket.conn.transport.writable) unread = 0;
      return socket.connected && unread < MOST_UNREAD;
    },
    send(event) {
      unread += 1;
      socket.emit(LIVE_EVENT, event);
    },
    whenReady: (call) => clock.after(TRY_AGAIN_MS, call),
    close: () => void socket.disconnect(true),
  };
}
