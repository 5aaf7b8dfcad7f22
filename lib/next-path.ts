/**
 * Where a browser goes after signing in: a path on this server, whatever the parameter said. Anything that a browser
 * could read as another host, and our own sign-in addresses (a loop), become the start page. Pure.
 */
const START = '/';
/** Boards with all their parameters have some 100. */
const MAX_LENGTH = 500;
const ANY_ORIGIN = 'http://host.invalid';
// Browsers drop some control characters before they read an address, and read `\` as `/`.
const DANGEROUS = /[\\\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const OURS = /^\/(auth|sign-in)(\/|$)/i;

/** A path with its parameters, safe in a `Location` header. */
export function nextPath(asked: string | null): string {
  if (asked === null || asked.length > MAX_LENGTH || DANGEROUS.test(asked)) return START;
  if (!asked.startsWith('/') || asked.startsWith('//')) return START;
  if (!URL.canParse(asked, ANY_ORIGIN)) return START;
  const { origin, pathname, search, hash } = new URL(asked, ANY_ORIGIN);
  // `/.//host` is a path to the parser, and `//host` once it is written down.
  const leaves = origin !== ANY_ORIGIN || pathname.startsWith('//');
  return leaves || OURS.test(decoded(pathname)) ? START : pathname + search + hash;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A broken escape: as it stands.
    return pathname;
  }
}
