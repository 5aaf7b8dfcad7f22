/**
 * Boards made from the queues that exist, so that the first run shows something good: one over all queues, and one
 * a division where there are a few of them. Pure: the same queues give the same boards.
 */
import type { Board, BoardPage, Tile, Trend } from '../../lib/contracts/board';
import { ALERT_KPI_KEYS, type KpiKey, QUEUE_KPI_KEYS, SESSION_KPI_KEYS } from '../../lib/contracts/kpi';
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
export const MAX_TABLE_SUBJECTS = 2_000;
const MAX_LABEL = 60;
/** A 55 inch television read from 8 m: the harder of the two usual places. */
export const SCREEN = { diagonalInches: 55, distanceMetres: 8 };
export const PAGE_SECONDS = 20;
export const DEFAULT_CADENCE_MS = 250;
/** Division ids are UUIDs; one that could not be part of a board's id gets no board of its own. */
const DIVISION_ID = /^[A-Za-z0-9_-]{1,50}$/;

export const COLUMNS: readonly KpiKey[] = [
  'waiting',
  'longestWaitSince',
  'serviceLevel',
  'agentsAvailable',
  'abandonRate',
  'offered',
  'answered',
  'abandoned',
];

export const DEVICE_COLUMNS: readonly KpiKey[] = ['alertsActive', 'devicesOffline'];

/** What follows from others on it is left out of the exact table. */
const UNTABLED: ReadonlySet<KpiKey> = new Set(['agentsCommunicating', 'agentsNotResponding']);

export interface DefaultBoardsOptions {
  readonly timeZone: string;
  /** Whether devices' alerts are a source here: without them their figures would be dashes for ever. */
  readonly hasDevices: boolean;
  /** Whether diagnostic sessions are there; absent: no. */
  readonly hasSessions?: boolean;
}

/** The boards that are there while nobody has made any; never empty, also without queues. */
export function defaultBoards(
  queues: readonly BoardQueue[],
  options: DefaultBoardsOptions,
): readonly Board[] {
  const whole = makeBoard({
    ...options,
    id: DEFAULT_BOARD_ID,
    name: DEFAULT_BOARD_NAME,
    subject: ALL_QUEUES,
    table: 'queues',
  });
  return [whole, ...divisionBoards(queues, options)];
}

/** A table of all queues with nearly every KPI of the catalogue. */
export function everyQueueBoard({ timeZone, hasDevices, hasSessions = false }: DefaultBoardsOptions): Board {
  const devices: readonly KpiKey[] = hasDevices ? ALERT_KPI_KEYS : [];
  const sessions: readonly KpiKey[] = hasSessions ? SESSION_KPI_KEYS : [];
  const columns = [...QUEUE_KPI_KEYS, ...devices, ...sessions].filter((key) => !UNTABLED.has(key));
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

function divisionBoards(queues: readonly BoardQueue[], options: DefaultBoardsOptions): Board[] {
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
        ...options,
        subject: subjectKey('division', id),
        table: members.slice(0, MAX_TABLE_SUBJECTS).map((queue) => subjectKey('queue', queue.id)),
      }),
    );
}

interface Plan extends DefaultBoardsOptions {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly table: 'queues' | string[];
}

function makeBoard({ id, name, timeZone, hasDevices, hasSessions = false, subject, table }: Plan): Board {
  const columns = hasDevices ? [...COLUMNS, ...DEVICE_COLUMNS] : COLUMNS;
  return {
    id,
    name,
    timeZone,
    cadenceMs: DEFAULT_CADENCE_MS,
    screen: SCREEN,
    strip: stripOf(subject),
    pages: [
      nowPage(subject),
      queuesPage(table, columns),
      todayPage(subject),
      ...(hasDevices ? [devicesPage(subject)] : []),
      ...(hasSessions ? [sessionsPage(subject)] : []),
    ],
  };
}

export function stripOf(subject: string): Tile[] {
  return [
    tile('strip-longest-wait', subject, 'longestWaitSince'),
    tile('strip-waiting', subject, 'waiting'),
    tile('strip-service-level', subject, 'serviceLevel'),
    tile('strip-available', subject, 'agentsAvailable', { of: 'agentsOnQueue' }),
  ];
}

export function nowPage(subject: string): BoardPage {
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

export function queuesPage(subjects: 'queues' | string[], columns: readonly KpiKey[]): BoardPage {
  const table = { id: 'queues', subjects, columns: [...columns] };
  return { id: 'queues', title: 'Queues', seconds: PAGE_SECONDS, tiles: [], table, trends: [] };
}

export function devicesPage(subject: string): BoardPage {
  const tiles = [
    tile('alerts-critical', subject, 'alertsCritical', { hero: true }),
    tile('alerts-active', subject, 'alertsActive'),
    tile('alerts-unacknowledged', subject, 'alertsUnacknowledged'),
    tile('devices-offline', subject, 'devicesOffline'),
    tile('alerts-today', subject, 'alertsToday'),
  ];
  const trends: Trend[] = [{ id: 'alerts-active', subject, kpi: 'alertsActive', every: 'minute' }];
  return { id: 'devices', title: 'Devices', seconds: PAGE_SECONDS, tiles, table: null, trends };
}

export function sessionsPage(subject: string): BoardPage {
  const tiles = [
    tile('session-health', subject, 'sessionHealth', { hero: true }),
    tile('sessions-running', subject, 'sessionsRunning'),
    tile('sessions-disconnected', subject, 'sessionsDisconnected'),
    tile('sessions-error', subject, 'sessionsError'),
    tile('sessions-completed', subject, 'sessionsCompleted'),
    tile('solved-remotely', subject, 'solvedRemotelyToday'),
  ];
  const trends: Trend[] = [
    { id: 'sessions-running', subject, kpi: 'sessionsRunning', every: 'minute' },
    { id: 'sessions-disconnected', subject, kpi: 'sessionsDisconnected', every: 'minute' },
  ];
  return { id: 'sessions', title: 'Sessions', seconds: PAGE_SECONDS, tiles, table: null, trends };
}

export function todayPage(subject: string): BoardPage {
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
