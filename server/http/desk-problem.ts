/** What is answered where the desk of diagnostic sessions says no; it has recorded by then what is to be recorded. */
import type { DeskProblem, DeskProblemKind } from '../devices/diagnostics-desk';
import { AUDIT_UNAVAILABLE } from './audit-problem';
import type { HttpProblem } from './reply';

type Said = Pick<HttpProblem, 'status' | 'code' | 'headers'>;

const LATER = { 'retry-after': '10' };

const ANSWERS: Readonly<Record<DeskProblemKind, Said>> = {
  off: { status: 404, code: 'source.off' },
  'not-found': { status: 404, code: 'diagnostics.unknown' },
  'not-owned': { status: 403, code: 'device.not-owned' },
  'not-yours': { status: 403, code: 'interaction.not-yours' },
  command: { status: 403, code: 'command.refused' },
  params: { status: 403, code: 'command.params' },
  role: { status: 403, code: 'command.role' },
  ended: { status: 409, code: 'diagnostics.ended' },
  replayed: { status: 409, code: 'request.replayed' },
  full: { status: 429, code: 'diagnostics.full', headers: LATER },
  unrecorded: { status: 503, code: AUDIT_UNAVAILABLE.code, headers: LATER },
  unavailable: { status: 503, code: 'diagnostics.unavailable', headers: LATER },
};

export function httpProblemOf({ kind, message }: DeskProblem): HttpProblem {
  return { ...ANSWERS[kind], message };
}
