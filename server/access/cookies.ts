/**
 * Our cookies: `__Host-` names, so that no other host of the domain can set them; never readable by a page's scripts.
 * Browsers take them over plain http from loopback too.
 */
export const SESSION_COOKIE = '__Host-floorcast-session';
export const SCREEN_COOKIE = '__Host-floorcast-screen';
/** A television's claim on the code that it shows. */
export const PAIRING_COOKIE = '__Host-floorcast-pairing';
/** A sign-in under way, sealed. */
export const FLOW_COOKIE = '__Host-floorcast-flow';

/** Far more than all of ours; a header that is longer is read as if it were not there. */
const MAX_HEADER = 16_384;
const VALUE = /^[A-Za-z0-9._~-]*$/;

/** The value of a cookie of ours; `null` where it is not there, is there twice, or is no value of ours. */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > MAX_HEADER) return null;
  const found = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [value] = found;
  return value === undefined || value === '' || found.length > 1 || !VALUE.test(value) ? null : value;
}

/** A `Set-Cookie` header; `maxAgeS` 0 takes the cookie away. `value` must be base64url, dots allowed. */
export function setCookie(name: string, value: string, maxAgeS: number): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAgeS)}`;
}

export function clearCookie(name: string): string {
  return setCookie(name, '', 0);
}
