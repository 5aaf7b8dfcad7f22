/** Figures of queues, groups and divisions that there are not any more. Pure. */
import type { Board } from '../../../lib/contracts/board';
import { parseSubject, subjectKey } from '../../../lib/ids';
import type { Selection } from '../selection';
import type { Check, Names } from './check';

/** `known`: addresses over all media types; `null`: not known yet, then nothing is said. */
export function subjectChecks(
  board: Board,
  known: ReadonlySet<string> | null,
  names: Names,
): readonly Check[] {
  if (known === null) return [];
  return usesOf(board).flatMap(({ subject, name, page, where }, index) => {
    if (isKnown(subject, known)) return [];
    const values = { subject, name: name === null ? '' : names.kpi(name), page };
    const key = name === null ? 'rowGone' : 'subjectGone';
    return [{ id: `gone-${index}`, severity: 'warning', key, values, where }];
  });
}

/** Whether there is such a subject, for one media type as for all. Sites come and go with their devices. */
export function isKnown(subject: string, known: ReadonlySet<string>): boolean {
  const parsed = parseSubject(subject);
  if (parsed === null) return false;
  return parsed.kind === 'site' || known.has(subjectKey(parsed.kind, parsed.id));
}

interface Use {
  readonly subject: string;
  /** Whose figure; `null`: a row of a table. */
  readonly name: string | null;
  readonly page: string;
  readonly where: Selection;
}

function usesOf(board: Board): readonly Use[] {
  const strip = board.strip.map(({ id, subject, kpi }): Use => {
    return { subject, name: kpi, page: '', where: { kind: 'item', at: { list: 'strip' }, id } };
  });
  const pages = board.pages.flatMap((page): readonly Use[] => {
    const pageId = page.id;
    const items = (['tiles', 'trends'] as const).flatMap((list) =>
      page[list].map(({ id, subject, kpi }): Use => {
        return { subject, name: kpi, page: page.title, where: { kind: 'item', at: { list, pageId }, id } };
      }),
    );
    const rows = page.table === null || page.table.subjects === 'queues' ? [] : page.table.subjects;
    const where = { kind: 'panel', pageId, panel: 'table' } as const;
    return [...items, ...rows.map((subject) => ({ subject, name: null, page: page.title, where }))];
  });
  return [...pages, ...strip];
}
