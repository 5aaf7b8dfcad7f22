/** Boards, and any edits of them that the editor can make, for laws. */
import fc from 'fast-check';
import {
  applyEdit,
  type Edit,
  itemsOf,
  type ListAt,
  type Patch,
} from '../../../../components/editor/board-edit';
import {
  copyOf,
  newAlertPanel,
  newDevicePanel,
  newPage,
  newTable,
  newText,
  newTile,
  newTrend,
} from '../../../../components/editor/fresh-ids';
import { must } from '../../../../lib/assert';
import type { Board, Tile } from '../../../../lib/contracts/board';
import { KPI_KEYS } from '../../../../lib/contracts/kpi';
import { board, page, TABLE, tiles, trends } from '../board/boards';

export const BOARD: Board = board(
  [
    page('now', { tiles: tiles(5, true), texts: [{ id: 'welcome', text: 'Welcome' }] }),
    page('queues', { table: TABLE }),
    page('today', { trends: trends(2) }),
  ],
  [
    { id: 'strip-1', subject: 'all', kpi: 'waiting' },
    { id: 'strip-2', subject: 'queue:a', kpi: 'serviceLevel', label: 'Level' },
  ],
);

/** What is drawn from any board: numbers choose among what it has. */
export interface Choice {
  readonly sort: number;
  readonly place: number;
  readonly other: number;
  readonly text: string;
}

export const choices: fc.Arbitrary<readonly Choice[]> = fc.array(
  fc.record({
    sort: fc.nat({ max: 15 }),
    place: fc.nat({ max: 40 }),
    other: fc.nat({ max: 40 }),
    text: fc
      .string({ minLength: 1, maxLength: 60 })
      .filter((text) => /^[\x20-\x7e]+$/.test(text) && text.trim() !== ''),
  }),
  { maxLength: 40 },
);

/** An edit as the editor makes it: of something that is there, with values that its fields let through. */
export function editOf(now: Board, { sort, place, other, text }: Choice): Edit {
  const own = at(now.pages, place);
  const pageId = own.id;
  const list = at(listsOf(now, pageId), other);
  const item = itemsOf(now, list)[place % Math.max(1, itemsOf(now, list).length)];
  const id = item?.id ?? 'none';
  switch (sort) {
    case 0:
      return { kind: 'board', patch: { name: text, theme: other % 2 === 0 ? 'light' : undefined } };
    case 1:
      return { kind: 'page', pageId, patch: { title: text, seconds: 5 + (other % 300) } };
    case 2:
      return { kind: 'add', at: { list: 'pages' }, item: newPage(now, text), index: place % 14 };
    case 3:
      return { kind: 'add', at: { list: 'tiles', pageId }, item: newTile(now), index: other };
    case 4:
      return { kind: 'add', at: { list: 'strip' }, item: newTile(now), index: other };
    case 5:
      return { kind: 'add', at: { list: 'trends', pageId }, item: newTrend(now), index: other };
    case 6:
      return { kind: 'add', at: { list: 'texts', pageId }, item: newText(now, text), index: other };
    case 7:
      return { kind: 'remove', at: list, id };
    case 8:
      return { kind: 'remove', at: { list: 'pages' }, id: pageId };
    case 9:
      return { kind: 'move', at: list, id, to: other - 5 };
    case 10:
      return { kind: 'move', at: { list: 'pages' }, id: pageId, to: other - 5 };
    case 11:
      return { kind: 'transfer', from: list, id, to: at(listsOf(now, at(now.pages, other).id), place) };
    case 12:
      return { kind: 'change', at: list, id, patch: changeOf(list, text, other) };
    case 13:
      return { kind: 'panel', pageId, panel: 'table', value: other % 3 === 0 ? null : newTable(now) };
    case 14:
      return other % 2 === 0
        ? { kind: 'panel', pageId, panel: 'alerts', value: place % 2 === 0 ? newAlertPanel(now) : null }
        : { kind: 'panel', pageId, panel: 'devices', value: place % 2 === 0 ? newDevicePanel(now) : null };
    default:
      return item === undefined || 'title' in item
        ? { kind: 'board', patch: { timeZone: 'UTC' } }
        : { kind: 'add', at: list, item: copyOf(now, item), index: place };
  }
}

function changeOf(list: ListAt, text: string, other: number): Patch<Tile> {
  if (list.list === 'texts') return { text } as Patch<Tile>;
  return { label: other % 3 === 0 ? undefined : text, kpi: at(KPI_KEYS, other), subject: `queue:${other}` };
}

function listsOf(now: Board, pageId: string): readonly ListAt[] {
  const own = now.pages.some(({ id }) => id === pageId);
  const lists = (['tiles', 'trends', 'texts'] as const).map((list) => ({ list, pageId }));
  return own ? [{ list: 'strip' }, ...lists] : [{ list: 'strip' }];
}

function at<T>(things: readonly T[], index: number): T {
  return must(things[index % things.length], 'a thing');
}

/** What the edits make of the board, one after the other. */
export function changedBy(now: Board, made: readonly Choice[]): Board {
  return made.reduce((board, choice) => applyEdit(board, editOf(board, choice)), now);
}
