import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardSchema } from '../../../lib/contracts/board';
import { ALERT_KPI_KEYS, SESSION_KPI_KEYS } from '../../../lib/contracts/kpi';
import {
  type BoardQueue,
  DEFAULT_BOARD_ID,
  defaultBoards,
  everyQueueBoard,
} from '../../../server/boards/default-board';

function queue(id: string, division: string, name = id): BoardQueue {
  return { id, name, divisionId: division, divisionName: `Division ${division}` };
}

describe('defaultBoards', () => {
  it('BOARD-1 makes a board of all queues, also where none is known yet', () => {
    const [board, ...others] = defaultBoards([], { timeZone: 'Europe/Dublin', hasDevices: false });
    expect(others).toEqual([]);
    expect(board).toMatchObject({ id: DEFAULT_BOARD_ID, timeZone: 'Europe/Dublin', cadenceMs: 250 });
    expect(board?.strip.map((tile) => tile.kpi)).toEqual([
      'longestWaitSince',
      'waiting',
      'serviceLevel',
      'agentsAvailable',
    ]);
    expect(
      board?.pages.map((page) => [page.title, page.tiles.length, page.table?.subjects, page.seconds]),
    ).toEqual([
      ['Now', 6, undefined, 20],
      ['Queues', 0, 'queues', 20],
      ['Today', 0, undefined, 20],
    ]);
    expect(board?.pages[0]?.tiles.filter((tile) => tile.hero).map((tile) => tile.kpi)).toEqual([
      'longestWaitSince',
    ]);
    expect(board?.pages[2]?.trends.map((trend) => `${trend.kpi} ${trend.every}`)).toEqual([
      'offered halfHour',
      'answered halfHour',
      'serviceLevel halfHour',
      'waiting minute',
    ]);
  });

  it('BOARD-7 with devices there is a page of theirs, and columns of theirs in the tables', () => {
    const [board] = defaultBoards([], { timeZone: 'UTC', hasDevices: true });
    expect(board?.pages.at(-1)?.tiles.map((tile) => tile.kpi)).toEqual([
      'alertsCritical',
      'alertsActive',
      'alertsUnacknowledged',
      'devicesOffline',
      'alertsToday',
    ]);
    expect(board?.pages[1]?.table?.columns.slice(-2)).toEqual(['alertsActive', 'devicesOffline']);
    const columns = (hasDevices: boolean) =>
      everyQueueBoard({ timeZone: 'UTC', hasDevices }).pages[0]?.table?.columns ?? [];
    const more = columns(true).filter((key) => !columns(false).includes(key));
    expect(more).toEqual([...ALERT_KPI_KEYS]);
    expect(boardSchema.safeParse(everyQueueBoard({ timeZone: 'UTC', hasDevices: true })).success).toBe(true);
  });

  it('KPI-56 with diagnostic sessions there is a page of theirs, and all their figures in the exact table', () => {
    const options = { timeZone: 'UTC', hasDevices: true, hasSessions: true };
    const [board] = defaultBoards([], options);
    expect(boardSchema.parse(board)).toEqual(board);
    expect(board?.pages.at(-1)).toMatchObject({ id: 'sessions', title: 'Sessions' });
    expect(board?.pages.at(-1)?.tiles.map((tile) => tile.kpi)).toEqual([
      'sessionHealth',
      'sessionsRunning',
      'sessionsDisconnected',
      'sessionsError',
      'sessionsCompleted',
      'solvedRemotelyToday',
    ]);
    const table = boardSchema.parse(everyQueueBoard(options)).pages[0]?.table?.columns ?? [];
    expect(table.slice(-SESSION_KPI_KEYS.length)).toEqual([...SESSION_KPI_KEYS]);
    const [without] = defaultBoards([], { timeZone: 'UTC', hasDevices: true });
    expect(without?.pages.some(({ id }) => id === 'sessions')).toBe(false);
  });

  it.each([
    [1, 1],
    [2, 3],
    [12, 13],
    [13, 1],
  ])('BOARD-2 with %i divisions there are %i boards', (divisions, boards) => {
    const queues = Array.from({ length: divisions * 2 }, (_, i) => queue(`q${i}`, `d${i % divisions}`));
    expect(defaultBoards(queues, { timeZone: 'UTC', hasDevices: false })).toHaveLength(boards);
  });

  it('BOARD-2 a division’s board shows its own sums and its own queues by name', () => {
    const queues = [queue('2', 'x', 'Beta'), queue('1', 'x', 'Alpha'), queue('3', 'y')];
    const board = defaultBoards(queues, { timeZone: 'UTC', hasDevices: false }).find(
      (b) => b.id === 'division-x',
    );
    expect(board?.name).toBe('Division x');
    expect(board?.strip.every((tile) => tile.subject === 'division:x')).toBe(true);
    expect(board?.pages[1]?.table?.subjects).toEqual(['queue:1', 'queue:2']);
  });

  it('BOARD-3 whatever the queues are called, the boards keep the contract and the same queues give the same', () => {
    const any = fc.record({
      id: fc.uuid(),
      name: fc.string(),
      divisionId: fc.oneof(fc.uuid(), fc.string()),
      divisionName: fc.oneof(fc.string(), fc.string({ minLength: 70, maxLength: 90 })),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), fc.boolean(), (queues, hasDevices) => {
        const options = { timeZone: 'UTC', hasDevices };
        const boards = defaultBoards(queues, options);
        for (const board of boards) expect(boardSchema.parse(board)).toEqual(board);
        expect(new Set(boards.map((board) => board.id)).size).toBe(boards.length);
        const turned = defaultBoards([...queues].reverse(), options);
        expect(turned.map((b) => b.id)).toEqual(boards.map((b) => b.id));
      }),
    );
  });
});
