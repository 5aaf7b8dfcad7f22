/**
 * The store of sessions, by which they are counted: what is written of them is what is counted. A new one counts once it
 * is stored, as it does not begin before; what becomes of it then counts also where the disk takes nothing any more.
 */
import type { SessionStore } from '../store/session-ports';
import type { SessionCounts } from './sessions-health';

export function countedStore(
  store: SessionStore,
  counts: Pick<SessionCounts, 'apply' | 'has'>,
): SessionStore {
  return {
    async write(unit) {
      for (const session of unit.sessions) if (counts.has(session.id)) counts.apply(session);
      await store.write(unit);
      for (const session of unit.sessions) if (!counts.has(session.id)) counts.apply(session);
    },
    open: () => store.open(),
    find: (interactionId) => store.find(interactionId),
    since: (at, limit) => store.since(at, limit),
    windows: (sessionId, limit) => store.windows(sessionId, limit),
    forget: (endedBefore) => store.forget(endedBefore),
    close: () => store.close(),
  };
}
