import { describe, expect, it } from 'vitest';
import { SESSION_STATES, type SessionState } from '../../../../lib/contracts/diagnostics';
import { nextSessionState, type SessionEvent } from '../../../../server/devices/sessions/session-state';

type Told = SessionEvent['kind'] | 'linkUp, with work';
/** The state after it; `*`: and the link is tried now. */
type Expected = SessionState | `${SessionState} *`;

const TABLE: Record<SessionState, Record<Told, Expected>> = {
  INITIATED: {
    linkUp: 'RUNNING',
    'linkUp, with work': 'RUNNING',
    linkLost: 'DISCONNECTED',
    linkFailed: 'ERROR',
    asked: 'INITIATED',
    idle: 'INITIATED',
  },
  RUNNING: {
    linkUp: 'RUNNING',
    'linkUp, with work': 'RUNNING',
    linkLost: 'DISCONNECTED',
    linkFailed: 'ERROR',
    asked: 'RUNNING',
    idle: 'COMPLETED',
  },
  COMPLETED: {
    linkUp: 'COMPLETED',
    'linkUp, with work': 'COMPLETED',
    linkLost: 'DISCONNECTED',
    linkFailed: 'ERROR',
    asked: 'RUNNING',
    idle: 'COMPLETED',
  },
  ERROR: {
    linkUp: 'COMPLETED',
    'linkUp, with work': 'RUNNING',
    linkLost: 'DISCONNECTED',
    linkFailed: 'ERROR',
    asked: 'INITIATED *',
    idle: 'ERROR',
  },
  DISCONNECTED: {
    linkUp: 'COMPLETED',
    'linkUp, with work': 'RUNNING',
    linkLost: 'DISCONNECTED',
    linkFailed: 'ERROR',
    asked: 'DISCONNECTED',
    idle: 'DISCONNECTED',
  },
};

describe('the states of a diagnostic session', () => {
  it.each(
    SESSION_STATES.flatMap((state) =>
      // The keys of the table's own type.
      (Object.keys(TABLE[state]) as Told[]).map((told) => [state, told, TABLE[state][told]] as const),
    ),
  )('DEV-20 %s, %s: %s', (state, told, expected) => {
    const { state: next, retryLink } = nextSessionState(state, eventOf(told));
    expect(`${next}${retryLink ? ' *' : ''}`).toBe(expected);
  });
});

function eventOf(told: Told): SessionEvent {
  if (told === 'linkUp, with work') return { kind: 'linkUp', hasWork: true };
  return told === 'linkUp' ? { kind: told, hasWork: false } : { kind: told };
}
