/** A long look back asks the shelf once, and lets others go first at each step. */
import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../lib/contracts/replay';
import { ChainShelf } from '../../../server/replay/chain-shelf';
import { LookBack } from '../../../server/replay/look-back';
import { KEEPING_RULES } from '../../../server/replay/open-replay';
import { packLines, tapeLine } from '../../../server/replay/tape-line';
import type { StoredChain } from '../../../server/store/replay-ports';
import { FakeClock } from '../../support/fake-clock';
import { MemoryReplayStore } from '../../support/memory-replay-store';
import { boardOf, FakeBoards, SOURCES } from '../../support/push-boards';
import { storedChain } from '../../support/replay-store-suite';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = new FakeClock();
const now = clock.now();
const PICTURE = JSON.stringify({
  ...{ v: 1, epoch: 'e', seq: 1, serverTime: 0, build: 'b', board: boardOf('main') },
  ...{ subjects: [], values: [], trends: [], sources: SOURCES },
});

class AskedShelf extends ChainShelf {
  asked = 0;

  override of(boardId: string): readonly StoredChain[] {
    this.asked += 1;
    return super.of(boardId);
  }
}

/** Of the board `main` chains with one picture each, at their beginning. */
async function lookBack(spans: readonly (readonly [fromAt: number, untilAt: number])[]) {
  const store = new MemoryReplayStore();
  const shelf = new AskedShelf(KEEPING_RULES);
  for (const [index, [fromAt, untilAt]] of spans.entries()) {
    const id = index + 1;
    shelf.put(storedChain(id, { boardId: 'main', fromAt, untilAt }));
    store.content.set(id, [await packLines(tapeLine(fromAt, 'snapshot', PICTURE))]);
  }
  const desk = new LookBack({
    ...{ store, shelf, clock, boards: new FakeBoards([boardOf('main')]) },
    recorder: { store: async () => {}, stoppedAt: null, isRecording: () => true },
  });
  return { desk, shelf };
}

async function timesOf(moments: AsyncIterable<Moment>): Promise<readonly number[]> {
  const times: number[] = [];
  for await (const { snapshot } of moments) times.push(snapshot.serverTime);
  return times;
}

describe('a span of moments', () => {
  it.each([
    ['nobody', []],
    ['main', [[now - 20 * SECOND, now]]],
  ] as const)('REPLAY-24 of %s asks for what is kept once, and not at each step', async (boardId, spans) => {
    const { desk, shelf } = await lookBack(spans);
    const wish = { from: now - DAY, until: now, everyMs: 5 * SECOND };
    await timesOf(desk.moments(boardId, wish));
    expect(shelf.asked).toBe(1);
  });

  it('REPLAY-24 begins with the first moment that is kept, at the same distances as ever', async () => {
    const { desk } = await lookBack([
      [now - 20 * SECOND, now - 8 * SECOND],
      [now - 8 * SECOND, now],
    ]);
    const wish = { from: now - DAY - 3 * SECOND, until: now, everyMs: 5 * SECOND };
    // The first of all is a day ago: what is older is not there any more.
    expect(await timesOf(desk.moments('main', wish))).toEqual(
      [20, 15, 10, 5, 0].map((ago) => now - ago * SECOND),
    );
    const odd = { from: now - 23 * SECOND, until: now + HOUR, everyMs: 7 * SECOND };
    expect(await timesOf(desk.moments('main', odd))).toEqual(
      [16, 9, 2, -5, -12].map((ago) => now - ago * SECOND),
    );
  });

  it('REPLAY-24 lets others go first at each step, also where there is nothing to give', async () => {
    const { desk } = await lookBack([[now - HOUR, now - HOUR + SECOND]]);
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const wish = { from: now - DAY, until: now, everyMs: 10 * SECOND };
    expect(await timesOf(desk.moments('main', wish))).toHaveLength(2);
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(360);
  });
});
