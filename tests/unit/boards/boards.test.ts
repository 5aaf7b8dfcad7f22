import { describe, expect, it } from 'vitest';
import type { Board } from '../../../lib/contracts/board';
import { createBoards } from '../../../server/boards/boards';
import { type BoardQueue, DEFAULT_BOARD_ID, defaultBoards } from '../../../server/boards/default-board';

const QUEUES: readonly BoardQueue[] = ['x', 'y'].map((division, i) => ({
  id: `q${i}`,
  name: `Q${i}`,
  divisionId: division,
  divisionName: division,
}));
const [TEMPLATE] = defaultBoards([], 'UTC');

function board(id: string, name = id): Board {
  if (TEMPLATE === undefined) throw new Error('no default board');
  return { ...TEMPLATE, id, name };
}

describe('createBoards', () => {
  it('BOARD-4 gives the boards that people made, in their order, else those made from the queues', () => {
    const boards = createBoards({ stored: [board('b'), board('a')], timeZone: 'UTC' });
    expect(boards.list().map((b) => b.id)).toEqual(['b', 'a']);
    expect(boards.board(DEFAULT_BOARD_ID)).toBeNull();
    boards.replaceStored([]);
    boards.queuesListed(QUEUES);
    expect(boards.list().map((b) => b.id)).toEqual([DEFAULT_BOARD_ID, 'division-x', 'division-y']);
    expect(boards.board('__proto__')).toBeNull();
  });

  it('BOARD-5 says when boards are others, and only then; one that is the same keeps its identity', () => {
    const boards = createBoards({ stored: [], timeZone: 'UTC' });
    let calls = 0;
    const unsubscribe = boards.subscribe(() => {
      calls += 1;
    });
    const first = boards.board(DEFAULT_BOARD_ID);
    boards.queuesListed(QUEUES);
    expect(calls).toBe(1);
    expect(boards.board(DEFAULT_BOARD_ID)).toBe(first);
    boards.queuesListed([...QUEUES]);
    expect(calls).toBe(1);
    boards.replaceStored([board('a', 'One'), board('b')]);
    boards.replaceStored([board('b'), board('a', 'One')]);
    boards.replaceStored([board('b'), board('a', 'Two')]);
    expect(calls).toBe(4);
    unsubscribe();
    boards.replaceStored([]);
    expect(calls).toBe(4);
  });
});
