/** What is answered where a change could not be recorded, and so was not made. */
import type { ServerResponse } from 'node:http';
import { AuditUnavailable } from '../access/session-audit';
import { type HttpProblem, sendProblem } from './reply';

export const AUDIT_UNAVAILABLE: HttpProblem = {
  status: 503,
  code: 'audit.unavailable',
  message: 'this cannot be recorded now, so it was not done',
  headers: { 'retry-after': '10' },
};

/** Does the work of a route; answers 503 where the audit log cannot be written. */
export async function orAuditProblem(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof AuditUnavailable)) throw thrown;
    sendProblem(response, AUDIT_UNAVAILABLE);
  }
}
