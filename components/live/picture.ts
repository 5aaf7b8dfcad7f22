/** What a board is to all of its components. */
import type { Board } from '../../lib/contracts/board';
import type { Limit, SubjectInfo } from '../../lib/contracts/push';

/** What a screen needs that does not change with every figure. The object changes only when its content does. */
export interface Picture {
  readonly board: Board;
  readonly subjects: ReadonlyMap<string, SubjectInfo>;
  readonly limits: readonly Limit[];
}
