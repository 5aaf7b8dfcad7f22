/**
 * What spares a panel that is on for months: the picture moves by a few pixels every minute, within the margin that the
 * screen keeps, and is darker in the hours that its board says. Pure; by the server's clock, so that screens beside each
 * other do the same.
 */
import type { Board, Dimming } from '../../lib/contracts/board';
import { isWithinSpan } from './day-span';

export const SHIFT_EVERY_MS = 60_000;
/** Never farther than this from where it belongs, in CSS pixels. */
export const MOST_SHIFT_PX = 12;
const STEP_PX = 4;
/** Places to a side of the square of places; its corner is √(8² + 8²) = 11.3 px away. */
const SIDE = 5;
const PLACES = SIDE * SIDE;

export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Row by row and back the same way, so that no step is longer than another. */
export function shiftAt(serverTime: number): Shift {
  const lap = 2 * PLACES - 2;
  const step = Math.floor(serverTime / SHIFT_EVERY_MS) % lap;
  const place = step < PLACES ? step : lap - step;
  const row = Math.floor(place / SIDE);
  const along = place % SIDE;
  const column = row % 2 === 0 ? along : SIDE - 1 - along;
  const middle = (SIDE - 1) / 2;
  return { x: (column - middle) * STEP_PX, y: (row - middle) * STEP_PX };
}

/** Percent of the full brightness; of several spans that hold the darkest. */
export function brightnessAt(board: Pick<Board, 'dimming' | 'timeZone'>, serverTime: number): number {
  const holding = (board.dimming ?? []).filter(({ span }: Dimming) =>
    isWithinSpan(span, serverTime, board.timeZone),
  );
  return Math.min(100, ...holding.map(({ percent }) => percent));
}
