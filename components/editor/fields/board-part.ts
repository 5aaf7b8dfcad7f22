/** What the parts of the board's own fields are given. */
import type { Board } from '../../../lib/contracts/board';
import type { Patch } from '../board-edit';

/** In a step of its own, or, where `run` is the same as before, with what was typed in that field just now. */
export type SetBoard = (patch: Patch<Board>, run?: string) => void;

export interface BoardPartProps {
  readonly board: Board;
  readonly set: SetBoard;
}
