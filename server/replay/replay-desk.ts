/** The window of what boards showed: types only; `look-back` implements it. */
import type { Moment, ReplaySpan } from '../../lib/contracts/replay';

export interface SpanWish {
  readonly from: number;
  readonly until: number;
  readonly everyMs: number;
}

export interface ReplayDesk {
  /** `null`: nobody knows the board, and nothing of it is kept. */
  span(boardId: string): Promise<ReplaySpan | null>;
  /** The last that was recorded at or before `at`; `null`: nothing. */
  moment(boardId: string, at: number): Promise<Moment | null>;
  /** A moment every so often, those within gaps left out, in order. */
  moments(boardId: string, wish: SpanWish): AsyncIterable<Moment>;
}
