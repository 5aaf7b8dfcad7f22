/** The boards of a benchmark of several nodes: a wall of 50 queues, and one that only marks change. */
import type { Board } from '../../lib/contracts/board';
import { subjectKey } from '../../lib/ids';
import { COLUMNS } from '../../server/boards/default-board';
import { MARK_BOARD, MARK_QUEUES, markQueueId } from './node-messages';
import { tableBoard } from './stub-reader';

const ROWS = 50;
const CADENCE_MS = 250;
export const WALL_BOARD = 'bench';

export function benchBoards(queueIds: readonly string[]): readonly Board[] {
  // From all over the list, so that frames that go through it reach the board at an even pace.
  const step = Math.max(1, Math.floor(queueIds.length / ROWS));
  const rows = queueIds.filter((_, index) => index % step === 0 && index / step < ROWS);
  const marks = Array.from({ length: MARK_QUEUES }, (_, index) => subjectKey('queue', markQueueId(index)));
  return [
    tableBoard(
      WALL_BOARD,
      rows.map((id) => subjectKey('queue', id)),
      [...COLUMNS],
      CADENCE_MS,
    ),
    tableBoard(MARK_BOARD, marks, ['waiting'], CADENCE_MS),
  ];
}
