/**
 * Text that only this server can read and nobody can change: AES-256-GCM with a nonce of its own, as base64url
 * `nonce ‖ tag ‖ ciphertext`. `purpose` is sealed with it: a text moved to another place does not open there.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { SecretBytes } from '../runtime/secret-bytes';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Seal {
  /** 32 bytes. */
  readonly key: Buffer;
  /** What the text is and whose. */
  readonly purpose: string;
}

export function seal(text: string, { key, purpose }: Seal, secretBytes: SecretBytes): string {
  const nonce = secretBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** `null`: not sealed by this key for this purpose, or changed since. */
export function unseal(sealed: string, { key, purpose }: Seal): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    // final() throws where the tag does not fit.
    return null;
  }
}
