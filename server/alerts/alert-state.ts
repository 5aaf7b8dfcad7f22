/**
 * The four states of an alert, as a pure machine. A device raises and clears it, a person acknowledges it, age clears
 * what no device cleared. Each event may come again: then nothing changes.
 *
 *     (none) ─raised→ active-unacknowledged ──acknowledged→ active-acknowledged
 *                       │ cleared, aged                       │ cleared, aged
 *                       ▼                                     ▼
 *                     cleared-unacknowledged ─acknowledged→ cleared-acknowledged (closed)
 */

import { unreachable } from '../../lib/assert';
import type { AlertState } from '../../lib/contracts/alert';

export const ALERT_EVENTS = ['raised', 'cleared', 'acknowledged', 'aged'] as const;
export type AlertStateEvent = (typeof ALERT_EVENTS)[number];

/** What a raised alert begins as. */
export const RAISED: AlertState = 'active-unacknowledged';

/** The same state where the event changes nothing. A repeated raise never opens again what was cleared. */
export function nextState(state: AlertState, event: AlertStateEvent): AlertState {
  switch (event) {
    case 'raised':
      return state;
    case 'cleared':
    case 'aged':
      return cleared(state);
    case 'acknowledged':
      return acknowledged(state);
    default:
      return unreachable(event);
  }
}

function cleared(state: AlertState): AlertState {
  if (state === 'active-unacknowledged') return 'cleared-unacknowledged';
  return state === 'active-acknowledged' ? 'cleared-acknowledged' : state;
}

function acknowledged(state: AlertState): AlertState {
  if (state === 'active-unacknowledged') return 'active-acknowledged';
  return state === 'cleared-unacknowledged' ? 'cleared-acknowledged' : state;
}

export function isActive(state: AlertState): boolean {
  return state === 'active-unacknowledged' || state === 'active-acknowledged';
}

export function isUnacknowledged(state: AlertState): boolean {
  return state === 'active-unacknowledged' || state === 'cleared-unacknowledged';
}

/** On the screen: not yet both cleared and acknowledged. */
export function isOpen(state: AlertState): boolean {
  return state !== 'cleared-acknowledged';
}
