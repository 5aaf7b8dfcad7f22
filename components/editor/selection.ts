/** What somebody is editing: one thing of a board, or the board itself. Pure. */
import type { Board, BoardPage } from '../../lib/contracts/board';
import { itemsOf, type ListAt, type Panels } from './board-edit';

export type Selection =
  | { readonly kind: 'board' }
  | { readonly kind: 'page'; readonly pageId: string }
  /** A tile, a trend, a text, or a tile of the strip. */
  | { readonly kind: 'item'; readonly at: Exclude<ListAt, { list: 'pages' }>; readonly id: string }
  | { readonly kind: 'panel'; readonly pageId: string; readonly panel: keyof Panels };

export const THE_BOARD: Selection = { kind: 'board' };

/** The page that is looked at and what is chosen. */
export interface View {
  readonly pageId: string;
  readonly selection: Selection;
}

export function isThere(board: Board, selection: Selection): boolean {
  switch (selection.kind) {
    case 'board':
      return true;
    case 'page':
      return pageOf(board, selection.pageId) !== undefined;
    case 'item':
      return itemsOf(board, selection.at).some(({ id }) => id === selection.id);
    case 'panel':
      return panelOf(pageOf(board, selection.pageId), selection.panel) !== null;
  }
}

export function pageOf(board: Board, pageId: string): BoardPage | undefined {
  return board.pages.find(({ id }) => id === pageId);
}

export function panelOf<K extends keyof Panels>(page: BoardPage | undefined, panel: K): Panels[K] | null {
  // A page's own field of that name: of that type, absent or null.
  return (page?.[panel] as Panels[K] | null | undefined) ?? null;
}

/** The page on which the selection stands; `null`: on none. */
export function pageIdOf(selection: Selection): string | null {
  if (selection.kind === 'item') return 'pageId' in selection.at ? selection.at.pageId : null;
  return selection.kind === 'board' ? null : selection.pageId;
}

/** What can still be looked at of a board: the same object where all of it can. */
export function validView(board: Board, view: View): View {
  const pageId = pageOf(board, view.pageId)?.id ?? board.pages[0]?.id ?? '';
  const isHere = isThere(board, view.selection);
  if (pageId === view.pageId && isHere) return view;
  return { pageId, selection: isHere ? view.selection : THE_BOARD };
}

/** Names a thing for keys of lists and for tests. */
export function keyOf(selection: Selection): string {
  switch (selection.kind) {
    case 'board':
      return 'board';
    case 'page':
      return `page:${selection.pageId}`;
    case 'item':
      return `${selection.at.list}:${'pageId' in selection.at ? selection.at.pageId : ''}:${selection.id}`;
    case 'panel':
      return `${selection.panel}:${selection.pageId}`;
  }
}
