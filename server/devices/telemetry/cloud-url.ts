/**
 * The address of a call: ids of others become one part of the path each, or one value of the query, whatever is in
 * them.
 */
export interface CloudTarget {
  readonly path: readonly string[];
  readonly query?: readonly (readonly [string, string])[];
}

/** Nothing, a step, or a half of a surrogate pair, which no address can hold. */
const NO_PART = /^\.{0,2}$|\p{Cs}/u;

/** `null`: a part can be no part of a path. An address takes `.` and `..`, however written, for steps. */
export function cloudUrl(baseUrl: string, { path, query = [] }: CloudTarget): string | null {
  if (path.some((part) => NO_PART.test(part))) return null;
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = [base, ...path.map(encodeURIComponent)].join('/');
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}
