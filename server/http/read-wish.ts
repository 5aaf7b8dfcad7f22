/** A body by its schema, or what is wrong with it, in words that say where and what and repeat nothing of it. */
import type { z } from 'zod';
import { type HttpProblem, sendProblem } from './reply';
import type { Exchange } from './route';

/** `null`: it was answered what is wrong with it. */
export async function wishIn<T>(
  { response, json }: Pick<Exchange, 'response' | 'json'>,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const body = await json();
  if (!body.ok) {
    sendProblem(response, body.error);
    return null;
  }
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return parsed.data;
  sendProblem(response, problemIn('body', parsed.error));
  return null;
}

export function problemIn(what: 'query' | 'body', error: z.ZodError): HttpProblem {
  const lines = error.issues.slice(0, 5).map(({ code, path, message }) => {
    const said = code === 'unrecognized_keys' ? 'has fields that are not known' : message;
    const where = withoutClientsNames(path).join('.');
    return where === '' ? said : `${where}: ${said}`;
  });
  return { status: 400, code: `${what}.invalid`, message: lines.join('; ') };
}

/** Names below `params` are the client's own. */
function withoutClientsNames(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const params = path.indexOf('params');
  return params < 0 ? path : path.slice(0, params + 1);
}
