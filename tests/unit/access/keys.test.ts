import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKeys, readOrMakeSecret } from '../../../server/access/keys';
import { seal, unseal } from '../../../server/access/sealed-text';
import { MemoryStore } from '../../support/memory-store';
import { countedBytes } from './sessions-stage';

const SECRET = 'a secret of the tests, long enough to be one';

describe('keys', () => {
  it('ACC-1 are made of one secret, each its own, the same at each start', () => {
    const keys = Object.values(deriveKeys(SECRET)).map((key: Buffer) => key.toString('hex'));
    expect(new Set(keys).size).toBe(6);
    expect(keys.every((key) => key.length === 64)).toBe(true);
    expect(deriveKeys(SECRET)).toEqual(deriveKeys(SECRET));
    const others = Object.values(deriveKeys(`${SECRET}.`)).map((key: Buffer) => key.toString('hex'));
    expect(keys.filter((key) => others.includes(key))).toEqual([]);
  });

  it('ACC-1 are those of RFC 5869 for texts that never change', () => {
    // Other texts would sign everybody out with an update.
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const extracted = hmac('floorcast access keys 1', SECRET);
    expect(deriveKeys(SECRET).sessionCookie).toEqual(hmac(extracted, 'session cookie\u0001'));
  });

  it('ACC-1 come from one secret in the store, whoever makes it first', async () => {
    const store = new MemoryStore();
    const bytes = countedBytes();
    const [one, other] = await Promise.all([readOrMakeSecret(store, bytes), readOrMakeSecret(store, bytes)]);
    expect(one).toBe(other);
    expect(one.length).toBeGreaterThanOrEqual(64);
    expect(await readOrMakeSecret(store, bytes)).toBe(one);
  });

  it('ACC-1 come from a new secret where the stored one cannot be read', async () => {
    const store = new MemoryStore();
    await store.write([{ write: 'put', kind: 'access-secret', id: 'main', content: { secret: 'short' } }]);
    const made = await readOrMakeSecret(store, countedBytes());
    expect(made.length).toBeGreaterThanOrEqual(64);
    expect(await readOrMakeSecret(store, countedBytes())).toBe(made);
  });
});

describe('sealed text', () => {
  const key = deriveKeys(SECRET).providerTokens;
  const sealing = { key, purpose: 'token of a' };

  it('ACC-9 opens for its purpose and key only, and hides what it is', () => {
    const bytes = countedBytes();
    const sealed = seal('refresh-1 ✓', sealing, bytes);
    expect(unseal(sealed, sealing)).toBe('refresh-1 ✓');
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('refresh');
    expect(seal('refresh-1 ✓', sealing, bytes)).not.toBe(sealed);
    expect(unseal(sealed, { ...sealing, purpose: 'token of b' })).toBeNull();
    expect(unseal(sealed, { ...sealing, key: deriveKeys(SECRET).signInFlow })).toBeNull();
  });

  it('ACC-9 does not open when any of its bytes is another', () => {
    const bytes = Buffer.from(seal('refresh-1', sealing, countedBytes()), 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (bytes[index] ?? 0) ^ 1;
      expect(unseal(changed.toString('base64url'), sealing)).toBeNull();
      expect(unseal(bytes.subarray(0, index).toString('base64url'), sealing)).toBeNull();
    }
  });
});
