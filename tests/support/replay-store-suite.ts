/** What every store of what boards showed must hold; each implementation runs it on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayStore, ReplayUnit, StoredChain } from '../../server/store/replay-ports';

export interface ReplayStoreUnderTest {
  readonly store: ReplayStore;
  /** Another door to the same rows, after the first is closed. */
  reopen(): Promise<ReplayStore>;
  cleanUp(): Promise<void>;
}

export const replayUnit = (more: Partial<ReplayUnit> = {}): ReplayUnit => ({
  ...{ chains: [], pieces: [], points: [], forgotten: [], pointsBefore: null },
  ...more,
});

export const storedChain = (id: number, more: Partial<StoredChain> = {}): StoredChain => ({
  ...{ id, boardId: 'floor', fromAt: id * 1_000, untilAt: id * 1_000 + 500, bytes: 10, marks: [] },
  ...more,
});

const bytes = (...values: readonly number[]) => new Uint8Array(values);
const NAMES = ["'; DROP TABLE chains; --", '__proto__', '%', 'ü€𝄞', ' '];

export function replayStoreSuite(name: string, open: () => Promise<ReplayStoreUnderTest>): void {
  describe(`the replay store port on ${name}`, () => {
    let current: ReplayStoreUnderTest | null = null;
    async function opened(): Promise<ReplayStoreUnderTest> {
      current = await open();
      return current;
    }
    afterEach(async () => {
      await current?.store.close();
      await current?.cleanUp();
      current = null;
    });

    it('REPLAY-14 gives back what was written, in its order, whatever it is called', async () => {
      const { store } = await opened();
      const marks = [{ from: 1, until: 2, kind: 'critical' as const }];
      const chains = NAMES.map((boardId, index) => storedChain(index + 1, { boardId, marks }));
      await store.write(replayUnit({ chains: chains.toReversed() }));
      expect(await store.chains()).toEqual(chains);
      await store.write(replayUnit({ pieces: [{ chainId: 2, content: bytes(0, 255, 10) }] }));
      await store.write(
        replayUnit({
          pieces: [
            { chainId: 1, content: bytes(9) },
            { chainId: 2, content: bytes(1) },
          ],
        }),
      );
      expect(await store.pieces(2)).toEqual([bytes(0, 255, 10), bytes(1)]);
      expect(await store.pieces(7)).toEqual([]);
    });

    it('REPLAY-14 puts a chain in place of the one with its id, and keeps its pieces', async () => {
      const { store } = await opened();
      await store.write(
        replayUnit({ chains: [storedChain(1)], pieces: [{ chainId: 1, content: bytes(1) }] }),
      );
      const longer = storedChain(1, { untilAt: 9_000, bytes: 20 });
      await store.write(replayUnit({ chains: [longer] }));
      expect(await store.chains()).toEqual([longer]);
      expect(await store.pieces(1)).toEqual([bytes(1)]);
    });

    it('REPLAY-14 forgets a chain with its pieces, and minutes before a time', async () => {
      const { store } = await opened();
      const points = [1, 2, 3].map((at) => ({
        trend: 'all#waiting#minute',
        at,
        value: at === 2 ? null : at / 2,
      }));
      const pieces = [1, 2].map((chainId) => ({ chainId, content: bytes(chainId) }));
      await store.write(replayUnit({ chains: [storedChain(1), storedChain(2)], pieces, points }));
      await store.write(replayUnit({ forgotten: [1], pointsBefore: 2 }));
      expect((await store.chains()).map(({ id }) => id)).toEqual([2]);
      expect(await store.pieces(1)).toEqual([]);
      expect(await store.points(0)).toEqual(points.slice(1));
    });

    it('REPLAY-14 has a minute of a trend once, by trend and then by time', async () => {
      const { store } = await opened();
      const point = (trend: string, at: number, value: number) => ({ trend, at, value });
      await store.write(replayUnit({ points: [point('b', 2, 1), point('a', 3, 1), point('b', 1, 1)] }));
      await store.write(replayUnit({ points: [point('b', 2, 5)] }));
      expect(await store.points(0)).toEqual([point('a', 3, 1), point('b', 1, 1), point('b', 2, 5)]);
      expect(await store.points(2)).toEqual([point('a', 3, 1), point('b', 2, 5)]);
    });

    it('REPLAY-14 holds it beyond its closing, and refuses to write after it', async () => {
      const { store, reopen } = await opened();
      await store.write(replayUnit({ chains: [storedChain(4)] }));
      await store.close();
      await expect(store.write(replayUnit())).rejects.toThrow('closed');
      const again = await reopen();
      expect(await again.chains()).toEqual([storedChain(4)]);
      await again.close();
    });
  });
}
