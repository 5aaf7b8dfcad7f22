/** The fields of a form that a request sends as its body, or a problem to answer with. */
import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { readBody } from './read-body';
import type { HttpProblem } from './reply';

const MAX_FIELDS = 50;

export async function readForm(
  request: IncomingMessage,
  clock: Clock,
): Promise<Result<ReadonlyMap<string, string>, HttpProblem>> {
  const body = await readBody(request, 'application/x-www-form-urlencoded', clock);
  if (!body.ok) return body;
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body.value)) {
    // Two readers of one form could each take another of the two.
    if (fields.has(name)) return problem('body.ambiguous', 'a field is given twice');
    if (fields.size >= MAX_FIELDS) return problem('body.malformed', 'too many fields');
    fields.set(name, value);
  }
  return ok(fields);
}

function problem(code: string, message: string) {
  return err({ status: 400, code, message });
}
