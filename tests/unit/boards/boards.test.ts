import { describe, expect, it } from 'vitest';
import { type Board, boardSchema } from '../../../lib/contracts/board';
import { createBoards } from '../../../server/boards/boards';
import {
  type BoardQueue,
  DEFAULT_BOARD_ID,
  defaultBoards,
  EVERY_QUEUE_BOARD_ID,
} from '../../../server/boards/default-board';

const QUEUES: readonly BoardQueue[] = ['x', 'y'].map((division, i) => ({
  id: `q${i}`,
  name: `Q${i}`,
  divisionId: division,
  divisionName: division,
}));
const [TEMPLATE] = defaultBoards([], { timeZone: 'UTC', hasDevices: false });

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

  it('BOARD-6 the table of every queue is there beside all others, by the contract, and in no list', () => {
    for (const stored of [[], [board('b')]]) {
      const boards = createBoards({ stored, timeZone: 'UTC' });
      const every = boardSchema.parse(boards.board(EVERY_QUEUE_BOARD_ID));
      expect(every.pages[0]?.table?.subjects).toBe('queues');
      expect(every.pages[0]?.table?.columns).toContain('serviceLevelBudget');
      expect(boards.list().map((b) => b.id)).not.toContain(EVERY_QUEUE_BOARD_ID);
    }
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
