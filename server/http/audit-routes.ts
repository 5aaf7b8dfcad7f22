/** The audit log for whoever may read it, newest first, a page at a time. */
import { z } from 'zod';
import type { AuditResponse } from '../../lib/contracts/access';
import type { AuditLog } from '../audit/audit-log';
import { queryIn } from './read-query';
import { sendJson, sendProblem } from './reply';
import type { Route } from './route';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A whole number as JSON would write it, and none that is more than a number can hold. */
const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'a whole number from 1')
  .transform(Number);
const querySchema = z.strictObject({
  before: wholeNumber.optional(),
  limit: wholeNumber.pipe(z.number().max(MAX_LIMIT)).default(DEFAULT_LIMIT),
});

export function auditRoutes({ audit }: { readonly audit: AuditLog }): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/audit',
      async answer({ parameters, response }) {
        const query = queryIn(parameters, querySchema);
        if (!query.ok) {
          sendProblem(response, query.error);
          return;
        }
        const { before, limit } = query.value;
        const entries = await audit.entries(before === undefined ? { limit } : { before, limit });
        sendJson(response, { entries: [...entries], head: await audit.head() } satisfies AuditResponse);
      },
    },
  ];
}
