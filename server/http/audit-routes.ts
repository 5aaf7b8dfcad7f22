/** The audit log for whoever may read it, newest first, a page at a time. */
import { z } from 'zod';
import type { AuditResponse } from '../../lib/contracts/access';
import { err, ok, type Result } from '../../lib/result';
import type { AuditLog } from '../audit/audit-log';
import { type HttpProblem, sendJson, sendProblem } from './reply';
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
        const query = readQuery(parameters);
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

function readQuery(parameters: URLSearchParams): Result<z.infer<typeof querySchema>, HttpProblem> {
  const names = [...parameters.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return err(badQuery(`${twice.slice(0, 40)}: given twice`));
  const parsed = querySchema.safeParse(Object.fromEntries(parameters));
  if (parsed.success) return ok(parsed.data);
  return err(
    badQuery(parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': ')).join('; ')),
  );
}

function badQuery(message: string): HttpProblem {
  return { status: 400, code: 'query.invalid', message };
}
