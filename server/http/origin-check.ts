/**
 * Whether a request that changes something comes from a page of ours. A page cannot forge its Origin; it is compared
 * as a whole, by its characters, because every cleverer comparison has let somebody in. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Methods that change nothing: links from elsewhere may lead here. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** `none`: the person did it himself, by the address line. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * `allowedOrigins`: as browsers send them. Programs send no Origin: they may come, unless they bring cookies, which
 * only a browser has from us.
 */
export function isForeign(
  method: string,
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !(typeof site === 'string' && OWN_SITES.has(site))) return true;
  if (headers.origin === undefined) return headers.cookie !== undefined;
  return !allowedOrigins.includes(headers.origin);
}
