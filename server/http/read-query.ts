/**
 * A query by its schema, from an address or a body. What is wrong with it is said in words that repeat nothing of it:
 * whoever puts a secret where it does not belong reads it nowhere again.
 */
import type { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import type { HttpProblem } from './reply';

/** From an address; `schema` is strict. */
export function queryIn<T>(parameters: URLSearchParams, schema: QuerySchema<T>): Result<T, HttpProblem> {
  const names = [...parameters.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return err(badQuery(`${Object.hasOwn(schema.shape, twice) ? twice : 'a parameter'}: given twice`));
  }
  return checkQuery(Object.fromEntries(parameters), schema);
}

/** From a body, or whatever else came. */
export function checkQuery<T>(content: unknown, schema: QuerySchema<T>): Result<T, HttpProblem> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return ok(parsed.data);
  const known = `known here: ${Object.keys(schema.shape).join(', ')}`;
  const problems = parsed.error.issues.map(({ code, path, message }) =>
    code === 'unrecognized_keys' ? known : [...path, message].join(': '),
  );
  return err(badQuery(problems.join('; ')));
}

type QuerySchema<T> = z.ZodType<T> & { readonly shape: object };

function badQuery(message: string): HttpProblem {
  return { status: 400, code: 'query.invalid', message };
}
