/** Which boards are recorded: those that people stored, then those that are made of queues, at most so many. Pure. */
import type { Board } from '../../lib/contracts/board';

export const MOST_RECORDED_BOARDS = 20;

/** `boards`: in the order in which people choose from them. */
export function recordedBoards(
  boards: readonly Board[],
  isStored: (boardId: string) => boolean,
  most = MOST_RECORDED_BOARDS,
): readonly string[] {
  const ids = boards.map((board) => board.id);
  return [...ids.filter(isStored), ...ids.filter((id) => !isStored(id))].slice(0, most);
}
