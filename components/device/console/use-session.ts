'use client';
/**
 * One session for a page: asked for now and then, which also says that there is none, and live while there is one. What
 * the server said later is shown; the last stays while it is away, and goes where nobody may see it.
 */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { type SessionResponse, sessionResponseSchema } from '../../../lib/contracts/diagnostics';
import { browserClock, browserRandom } from '../../live/clock';
import type { Problem } from '../../ui/fetch-json';
import { type Polled, usePolled } from '../../ui/use-polled';
import { openDiagnosticsSocket } from './diagnostics-socket';
import { type FeedState, laterOf } from './feed-state';
import { SessionFeed } from './session-feed';

const ASK_MS = 4_000;

export interface ShownSession {
  readonly response: SessionResponse | null;
  readonly feed: FeedState;
  /** There is none of this interaction. */
  readonly isNone: boolean;
  /** The server answers neither by the live view nor when it is asked. */
  readonly isAway: boolean;
  readonly polled: Polled<SessionResponse>;
}

/** `interactionId` is fixed for its life: give the component a key to change it. */
export function useSession(interactionId: string): ShownSession {
  const polled = usePolled(
    `/v1/diagnostics/${encodeURIComponent(interactionId)}`,
    sessionResponseSchema,
    ASK_MS,
  );
  const [live] = useState(
    () =>
      new SessionFeed({
        open: () => openDiagnosticsSocket({ interactionId }),
        clock: browserClock,
        random: browserRandom,
      }),
  );
  const isNone = isUnknown(polled.failure);
  const isThere = polled.answer !== null && !isNone;
  useEffect(() => (isThere ? live.start() : undefined), [live, isThere]);
  const feed = useSyncExternalStore(live.subscribe, live.state, live.state);
  const isAway = polled.failure?.kind === 'unreachable' && feed.link !== 'live';
  const response = isThere ? laterOf(feed.response, polled.answer) : null;
  return { response, feed, isNone, isAway, polled };
}

function isUnknown(failure: Problem | null): boolean {
  return failure?.kind === 'refused' && failure.status === 404 && failure.code !== 'source.off';
}
