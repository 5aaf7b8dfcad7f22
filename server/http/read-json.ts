/** The JSON body of a request, or a problem to answer with. */
import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { readBody } from './read-body';
import type { HttpProblem } from './reply';

export async function readJson(
  request: IncomingMessage,
  clock: Clock,
  maxBytes?: number,
): Promise<Result<unknown, HttpProblem>> {
  const body = await readBody(request, 'application/json', clock, maxBytes);
  if (!body.ok) return body;
  try {
    return ok(JSON.parse(body.value));
  } catch {
    return err({ status: 400, code: 'body.malformed', message: 'the body is no JSON' });
  }
}
