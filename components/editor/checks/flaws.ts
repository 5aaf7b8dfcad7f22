/** Where a board is not as the contract wants it, in words of the catalogue: the only checks that stop saving. Pure. */
import type { z } from 'zod';
import { type Board, boardSchema } from '../../../lib/contracts/board';
import { type Selection, THE_BOARD } from '../selection';
import type { Check } from './check';

export function isSound(board: Board): boolean {
  return boardSchema.safeParse(board).success;
}

/** Empty where the board satisfies the contract. */
export function flawsOf(board: Board): readonly Check[] {
  const parsed = boardSchema.safeParse(board);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue, index) => flawOf(board, issue, index));
}

type Issue = z.core.$ZodIssue;

function flawOf(board: Board, issue: Issue, index: number): Check {
  const field = issue.path.filter((part) => typeof part === 'string').at(-1) ?? '';
  return {
    id: `flaw-${index}`,
    severity: 'error',
    key: KEYS.get(String(field)) ?? 'flaw',
    values: { page: pageTitle(board, issue), field: issue.path.join(' › '), reason: issue.message },
    where: placeOf(board, issue),
  };
}

/** Fields whose flaws have words of their own. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['name', 'nameWrong'],
  ['title', 'titleWrong'],
  ['label', 'labelWrong'],
  ['text', 'textWrong'],
  ['columns', 'columnsNone'],
]);

function pageTitle(board: Board, { path }: Issue): string {
  const page = path[0] === 'pages' ? board.pages[Number(path[1])] : undefined;
  return page?.title ?? '';
}

function placeOf(board: Board, { path: [root, index, list, place] }: Issue): Selection {
  if (root === 'strip') return itemAt({ list: 'strip' }, board.strip, index) ?? THE_BOARD;
  const page = root === 'pages' ? board.pages[Number(index)] : undefined;
  if (page === undefined) return THE_BOARD;
  const pageId = page.id;
  if (list === 'tiles') return itemAt({ list, pageId }, page.tiles, place) ?? { kind: 'page', pageId };
  if (list === 'trends') return itemAt({ list, pageId }, page.trends, place) ?? { kind: 'page', pageId };
  if (list === 'texts') return itemAt({ list, pageId }, page.texts ?? [], place) ?? { kind: 'page', pageId };
  if (list === 'table' || list === 'alerts' || list === 'devices')
    return { kind: 'panel', pageId, panel: list };
  return { kind: 'page', pageId };
}

function itemAt(
  at: Extract<Selection, { kind: 'item' }>['at'],
  items: readonly { readonly id: string }[],
  index: PropertyKey | undefined,
): Selection | null {
  const item = items[Number(index)];
  return item === undefined ? null : { kind: 'item', at, id: item.id };
}
