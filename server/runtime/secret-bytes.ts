/** Unpredictable bytes as a service: for ids, secrets, codes and nonces. Tests give their own. */
import { randomBytes } from 'node:crypto';

export type SecretBytes = (count: number) => Buffer;

export const systemSecretBytes: SecretBytes = (count) => randomBytes(count);
