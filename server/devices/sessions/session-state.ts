/**
 * The states of a diagnostic session. Pure: each event gives the state after it, and what the shell is to do.
 *
 *   INITIATED ──linkUp──► RUNNING ──idle──► COMPLETED ──asked──► RUNNING
 *   any ──linkFailed──► ERROR          ERROR ──asked──► INITIATED, the link is tried again first
 *   any ──linkLost──► DISCONNECTED     ERROR, DISCONNECTED ──linkUp──► RUNNING or COMPLETED
 *
 * `idle`: nothing is left to run. Ending a session is beside its state: it ends in the one that it is in.
 */
import type { SessionState } from '../../../lib/contracts/diagnostics';

export type SessionEvent =
  /** `hasWork`: commands wait, or are out. */
  | { readonly kind: 'linkUp'; readonly hasWork: boolean }
  | { readonly kind: 'linkLost' }
  | { readonly kind: 'linkFailed' }
  /** A command was taken on. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'idle' };

export interface SessionStep {
  readonly state: SessionState;
  /** The link is to be tried now. */
  readonly retryLink: boolean;
}

export function nextSessionState(state: SessionState, event: SessionEvent): SessionStep {
  switch (event.kind) {
    case 'linkUp':
      return stay(afterLinkUp(state, event.hasWork));
    case 'linkLost':
      return stay('DISCONNECTED');
    case 'linkFailed':
      return stay('ERROR');
    case 'asked':
      if (state === 'ERROR') return { state: 'INITIATED', retryLink: true };
      return stay(state === 'COMPLETED' ? 'RUNNING' : state);
    case 'idle':
      return stay(state === 'RUNNING' ? 'COMPLETED' : state);
  }
}

function afterLinkUp(state: SessionState, hasWork: boolean): SessionState {
  // A new session has run, if only for a moment: it is not completed before its device was there.
  if (state === 'INITIATED') return 'RUNNING';
  if (state === 'RUNNING' || state === 'COMPLETED') return state;
  return hasWork ? 'RUNNING' : 'COMPLETED';
}

function stay(state: SessionState): SessionStep {
  return { state, retryLink: false };
}
