/**
 * The alarms of one board in their order, and the frame that screens get. Worst first; among equals what nobody took,
 * then faults, figures as the board itself names them, devices. Pure.
 */
import { alarmsOf, type StatusFact } from '../../lib/board-alarms';
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import { type Board, DEFAULT_DEVICES_FROM } from '../../lib/contracts/board';
import { type Floor, interruptedOf, membersOf } from './board-floor';
import type { CountedAlarms } from './desk';
import { alarmOf, type Standing } from './standing';

const MOST_LISTED = 50;
const KIND_RANK: Readonly<Record<Standing['kind'], number>> = { fault: 0, kpi: 1, devices: 2 };

export interface BoardList {
  /** Without those on the shelf. */
  readonly listed: readonly Standing[];
  readonly shelved: readonly string[];
}

/** `standing`: all that this board shows; `isShelved`: by key. */
export function listOf(standing: Iterable<Standing>, isShelved: (key: string) => boolean): BoardList {
  const all = [...standing];
  const byFigure = new Map(all.flatMap((one) => (one.kind === 'kpi' ? [[figureOf(one), one] as const] : [])));
  const keyOf = (figure: { readonly subject: string; readonly kpi: string }) =>
    byFigure.get(`${figure.subject}#${figure.kpi}`)?.key ?? '';
  const facts = [...byFigure.values()].flatMap(factOf);
  const figures = alarmsOf(facts, (figure) => isShelved(keyOf(figure)))
    .map((figure) => byFigure.get(`${figure.subject}#${figure.kpi}`))
    .filter((one) => one !== undefined);
  const others = all.filter(({ kind, key }) => kind !== 'kpi' && !isShelved(key)).sort(byAge);
  const shelved = all.map(({ key }) => key).filter(isShelved);
  // Sorting is stable: figures keep the order that the board gives them.
  return { listed: [...figures, ...others].sort(byWorst), shelved };
}

function figureOf({ subject, kpi }: Standing): string {
  return `${subject}#${kpi}`;
}

function factOf({ subject, kpi, level, value }: Standing): StatusFact[] {
  return subject === null || kpi === null ? [] : [{ subject, kpi, status: level, value }];
}

function byWorst(a: Standing, b: Standing): number {
  return (
    Number(b.level === 'critical') - Number(a.level === 'critical') ||
    Number(a.acknowledgement !== null) - Number(b.acknowledgement !== null) ||
    KIND_RANK[a.kind] - KIND_RANK[b.kind]
  );
}

function byAge(a: Standing, b: Standing): number {
  return b.since - a.since || (a.key < b.key ? -1 : 1);
}

/** From how many devices on a group is an alarm there. */
export function devicesFrom({ alertBudget }: Pick<Board, 'alertBudget'>): number {
  return alertBudget?.devicesFrom ?? DEFAULT_DEVICES_FROM;
}

/**
 * Devices' alarms are everybody's from as many devices on as the board says, unless it has panels of them: then it
 * shows those of its panels.
 */
export function showsDevices(
  board: Pick<Board, 'pages' | 'alertBudget'>,
  { level, queueId, value }: Standing,
): boolean {
  if (value !== null && value < devicesFrom(board)) return false;
  const panels = board.pages.flatMap((page) => page.alerts ?? []);
  if (panels.length === 0) return true;
  return panels.some(
    (panel) =>
      (panel.levels?.includes(level) ?? true) &&
      (panel.queueIds === undefined || (queueId !== null && panel.queueIds.includes(queueId))),
  );
}

export type AlarmsContent = Omit<AlarmsFrame, 'serverTime'>;

export const NOTHING_KNOWN: AlarmsContent = {
  ...{ alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
};

export function frameOf({ listed, shelved }: BoardList, floor: Floor, tick: number): AlarmsContent {
  const { flood, current } = floor;
  const single = singleOf(listed, floor);
  return {
    alarms: single.slice(0, MOST_LISTED).map(alarmOf),
    more: Math.max(0, single.length - MOST_LISTED),
    shelved: shelved.length,
    flood: flood && { count: flood.count, since: flood.since },
    interruption: current && { key: current.key, at: current.at, until: current.until },
    interruptions: interruptedOf(floor, tick).length,
  };
}

export function countedOf({ listed, shelved }: BoardList, floor: Floor, tick: number): CountedAlarms {
  const keys = (some: readonly Standing[]) => some.map(({ key }) => key);
  return {
    interrupted: interruptedOf(floor, tick).map(({ key, at }) => ({ key, at })),
    flooded: keys(membersOf(floor.flood, listed)),
    unlisted: keys(singleOf(listed, floor).slice(MOST_LISTED)),
    shelved,
  };
}

function singleOf(listed: readonly Standing[], { flood }: Floor): readonly Standing[] {
  return listed.filter(({ key }) => flood?.members.has(key) !== true);
}

/** The worst of those that are in the flood. */
export function floodedOf(listed: readonly Standing[], floor: Floor): AlarmsContent['alarms'] {
  return membersOf(floor.flood, listed).slice(0, MOST_LISTED).map(alarmOf);
}
