/** What every store must hold; each implementation runs it on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DocumentStore } from '../../server/store/ports';

export interface StoreUnderTest {
  readonly store: DocumentStore;
  /** Another door to the same documents, after the first is closed. */
  reopen(): Promise<DocumentStore>;
  cleanUp(): Promise<void>;
}

export function documentStoreSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store port on ${name}`, () => {
    let current: StoreUnderTest | null = null;
    async function opened(): Promise<StoreUnderTest> {
      current = await open();
      return current;
    }
    afterEach(async () => {
      await current?.store.close();
      await current?.cleanUp();
      current = null;
    });

    it('STORE-1 keeps documents by kind and id, with a version that grows by one a change', async () => {
      const { store } = await opened();
      expect(await store.get('board', 'a')).toBeNull();
      await store.write([{ write: 'put', kind: 'board', id: 'a', content: { n: 1 } }]);
      await store.write([
        { write: 'put', kind: 'board', id: 'a', content: { n: 2, text: 'ü\u2028', list: [null, true] } },
        { write: 'put', kind: 'other', id: 'a', content: 7 },
      ]);
      expect(await store.get('board', 'a')).toEqual({
        kind: 'board',
        id: 'a',
        version: 2,
        content: { n: 2, text: 'ü\u2028', list: [null, true] },
      });
      expect((await store.get('other', 'a'))?.version).toBe(1);
      await store.write([{ write: 'delete', kind: 'board', id: 'a' }]);
      await store.write([{ write: 'delete', kind: 'board', id: 'a' }]);
      expect(await store.get('board', 'a')).toBeNull();
    });

    it('STORE-2 lists a kind by id, whatever the ids are', async () => {
      const { store } = await opened();
      const ids = ['b', 'a', '__proto__', "'; DROP TABLE documents; --", 'B', '%'];
      await store.write(ids.map((id) => ({ write: 'put', kind: 'k', id, content: id })));
      const listed = await store.list('k');
      expect(listed.map((document) => document.content)).toEqual([...ids].sort());
      expect(await store.list('%')).toEqual([]);
    });

    it('STORE-3 writes a batch wholly or not at all, and says where somebody was faster', async () => {
      const { store } = await opened();
      const put = (id: string, expectedVersion: number) =>
        ({ write: 'put', kind: 'k', id, content: id, expectedVersion }) as const;
      expect(await store.write([put('a', 0)])).toEqual({ ok: true, value: null });
      expect(await store.write([put('new', 0), put('a', 0)])).toEqual({
        ok: false,
        error: { kind: 'k', id: 'a', expectedVersion: 0, foundVersion: 1 },
      });
      expect(await store.get('k', 'new')).toBeNull();
      expect((await store.write([put('a', 1)])).ok).toBe(true);
      const stale = await store.write([{ write: 'delete', kind: 'k', id: 'a', expectedVersion: 1 }]);
      expect(stale.ok).toBe(false);
      expect((await store.get('k', 'a'))?.version).toBe(2);
    });

    it('STORE-4 still has everything after it was closed and opened again', async () => {
      const { store, reopen } = await opened();
      await store.write([{ write: 'put', kind: 'k', id: 'a', content: [1, 2] }]);
      await store.close();
      const again = await reopen();
      expect((await again.get('k', 'a'))?.content).toEqual([1, 2]);
      await again.close();
    });
  });
}
