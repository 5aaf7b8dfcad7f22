/**
 * What every answer tells a browser, and the Content-Security-Policy of pages: scripts run only with the nonce of
 * their own answer, so that text which became HTML by a fault still runs nothing.
 */
import type { ServerResponse } from 'node:http';
import type { SecretBytes } from '../runtime/secret-bytes';

const ALWAYS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];
/** A year, this name only: what else is in the domain is not ours to decide. */
const HSTS = 'max-age=31536000';
const NONCE_BYTES = 16;

/** `secureOrigin`: browsers reach us by https. */
export function setSecurityHeaders(response: ServerResponse, secureOrigin: boolean): void {
  for (const [name, value] of ALWAYS) response.setHeader(name, value);
  if (secureOrigin) response.setHeader('strict-transport-security', HSTS);
}

/** Of the answer to a page that these may hold in a frame: what says so for each of them is the page's policy. */
export function allowFraming(response: ServerResponse): void {
  response.removeHeader('x-frame-options');
}

/** Of an answer whose window its opener keeps hold of. */
export function keepOpener(response: ServerResponse): void {
  response.setHeader('cross-origin-opener-policy', 'unsafe-none');
}

export function newNonce(secretBytes: SecretBytes): string {
  return secretBytes(NONCE_BYTES).toString('base64url');
}

/**
 * The policy of one page. `host`: under which it was asked for, with port, checked; `secure`: by https. Older browsers
 * do not take `'self'` for sockets, so that their address is there too. Charts set style attributes. `framers`: who may
 * hold it in a frame, absent: nobody.
 */
export function pagePolicy(
  nonce: string,
  host: string,
  secure: boolean,
  framers: readonly string[] = [],
): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socketSource(host, secure)}`,
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
    `frame-ancestors ${framers.length === 0 ? "'none'" : framers.join(' ')}`,
  ].join('; ');
}

/** An IPv6 address is no source by the grammar of the policy: `'self'` has to do. */
function socketSource(host: string, secure: boolean): string {
  return /^[A-Za-z0-9.-]+(:\d+)?$/.test(host) ? ` ${secure ? 'wss' : 'ws'}://${host}` : '';
}
