/** The list of screens as its reader wants it: those that he looks for, and how many of them are there. Pure. */
import type { ScreenRecord } from '../../lib/contracts/access';
import type { NamedBoard } from './place-fields';

/** In the order of the list: those whose name, room or board has the text in it, in any case. */
export function matchingScreens(
  screens: readonly ScreenRecord[],
  boards: readonly NamedBoard[],
  wanted: string,
): readonly ScreenRecord[] {
  const text = wanted.trim().toLocaleLowerCase();
  if (text === '') return screens;
  const names = new Map(boards.map(({ id, name }) => [id, name]));
  return screens.filter(({ name, room, boardId }) =>
    [name, room, names.get(boardId) ?? boardId].some((part) => part.toLocaleLowerCase().includes(text)),
  );
}

export function connectedOf(screens: readonly ScreenRecord[]): number {
  return screens.filter(({ connected }) => connected).length;
}
