import { describe, expect, it } from 'vitest';
import { type Manifest, manifestText, readManifest } from '../../../server/backup/manifest';

const MANIFEST: Manifest = {
  ...{ product: 'Floorcast', format: 1, kind: 'files', version: '0.1.0' },
  savedAt: '2026-11-20T09:00:00.000Z',
  parts: [{ name: 'floorcast.db', schema: 2, bytes: 4096, sha256: 'ab'.repeat(32) }],
  auditHead: { seq: 3, hash: 'cd'.repeat(32) },
};

describe('the manifest of a backup', () => {
  it('BACKUP-3 is read back as it was written', () => {
    expect(readManifest(manifestText(MANIFEST))).toEqual(MANIFEST);
  });

  it.each([
    ['no JSON', '{', 'its manifest cannot be read'],
    [
      'of a newer program',
      JSON.stringify({ ...MANIFEST, format: 2 }),
      'made by a newer Floorcast (backup format 2',
    ],
    ['of something else', JSON.stringify({ ...MANIFEST, product: 'Other' }), 'product'],
    [
      'without a hash',
      JSON.stringify({ ...MANIFEST, parts: [{ name: 'a', schema: 1, bytes: 1 }] }),
      'parts[0].sha256',
    ],
  ])('BACKUP-5 one that is %s is refused, and it is said why', (_, text, words) => {
    expect(() => readManifest(text)).toThrow(words);
  });
});
