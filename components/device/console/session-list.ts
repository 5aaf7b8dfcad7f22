/** Which sessions of the list are shown, by what is typed and chosen; names and ids are text. Pure. */
import type { SessionSummary } from '../../../lib/contracts/diagnostics';

export const SESSION_FILTERS = ['all', 'open', 'trouble'] as const;
export type SessionFilter = (typeof SESSION_FILTERS)[number];

export function shownSessions(
  sessions: readonly SessionSummary[],
  { text, filter }: { readonly text: string; readonly filter: SessionFilter },
): readonly SessionSummary[] {
  const wanted = text.trim().toLocaleLowerCase();
  return sessions
    .filter((session) => fits(session, filter))
    .filter(({ deviceId, startedBy, interactionId, queueId }) =>
      [deviceId, startedBy, interactionId, queueId ?? ''].some((one) =>
        one.toLocaleLowerCase().includes(wanted),
      ),
    )
    .toSorted((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.startedAt - a.startedAt);
}

function fits({ endedAt, state }: SessionSummary, filter: SessionFilter): boolean {
  if (filter === 'all') return true;
  const isOpen = endedAt === null;
  return filter === 'open' ? isOpen : isOpen && (state === 'ERROR' || state === 'DISCONNECTED');
}

/** Of an address: the session that is shown beside the list; `null`: none. */
export function interactionIdOf(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null;
}
