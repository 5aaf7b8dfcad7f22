/** What every audit store must hold; each implementation runs it on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import { type AuditStore, EMPTY_HEAD, type StoredHead } from '../../server/store/ports';

export interface AuditStoreUnderTest {
  readonly store: AuditStore;
  /** Another door to the same lines, open at the same time. */
  secondDoor(): Promise<AuditStore>;
  /** Another door to the same lines, after all others were closed. */
  reopen(): Promise<AuditStore>;
  /** Closes every door and clears away. */
  cleanUp(): Promise<void>;
}

const A: StoredHead = { seq: 2, hash: 'a'.repeat(64) };

export function auditStoreSuite(name: string, open: () => Promise<AuditStoreUnderTest>): void {
  describe(`the audit store port on ${name}`, () => {
    let current: AuditStoreUnderTest | null = null;
    async function opened(): Promise<AuditStoreUnderTest> {
      current = await open();
      return current;
    }
    afterEach(async () => {
      await current?.cleanUp();
      current = null;
    });

    it('AUDIT-1 begins empty, numbers lines from 1 and moves its head with them', async () => {
      const { store } = await opened();
      expect(await store.head()).toEqual(EMPTY_HEAD);
      expect(await store.readForward(0, 10)).toEqual([]);
      expect(await store.append(() => ({ lines: ['one', 'two ü\u2028'], hash: A.hash }))).toEqual(A);
      expect(await store.head()).toEqual(A);
      expect(await store.readForward(0, 10)).toEqual([
        { seq: 1, line: 'one' },
        { seq: 2, line: 'two ü\u2028' },
      ]);
    });

    it('AUDIT-1 reads on from a number, and back from one, as many as are asked for', async () => {
      const { store } = await opened();
      await store.append(() => ({ lines: ['1', '2', '3', '4', '5'], hash: A.hash }));
      const seqs = (lines: readonly { seq: number }[]) => lines.map(({ seq }) => seq);
      expect(seqs(await store.readForward(2, 2))).toEqual([3, 4]);
      expect(seqs(await store.readForward(5, 2))).toEqual([]);
      expect(seqs(await store.readBackward(4, 2))).toEqual([3, 2]);
      expect(seqs(await store.readBackward(Number.MAX_SAFE_INTEGER, 2))).toEqual([5, 4]);
      expect(seqs(await store.readBackward(1, 2))).toEqual([]);
    });

    it('AUDIT-2 makes an addition for after the head, whoever moved it there', async () => {
      const { store, secondDoor } = await opened();
      const doors = [store, await secondDoor()];
      const afters: StoredHead[] = [];
      for (let n = 1; n <= 20; n += 1) {
        await Promise.all(
          doors.map((door, index) =>
            door.append((after) => {
              afters.push(after);
              return { lines: [`${after.seq + 1} by ${index}`], hash: `${after.seq + 1}`.padStart(64, '0') };
            }),
          ),
        );
      }
      const lines = await store.readForward(0, 99);
      expect(lines.map(({ seq, line }) => line.startsWith(`${seq} by `))).toEqual(Array(40).fill(true));
      // Each was made for the head as it was; where another door was faster it was asked for once more.
      expect([...new Set(afters.map(({ seq }) => seq))].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, index) => index),
      );
      expect(afters.map(({ hash }) => Number(hash))).toEqual(afters.map(({ seq }) => seq));
      expect(await store.head()).toEqual({ seq: 40, hash: '40'.padStart(64, '0') });
    });

    it('AUDIT-1 still has everything after it was closed and opened again', async () => {
      const { store, reopen } = await opened();
      await store.append(() => ({ lines: ['one', 'two'], hash: A.hash }));
      const again = await reopen();
      expect(await again.head()).toEqual(A);
      expect(await again.readForward(0, 10)).toHaveLength(2);
    });
  });
}
