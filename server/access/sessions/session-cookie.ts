/**
 * A session's cookie: `<secret>.<signature>`. The signature is checked before the store is asked, so that guesses cost
 * nothing; the store knows a session by the hash of its secret, so that a copy of the store opens nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashOf } from '../secret-hash';

/** 32 bytes in base64url, twice. */
const VALUE = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** Public: names the session, and does not open it. */
export function sessionIdOf(secret: string): string {
  return hashOf(secret);
}

export function sessionCookieValue(secret: string, key: Buffer): string {
  return `${secret}.${signatureOf(secret, key)}`;
}

/** The secret of a value that was signed with this key; else `null`. */
export function secretIn(value: string, key: Buffer): string | null {
  const [, secret = '', signature = ''] = VALUE.exec(value) ?? [];
  const expected = Buffer.from(signatureOf(secret, key));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? secret : null;
}

function signatureOf(secret: string, key: Buffer): string {
  return createHmac('sha256', key).update(secret).digest('base64url');
}
