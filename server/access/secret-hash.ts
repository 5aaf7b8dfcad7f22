/**
 * Secrets that we hand out: 256 random bits as base64url, kept as their SHA-256 only. So much chance needs no slow
 * hash: nobody guesses one, and a copy of the store opens nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretBytes } from '../runtime/secret-bytes';

const SECRET_BYTES = 32;

/** 43 characters. */
export function drawSecret(secretBytes: SecretBytes): string {
  return secretBytes(SECRET_BYTES).toString('base64url');
}

/** 43 characters, whatever the length of the text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** In constant time. */
export function isHashOf(text: string, hash: string): boolean {
  return isSameHash(hashOf(text), hash);
}

/** In constant time. */
export function isSameHash(hash: string, other: string): boolean {
  const given = Buffer.from(hash);
  const expected = Buffer.from(other);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
