/**
 * What is wrong with a board beyond its shape: what would break a screen that shows it. It is asked where a board is
 * published, by hand or by a file; what is stored already is read without it. Pure.
 */
import { type Board, boardSchema } from '../../lib/contracts/board';
import { isTimeZone } from '../../lib/day';
import { parseSubject } from '../../lib/ids';
import { err, ok, type Result } from '../../lib/result';
import { problemsOf } from './problem-words';

/** Anything as a board, or every problem, each with the path of what it is about. */
export function checkBoard(content: unknown): Result<Board, readonly string[]> {
  const parsed = boardSchema.safeParse(content);
  if (!parsed.success) return err(problemsOf(parsed.error, 'the board'));
  const problems = boardProblems(parsed.data);
  return problems.length === 0 ? ok(parsed.data) : err(problems);
}

export function boardProblems(board: Board): readonly string[] {
  return [
    ...(isTimeZone(board.timeZone) ? [] : ['timeZone: not an IANA time zone, e.g. Europe/Berlin']),
    ...twins(board.pages.map((page, i) => ({ id: page.id, path: `pages[${i}].id` }))),
    ...twins(board.strip.map((tile, i) => ({ id: tile.id, path: `strip[${i}].id` }))),
    ...subjectsOf(board).flatMap(({ subject, path }) =>
      parseSubject(subject) === null ? [`${path}: not a subject, e.g. all or queue:<id>`] : [],
    ),
    ...board.pages.flatMap((page, i) =>
      twins(partsOf(page).map(({ id, path }) => ({ id, path: `pages[${i}].${path}` }))),
    ),
  ];
}

interface Part {
  readonly id: string;
  readonly path: string;
}

/** All that stands on a page, and is known there by its id among its own kind. */
function partsOf({ tiles, trends, texts = [] }: Board['pages'][number]): readonly Part[] {
  const named = (kind: string, parts: readonly { readonly id: string }[]) =>
    parts.map(({ id }, i) => ({ id: `${kind} ${id}`, path: `${kind}[${i}].id` }));
  return [...named('tiles', tiles), ...named('trends', trends), ...named('texts', texts)];
}

function twins(parts: readonly Part[]): readonly string[] {
  const seen = new Set<string>();
  return parts.flatMap(({ id, path }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [`${path}: “${id.slice(id.indexOf(' ') + 1)}” occurs twice`];
  });
}

interface Placed {
  readonly subject: string;
  readonly path: string;
}

function subjectsOf(board: Board): readonly Placed[] {
  const placed = (path: string, parts: readonly { readonly subject: string }[]): Placed[] =>
    parts.map(({ subject }, i) => ({ subject, path: `${path}[${i}].subject` }));
  return [
    ...placed('strip', board.strip),
    ...board.pages.flatMap(({ tiles, trends, table }, i) => [
      ...placed(`pages[${i}].tiles`, tiles),
      ...(Array.isArray(table?.subjects) ? table.subjects : []).map((subject, n) => ({
        subject,
        path: `pages[${i}].table.subjects[${n}]`,
      })),
      ...placed(`pages[${i}].trends`, trends),
    ]),
  ];
}
