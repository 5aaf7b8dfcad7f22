/** The shapes of a session's state: ring of dots under way, arrow running, tick done, triangle error, crossed disc lost. */
import type { SessionState } from '../../../lib/contracts/diagnostics';

const SHAPES: Readonly<Record<SessionState | 'ENDED', string>> = {
  INITIATED: 'M4 10h.01M10 10h.01M16 10h.01',
  RUNNING: 'M6 3.5 16 10 6 16.5z',
  COMPLETED: 'M3 10.5 8 15.5 17 5',
  ERROR: 'M10 2.5 18 17H2zM10 8v4M10 14.5v.01',
  DISCONNECTED: 'M4 4 16 16M16 4 4 16',
  ENDED: 'M4.5 4.5h11v11h-11z',
};

export function SessionMark({ state }: { state: SessionState | 'ENDED' }) {
  return (
    <svg className="session-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={SHAPES[state]}
        fill={state === 'RUNNING' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth={state === 'INITIATED' ? 4 : 2.6}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
