import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padding, readTarHeader, tarHeader } from '../../../server/backup/tar';

const NAME = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,63}$/);

describe('the tar of a backup', () => {
  it('BACKUP-3 a header is read back as it was written, up to the largest files', () => {
    fc.assert(
      fc.property(NAME, fc.maxSafeNat(), fc.nat({ max: 2 ** 41 }), (name, bytes, at) => {
        expect(readTarHeader(tarHeader({ name, bytes }, at))).toEqual({ name, bytes });
      }),
    );
    for (const bytes of [0, 8 ** 11 - 1, 8 ** 11, Number.MAX_SAFE_INTEGER]) {
      expect(readTarHeader(tarHeader({ name: 'a', bytes }, 0))?.bytes).toBe(bytes);
    }
  });

  it('BACKUP-5 a header with any byte changed is refused, or says the same', () => {
    const block = tarHeader({ name: 'floorcast.db', bytes: 12_345 }, 0);
    fc.assert(
      fc.property(fc.nat({ max: 511 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(block);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        let read: unknown = null;
        try {
          read = readTarHeader(changed);
        } catch (thrown) {
          expect(String(thrown)).toContain('no backup of Floorcast');
          return;
        }
        expect(read).toEqual({ name: 'floorcast.db', bytes: 12_345 });
      }),
    );
  });

  it.each(['../a', '/etc/passwd', 'a/b', '', '.hidden', 'A', `${'a'.repeat(65)}`])(
    'BACKUP-5 takes no name that is a path: %j',
    (name) => {
      expect(() => tarHeader({ name, bytes: 1 }, 0)).toThrow('no name of a part');
    },
  );

  it('BACKUP-3 files fill whole blocks', () => {
    expect([0, 1, 511, 512, 513].map(padding)).toEqual([0, 511, 1, 0, 511]);
    expect(readTarHeader(Buffer.alloc(512))).toBeNull();
  });
});
