/**
 * All keys are made of one secret, each for its own use, by HKDF-SHA256 (RFC 5869): who learns one learns no other.
 * The secret is a setting (`SESSION_SECRET`), or, where there are no accounts, made once and kept in the store.
 */
import { hkdfSync } from 'node:crypto';
import { z } from 'zod';
import type { SecretBytes } from '../runtime/secret-bytes';
import type { DocumentStore } from '../store/ports';

/** Each 32 bytes long. */
export interface Keys {
  /** Signs session cookies (HMAC-SHA256). */
  readonly sessionCookie: Buffer;
  /** Seals a sign-in under way (AES-256-GCM). */
  readonly signInFlow: Buffer;
  /** Signs the tokens of machines (HMAC-SHA256). */
  readonly machineToken: Buffer;
  /** Signs the tokens of agents' widgets (HMAC-SHA256). */
  readonly agentToken: Buffer;
  /** Seals what the identity provider gave us: refresh and ID tokens (AES-256-GCM). */
  readonly providerTokens: Buffer;
  /** Seals the codes and tokens of a pairing that several nodes share (AES-256-GCM). */
  readonly pairing: Buffer;
}

const KEY_BYTES = 32;
// Changing these texts changes all keys: everybody would be signed out.
const SALT = 'floorcast access keys 1';

export function deriveKeys(secret: string): Keys {
  const key = (use: string) => Buffer.from(hkdfSync('sha256', secret, SALT, use, KEY_BYTES));
  return {
    sessionCookie: key('session cookie'),
    signInFlow: key('sign-in flow'),
    machineToken: key('machine token'),
    agentToken: key('agent token'),
    providerTokens: key('provider tokens'),
    pairing: key('pairing'),
  };
}

const KIND = 'access-secret';
const ID = 'main';
const SECRET_BYTES = 48;
const contentSchema = z.object({ secret: z.string().min(32) });

/**
 * The secret of a server without accounts: the same at every start and in every process on the same store. One that
 * cannot be read is replaced: what it had signed, tokens of an hour, is asked for anew.
 */
export async function readOrMakeSecret(store: DocumentStore, secretBytes: SecretBytes): Promise<string> {
  for (;;) {
    const found = await store.get(KIND, ID);
    const parsed = contentSchema.safeParse(found?.content);
    if (parsed.success) return parsed.data.secret;
    const secret = secretBytes(SECRET_BYTES).toString('base64url');
    const expectedVersion = found?.version ?? 0;
    const written = await store.write([
      { write: 'put', kind: KIND, id: ID, content: { secret }, expectedVersion },
    ]);
    if (written.ok) return secret;
    // Another process was faster: its secret is the one.
  }
}
