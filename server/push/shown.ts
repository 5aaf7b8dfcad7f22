/** What a board shows: its figures, subjects and trends, from its definition and the queues that exist. Pure. */
import { valueKey } from '../../lib/apply-delta';
import type { Board, BoardTable, Tile, Trend } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import { type SubjectInfo, trendKey } from '../../lib/contracts/push';
import { parseSubject } from '../../lib/ids';

export interface Figure {
  readonly subject: string;
  readonly kpi: KpiKey;
}

export interface Shown {
  /** By `valueKey`. */
  readonly figures: ReadonlyMap<string, Figure>;
  /** By `trendKey`. */
  readonly trends: ReadonlyMap<string, Pick<Trend, 'subject' | 'kpi' | 'every'>>;
  /** In the order of their first appearance. */
  readonly subjects: ReadonlySet<string>;
  /** Ids of queues shown by themselves; what is rolled up is not taken apart. */
  readonly queueIds: ReadonlySet<string>;
}

/** A figure that cannot be read without another. */
const COMPANIONS: ReadonlyMap<KpiKey, readonly KpiKey[]> = new Map([
  ['serviceLevel', ['serviceLevelTarget']],
]);

/** `queues`: every queue, by name; a table of `queues` shows the first `maxQueues` of them. */
export function shownOn(board: Board, queues: readonly SubjectInfo[], maxQueues: number): Shown {
  const figures = new Map<string, Figure>();
  const trends = new Map<string, Trend>();
  const subjects = new Set<string>();
  const add = (subject: string, kpi: KpiKey) => {
    subjects.add(subject);
    for (const key of [kpi, ...(COMPANIONS.get(kpi) ?? [])]) {
      figures.set(valueKey(subject, key), { subject, kpi: key });
    }
  };
  const addTile = (tile: Tile) => {
    add(tile.subject, tile.kpi);
    if (tile.of !== undefined) add(tile.subject, tile.of);
  };
  board.strip.forEach(addTile);
  for (const page of board.pages) {
    page.tiles.forEach(addTile);
    for (const subject of tableSubjects(page.table, queues, maxQueues)) {
      for (const kpi of page.table?.columns ?? []) add(subject, kpi);
    }
    for (const trend of page.trends) {
      add(trend.subject, trend.kpi);
      trends.set(trendKey(trend.subject, trend.kpi, trend.every), trend);
    }
  }
  return { figures, trends, subjects, queueIds: queueIdsOf(subjects) };
}

function tableSubjects(
  table: BoardTable | null,
  queues: readonly SubjectInfo[],
  maxQueues: number,
): readonly string[] {
  if (table === null) return [];
  return table.subjects === 'queues'
    ? queues.slice(0, maxQueues).map((info) => info.subject)
    : table.subjects;
}

function queueIdsOf(subjects: Iterable<string>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const key of subjects) {
    const subject = parseSubject(key);
    if (subject?.kind === 'queue') ids.add(subject.id);
  }
  return ids;
}
