/**
 * What can be done to a board, as data, and doing it. Promises: what changes nothing gives the same board; what the
 * edit does not touch keeps its identity; a list never outgrows the contract, and the last page stays, so that no edit
 * of the order, the number or the place of things makes a board invalid. Pure; ids are made by `fresh-ids`.
 */
import type {
  AlertPanel,
  Board,
  BoardPage,
  BoardTable,
  DevicePanel,
  TextBlock,
  Tile,
  Trend,
} from '../../lib/contracts/board';

/** Fields that are given take their new value; those given as `undefined` go. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A list of a board whose things can be put in order. */
export type ListAt =
  | { readonly list: 'pages' }
  | { readonly list: 'strip' }
  | { readonly list: 'tiles'; readonly pageId: string }
  | { readonly list: 'trends'; readonly pageId: string }
  | { readonly list: 'texts'; readonly pageId: string };

export type Item = BoardPage | Tile | Trend | TextBlock;

/** A page's single things. */
export interface Panels {
  readonly table: BoardTable;
  readonly alerts: AlertPanel;
  readonly devices: DevicePanel;
}

export type Edit =
  | { readonly kind: 'board'; readonly patch: Patch<Omit<Board, 'id' | 'pages' | 'strip'>> }
  | {
      readonly kind: 'page';
      readonly pageId: string;
      readonly patch: Patch<Pick<BoardPage, 'title' | 'seconds'>>;
    }
  /** `item` fits the list: a page in pages, a tile in the strip. `index` past the end: last. */
  | { readonly kind: 'add'; readonly at: ListAt; readonly item: Item; readonly index: number }
  | { readonly kind: 'remove'; readonly at: ListAt; readonly id: string }
  | { readonly kind: 'move'; readonly at: ListAt; readonly id: string; readonly to: number }
  /** To the end of another list of the same sort of things. */
  | { readonly kind: 'transfer'; readonly from: ListAt; readonly id: string; readonly to: ListAt }
  | {
      readonly kind: 'change';
      readonly at: ListAt;
      readonly id: string;
      readonly patch: Patch<Tile & Trend & TextBlock>;
    }
  | PanelEdit
  /** The whole content of another board; the id stays. */
  | { readonly kind: 'replace'; readonly board: Board };

/** `value` null: the panel goes. */
export type PanelEdit = {
  readonly [K in keyof Panels]: {
    readonly kind: 'panel';
    readonly pageId: string;
    readonly panel: K;
    readonly value: Panels[K] | null;
  };
}[keyof Panels];

/** The contract's bounds (lib/contracts/board). */
export const MOST = { pages: 12, strip: 6, tiles: 12, trends: 4, texts: 4 } as const;

export function applyEdit(board: Board, edit: Edit): Board {
  switch (edit.kind) {
    case 'board':
      return patched<Board>(board, edit.patch);
    case 'page':
      return withPage(board, edit.pageId, (page) => patched<BoardPage>(page, edit.patch));
    case 'add':
      return added(board, edit.at, edit.item, edit.index);
    case 'remove':
      return removed(board, edit.at, edit.id);
    case 'move':
      return withItems(board, edit.at, movedTo(itemsOf(board, edit.at), edit.id, edit.to));
    case 'transfer':
      return transferred(board, edit);
    case 'change':
      return withItems(
        board,
        edit.at,
        mapped(itemsOf(board, edit.at), edit.id, (item) => patched(item, edit.patch)),
      );
    case 'panel':
      return withPage(board, edit.pageId, (page) => withPanel(page, edit));
    case 'replace':
      return edit.board.id === board.id ? edit.board : { ...edit.board, id: board.id };
  }
}

export function itemsOf(board: Board, at: ListAt): readonly Item[] {
  if (at.list === 'pages') return board.pages;
  if (at.list === 'strip') return board.strip;
  const page = board.pages.find(({ id }) => id === at.pageId);
  return page?.[at.list] ?? NONE;
}
const NONE: readonly Item[] = [];

/** Whether one more fits. */
export function hasRoom(board: Board, at: ListAt): boolean {
  const isThere = !('pageId' in at) || board.pages.some(({ id }) => id === at.pageId);
  return isThere && itemsOf(board, at).length < MOST[at.list];
}

/** The same object where nothing is another value than before. */
export function patched<T extends object>(before: T, patch: Patch<T>): T {
  const changes = Object.entries(patch).filter(([key, value]) => !isSame(before[key as keyof T], value));
  if (changes.length === 0) return before;
  const entries = Object.entries({ ...before, ...Object.fromEntries(changes) });
  // The same fields with values of the same types; those that were given as undefined are left out.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as T;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** The list with the thing at the place `to`; the same list where it is there already, or not in it. */
export function movedTo<T extends { readonly id: string }>(
  items: readonly T[],
  id: string,
  to: number,
): readonly T[] {
  const from = items.findIndex((item) => item.id === id);
  const target = Math.max(0, Math.min(items.length - 1, to));
  if (from === -1 || from === target) return items;
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, target), ...items.slice(from, from + 1), ...rest.slice(target)];
}

function added(board: Board, at: ListAt, item: Item, index: number): Board {
  const items = itemsOf(board, at);
  if (!hasRoom(board, at) || items.some(({ id }) => id === item.id)) return board;
  return withItems(board, at, [...items.slice(0, index), item, ...items.slice(index)]);
}

function removed(board: Board, at: ListAt, id: string): Board {
  const items = itemsOf(board, at);
  const left = items.filter((item) => item.id !== id);
  if (left.length === items.length || (at.list === 'pages' && left.length === 0)) return board;
  return withItems(board, at, left);
}

function transferred(board: Board, { from, id, to }: Extract<Edit, { kind: 'transfer' }>): Board {
  const item = itemsOf(board, from).find((one) => one.id === id);
  const isSort = SORT[from.list] === SORT[to.list] && from.list !== 'pages';
  if (item === undefined || !isSort || !hasRoom(board, to) || isSame(from, to)) return board;
  if (itemsOf(board, to).some((one) => one.id === id)) return board;
  return added(removed(board, from, id), to, item, Number.POSITIVE_INFINITY);
}
/** The strip holds tiles, too. */
const SORT = { pages: 'page', strip: 'tile', tiles: 'tile', trends: 'trend', texts: 'text' } as const;

function withItems(board: Board, at: ListAt, items: readonly Item[]): Board {
  if (items === itemsOf(board, at)) return board;
  // Each list is only ever given things of its own sort: `add` says so, the other edits keep or carry them.
  const list = [...items] as never[];
  if (at.list === 'pages' || at.list === 'strip') return { ...board, [at.list]: list };
  return withPage(board, at.pageId, (page) => ({ ...page, [at.list]: list }));
}

function withPage(board: Board, pageId: string, change: (page: BoardPage) => BoardPage): Board {
  const pages = mapped(board.pages, pageId, change);
  return pages === board.pages ? board : { ...board, pages: [...pages] };
}

function mapped<T extends { readonly id: string }>(
  items: readonly T[],
  id: string,
  change: (item: T) => T,
): readonly T[] {
  const index = items.findIndex((item) => item.id === id);
  const before = items[index];
  if (before === undefined) return items;
  const after = change(before);
  return after === before ? items : items.map((item, at) => (at === index ? after : item));
}

function withPanel(page: BoardPage, { panel, value }: PanelEdit): BoardPage {
  // A page without a table says null; without the others it says nothing.
  return patched(page, { [panel]: value ?? (panel === 'table' ? null : undefined) } as Patch<BoardPage>);
}
