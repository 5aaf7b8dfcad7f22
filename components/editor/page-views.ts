/** Which of a screen's views a page is on: as several, alone, or beside others where the screen has room for both. Pure. */
import type { Board } from '../../lib/contracts/board';
import { planViews } from '../board/plan';
import type { Space, Viewport } from '../board/scale';
import type { View } from '../board/view-parts';
import type { Selection } from './selection';

export function pageViews(board: Board, pageId: string, space: Space): readonly View[] {
  const pages = board.pages.filter(({ id }) => id === pageId);
  // An empty page has no view, also where it is joined with others.
  if (planViews({ ...board, pages }, space).length === 0) return [];
  // A view's id is made of those of its pages, with dots between (components/board/plan).
  return planViews(board, space).filter(({ id }) => id.split('.').includes(pageId));
}

/** Where a view stands among all of its board, as the head of the screen says it; counted from 1. */
export function positionOf(board: Board, view: View | null, space: Space): { page: number; count: number } {
  const all = planViews(board, space);
  const index = all.findIndex(({ id }) => id === view?.id);
  return { page: Math.max(0, index) + 1, count: Math.max(1, all.length) };
}

/** The first view that has the thing on it; -1: none has. */
export function viewWith(views: readonly View[], selection: Selection): number {
  return views.findIndex(({ grid, table, trends, panels }) => {
    const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
    const texts = (panels?.items ?? []).flatMap((item) => (item.kind === 'text' ? [item.block.id] : []));
    switch (selection.kind) {
      case 'item':
        if (selection.at.list === 'tiles') return ids(grid?.tiles ?? []).includes(selection.id);
        if (selection.at.list === 'trends') return ids(trends?.trends ?? []).includes(selection.id);
        return selection.at.list === 'texts' && texts.includes(selection.id);
      case 'panel':
        if (selection.panel === 'table') return table !== null;
        return (panels?.items ?? []).some(({ kind }) => kind === selection.panel);
      default:
        return false;
    }
  });
}

export type Orientation = 'landscape' | 'portrait';
const LONG = 16;
const SHORT = 9;

/** The largest screen that has room. */
export function screenIn(room: Viewport, orientation: Orientation): Viewport {
  const [across, down] = orientation === 'landscape' ? [LONG, SHORT] : [SHORT, LONG];
  const scale = Math.max(0, Math.min(room.width / across, room.height / down));
  return { width: Math.floor(across * scale), height: Math.floor(down * scale) };
}

/** Full HD: what is checked is counted in parts of the screen, so that any size of this shape says the same. */
export function fullScreen(orientation: Orientation): Viewport {
  return orientation === 'landscape' ? { width: 1920, height: 1080 } : { width: 1080, height: 1920 };
}
