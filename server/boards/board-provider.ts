/** What the readers of boards (push, http) see: types only; `boards` implements it. */
import type { Board } from '../../lib/contracts/board';

export type Unsubscribe = () => void;

export interface BoardProvider {
  /** `null` for a board that does not exist. The same object as long as the board is the same. */
  board(id: string): Board | null;
  /** In the order in which people choose from them; the first is the one to open. */
  list(): readonly Board[];
  /** Called after any board came, changed or went: ask anew. */
  subscribe(listener: () => void): Unsubscribe;
}
