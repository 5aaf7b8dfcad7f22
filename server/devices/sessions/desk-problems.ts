/** What a wish about a session can come to, in words that repeat nothing of it. */
import { err } from '../../../lib/result';
import type { DeskProblem, DeskProblemKind } from '../diagnostics-desk';

const MESSAGES: Readonly<Record<DeskProblemKind, string>> = {
  off: 'There are no diagnostic sessions here: DEVICE_LINK_URL is not set.',
  'not-found': 'There is no such session.',
  'not-owned': 'This customer does not have that device.',
  'not-yours': 'This is the interaction of somebody else.',
  command: 'There is no such command.',
  params: 'The parameters are not those of the command.',
  role: 'This command is for others.',
  ended: 'The session has ended.',
  full: 'There is no room for it now: too many wait.',
  replayed: 'This request id was used for something else.',
  unrecorded: 'It could not be recorded, so nothing was done.',
  unavailable: 'It cannot be found out now whether that is allowed. Try again.',
};

export function problem(kind: DeskProblemKind, message = MESSAGES[kind]) {
  return err<DeskProblem>({ kind, message });
}
