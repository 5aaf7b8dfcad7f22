/**
 * Boards made from the queues that exist, so that the first run shows something good: one over all queues, and one
 * a division where there are a few of them. Pure: the same queues give the same boards.
 */
import type { Board, BoardPage, Tile, Trend } from '../../lib/contracts/board';
import { KPI_CATALOGUE, type KpiKey } from '../../lib/contracts/kpi';
import { ALL_QUEUES, subjectKey } from '../../lib/ids';

/** What a board needs to know of a queue. */
export interface BoardQueue {
  readonly id: string;
  readonly name: string;
  readonly divisionId: string;
  readonly divisionName: string;
}

export const DEFAULT_BOARD_ID = 'default';
/** Every figure of every queue, for the supervisors' exact table; always there, and in no list. */
export const EVERY_QUEUE_BOARD_ID = 'queues';
const DEFAULT_BOARD_NAME = 'All queues';
/** One division is all queues once more; with more than this the list of boards is no longer read. */
const DIVISIONS_FROM = 2;
const DIVISIONS_TO = 12;
/** The contract's limits. */
const MAX_TABLE_SUBJECTS = 2_000;
const MAX_LABEL = 60;
/** A 55 inch television read from 8 m: the harder of the two usual places. */
const SCREEN = { diagonalInches: 55, distanceMetres: 8 };
const PAGE_SECONDS = 20;
export const DEFAULT_CADENCE_MS = 250;
/** Division ids are UUIDs; one that could not be part of a board's id gets no board of its own. */
const DIVISION_ID = /^[A-Za-z0-9_-]{1,50}$/;

const COLUMNS: readonly KpiKey[] = [
  'waiting',
  'longestWaitSince',
  'serviceLevel',
  'agentsAvailable',
  'abandonRate',
  'offered',
  'answered',
  'abandoned',
];

/** A table has 24 columns at most: what follows from others on it is left out. */
const UNTABLED: ReadonlySet<KpiKey> = new Set(['agentsCommunicating', 'agentsNotResponding']);

/** The boards that are there while nobody has made any; never empty, also without queues. */
export function defaultBoards(queues: readonly BoardQueue[], timeZone: string): readonly Board[] {
  const whole = makeBoard({
    id: DEFAULT_BOARD_ID,
    name: DEFAULT_BOARD_NAME,
    timeZone,
    subject: ALL_QUEUES,
    table: 'queues',
  });
  return [whole, ...divisionBoards(queues, timeZone)];
}

/** A table of all queues with every KPI of the catalogue that the contract has room for. */
export function everyQueueBoard(timeZone: string): Board {
  const columns = KPI_CATALOGUE.map((entry) => entry.key).filter((key) => !UNTABLED.has(key));
  const page = queuesPage('queues', columns);
  return {
    ...{
      id: EVERY_QUEUE_BOARD_ID,
      name: 'Every queue',
      timeZone,
      cadenceMs: DEFAULT_CADENCE_MS,
      screen: SCREEN,
    },
    strip: [],
    pages: [page],
  };
}

function divisionBoards(queues: readonly BoardQueue[], timeZone: string): Board[] {
  const divisions = new Map<string, BoardQueue[]>();
  for (const queue of queues) {
    const members = divisions.get(queue.divisionId);
    if (members === undefined) divisions.set(queue.divisionId, [queue]);
    else members.push(queue);
  }
  if (divisions.size < DIVISIONS_FROM || divisions.size > DIVISIONS_TO) return [];
  return [...divisions]
    .filter(([id]) => DIVISION_ID.test(id))
    .map(([id, members]) => ({ id, members: members.sort(byName), name: members[0]?.divisionName ?? '' }))
    .sort((a, b) => byName(a, b))
    .map(({ id, members, name }) =>
      makeBoard({
        id: `division-${id}`,
        name: label(name),
        timeZone,
        subject: subjectKey('division', id),
        table: members.slice(0, MAX_TABLE_SUBJECTS).map((queue) => subjectKey('queue', queue.id)),
      }),
    );
}

interface Plan {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly subject: string;
  readonly table: 'queues' | string[];
}

function makeBoard({ id, name, timeZone, subject, table }: Plan): Board {
  return {
    id,
    name,
    timeZone,
    cadenceMs: DEFAULT_CADENCE_MS,
    screen: SCREEN,
    strip: [
      tile('strip-longest-wait', subject, 'longestWaitSince'),
      tile('strip-waiting', subject, 'waiting'),
      tile('strip-service-level', subject, 'serviceLevel'),
      tile('strip-available', subject, 'agentsAvailable', { of: 'agentsOnQueue' }),
    ],
    pages: [nowPage(subject), queuesPage(table), todayPage(subject)],
  };
}

function nowPage(subject: string): BoardPage {
  const tiles = [
    tile('longest-wait', subject, 'longestWaitSince', { hero: true }),
    tile('waiting', subject, 'waiting'),
    tile('service-level', subject, 'serviceLevel'),
    tile('available', subject, 'agentsAvailable', { of: 'agentsOnQueue' }),
    tile('abandon-rate', subject, 'abandonRate'),
    tile('answered', subject, 'answered', { of: 'offered' }),
  ];
  return { id: 'now', title: 'Now', seconds: PAGE_SECONDS, tiles, table: null, trends: [] };
}

function queuesPage(subjects: 'queues' | string[], columns: readonly KpiKey[] = COLUMNS): BoardPage {
  const table = { id: 'queues', subjects, columns: [...columns] };
  return { id: 'queues', title: 'Queues', seconds: PAGE_SECONDS, tiles: [], table, trends: [] };
}

function todayPage(subject: string): BoardPage {
  const trends: Trend[] = [
    { id: 'offered', subject, kpi: 'offered', every: 'halfHour' },
    { id: 'answered', subject, kpi: 'answered', every: 'halfHour' },
    { id: 'service-level', subject, kpi: 'serviceLevel', every: 'halfHour' },
    { id: 'waiting', subject, kpi: 'waiting', every: 'minute' },
  ];
  return { id: 'today', title: 'Today', seconds: PAGE_SECONDS, tiles: [], table: null, trends };
}

function tile(id: string, subject: string, kpi: KpiKey, more: Pick<Tile, 'of' | 'hero'> = {}): Tile {
  return { id, subject, kpi, ...more };
}

function label(name: string): string {
  if (name === '') return 'Unnamed division';
  return name.length <= MAX_LABEL ? name : `${name.slice(0, MAX_LABEL - 1)}…`;
}

function byName(a: { readonly name: string; readonly id: string }, b: typeof a): number {
  return a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1);
}
