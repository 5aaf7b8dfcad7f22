import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainAt, GAP_MS, gapsOf, marksOf, overdueChains } from '../../../server/replay/chain-list';
import { storedChain } from '../../support/replay-store-suite';

const MINUTE = 60_000;
const chain = (id: number, fromAt: number, untilAt: number, more = {}) =>
  storedChain(id, { fromAt, untilAt, ...more });

describe('chains', () => {
  it.each([
    [0, null],
    [99, null],
    [100, 1],
    [199, 1],
    [200, 2],
    [9_999, 2],
  ])('REPLAY-1 at %i the chain that began last before holds it', (at, expected) => {
    expect(chainAt([chain(2, 200, 300), chain(1, 100, 200)], at)?.id ?? null).toBe(expected);
  });

  it('REPLAY-9 leave a gap where the next begins later than the last is known to end', () => {
    const chains = [
      chain(1, 0, 100_000),
      chain(2, 100_000, 200_000),
      chain(3, 200_000 + GAP_MS + 1, 300_000),
      chain(4, 300_000 + GAP_MS, 400_000),
    ];
    const gap = { from: 200_000, until: 200_000 + GAP_MS + 1 };
    expect(gapsOf(chains, 10)).toEqual([gap]);
    expect(gapsOf([...chains, chain(5, 900_000, 900_001)], 1)).toEqual([{ from: 400_000, until: 900_000 }]);
  });

  it('REPLAY-13 that overlap, where the clock was set back, leave no gap', () => {
    expect(
      gapsOf([chain(1, 0, 500_000), chain(2, 100_000, 200_000), chain(3, 510_000, 600_000)], 10),
    ).toEqual([]);
  });

  it('REPLAY-12 give marks that go on from one to the next as one', () => {
    const mark = (from: number, until: number, kind: 'critical' | 'stale') => ({ from, until, kind });
    const chains = [
      chain(1, 0, 100, { marks: [mark(50, 100, 'critical'), mark(60, 70, 'stale')] }),
      chain(2, 100, 200, { marks: [mark(100, 130, 'critical'), mark(90_000, 90_010, 'stale')] }),
    ];
    expect(marksOf(chains, 10)).toEqual([
      mark(50, 130, 'critical'),
      mark(60, 70, 'stale'),
      mark(90_000, 90_010, 'stale'),
    ]);
    expect(marksOf(chains, 1)).toEqual([mark(90_000, 90_010, 'stale')]);
  });
});

describe('what must go', () => {
  const rules = { keptMs: 24 * 60 * MINUTE, boardBytes: 100, totalBytes: 150 };
  const now = 48 * 60 * MINUTE;

  it('REPLAY-5 are chains that ended longer ago than a day', () => {
    const chains = [
      chain(1, 0, now - rules.keptMs - 1),
      chain(2, now - rules.keptMs - 9 * MINUTE, now - rules.keptMs),
      chain(3, now - MINUTE, now),
    ];
    expect(overdueChains(chains, rules, now)).toEqual({ ids: [1], shortened: [] });
  });

  it('REPLAY-6 are the oldest of a board, then the oldest of all, and never the newest of a board', () => {
    const of = (id: number, boardId: string, bytes: number) =>
      chain(id, now - 1_000 + id, now, { boardId, bytes });
    const chains = [of(1, 'a', 40), of(2, 'b', 60), of(3, 'a', 40), of(4, 'a', 40), of(5, 'b', 30)];
    expect(overdueChains(chains, rules, now)).toEqual({ ids: [1, 2], shortened: ['a', 'b'] });
    expect(overdueChains([of(1, 'a', 500)], rules, now)).toEqual({ ids: [], shortened: [] });
  });

  it('REPLAY-6 whatever there is, what is left keeps the bounds, or is the newest of its board', () => {
    const chains = fc.array(
      fc.record({
        boardId: fc.constantFrom('a', 'b', 'c'),
        fromAt: fc.integer({ min: 0, max: now }),
        bytes: fc.integer({ min: 0, max: 80 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(chains, (given) => {
        const all = given.map((more, index) => chain(index + 1, more.fromAt, more.fromAt + MINUTE, more));
        const { ids } = overdueChains(all, rules, now);
        const left = all.filter(({ id }) => !ids.includes(id));
        const bytes = (of: typeof left) => of.reduce((sum, each) => sum + each.bytes, 0);
        const boards = new Set(left.map(({ boardId }) => boardId));
        for (const boardId of boards) {
          const own = left.filter((each) => each.boardId === boardId);
          expect(own.length === 1 || bytes(own) <= rules.boardBytes).toBe(true);
        }
        expect(left.length === boards.size || bytes(left) <= rules.totalBytes).toBe(true);
        expect(left.every(({ untilAt }) => untilAt >= now - rules.keptMs)).toBe(true);
      }),
    );
  });
});
