/** Which boards are recorded: those that people stored, at most so many; where there is none the first one made. Pure. */
import type { Board } from '../../lib/contracts/board';

export const MOST_RECORDED_BOARDS = 20;

/** `boards`: in the order in which people choose from them. */
export function recordedBoards(
  boards: readonly Board[],
  isStored: (boardId: string) => boolean,
  most = MOST_RECORDED_BOARDS,
): readonly string[] {
  const ids = boards.map((board) => board.id);
  const stored = ids.filter(isStored);
  return stored.length > 0 ? stored.slice(0, most) : ids.slice(0, 1);
}
