/**
 * Which figures of a board are alarmed, worst first: for the screen, which names them, and for the server, which lets
 * them interrupt. One a subject; a roll-up is left out where a queue says the same more exactly: one cause, one alarm.
 * Pure.
 */
import type { Board } from './contracts/board';
import { isDeviceKpi, type KpiKey, type KpiStatus } from './contracts/kpi';
import { parseSubject } from './ids';

export interface FigureAddress {
  readonly subject: string;
  readonly kpi: KpiKey;
}

export interface StatusFact extends FigureAddress {
  readonly status: KpiStatus;
  readonly value: number | null;
}

export interface FigureAlarm extends FigureAddress {
  readonly status: 'critical' | 'warning';
}

/** Which figure speaks for a subject that has several alarms: what hurts the caller now, then the day's. */
const URGENCY: readonly KpiKey[] = ['longestWaitSince', 'waiting', 'serviceLevel', 'abandonRate'];
/** Of a table: what a queue is called for. The rest of its columns are for reading. */
const ALARMING_COLUMNS: ReadonlySet<KpiKey> = new Set(URGENCY);

/**
 * The figures that may raise an alarm on this board, each once: tiles, and of tables the urgent columns and those of
 * devices. `queues`: the subjects that a table of all queues shows.
 */
export function alarmFigures(
  board: Pick<Board, 'strip' | 'pages'>,
  queues: readonly string[],
): readonly FigureAddress[] {
  const found = new Map<string, FigureAddress>();
  const add = ({ subject, kpi }: FigureAddress) => found.set(`${subject}#${kpi}`, { subject, kpi });
  board.strip.forEach(add);
  for (const { tiles, table } of board.pages) {
    tiles.forEach(add);
    if (table === null) continue;
    const columns = table.columns.filter((kpi) => ALARMING_COLUMNS.has(kpi) || isDeviceKpi(kpi));
    for (const subject of table.subjects === 'queues' ? queues : table.subjects) {
      for (const kpi of columns) add({ subject, kpi });
    }
  }
  return [...found.values()];
}

/**
 * One alarm a subject, critical first; among equals the more urgent figure, then the longer waiting. `isHidden`: those
 * that somebody put out of sight: another figure of the subject may speak in their place, no roll-up does.
 */
export function alarmsOf(
  facts: Iterable<StatusFact>,
  isHidden: (fact: FigureAddress) => boolean = () => false,
): readonly FigureAlarm[] {
  const alarmed = [...facts].filter(isAlarm);
  const byQueue = new Set(alarmed.filter((fact) => isQueue(fact.subject)).map((fact) => fact.kpi));
  const causes = alarmed.filter((fact) => isQueue(fact.subject) || !byQueue.has(fact.kpi));
  const first = new Map<string, AlarmFact>();
  for (const fact of causes.filter((cause) => !isHidden(cause)).sort(compareAlarms)) {
    if (!first.has(fact.subject)) first.set(fact.subject, fact);
  }
  return [...first.values()].map(({ subject, kpi, status }) => ({ subject, kpi, status }));
}

type AlarmFact = StatusFact & { readonly status: FigureAlarm['status'] };

function isAlarm(fact: StatusFact): fact is AlarmFact {
  return fact.status === 'critical' || fact.status === 'warning';
}

function isQueue(subject: string): boolean {
  return parseSubject(subject)?.kind === 'queue';
}

function compareAlarms(a: AlarmFact, b: AlarmFact): number {
  return (
    Number(b.status === 'critical') - Number(a.status === 'critical') ||
    urgency(a.kpi) - urgency(b.kpi) ||
    severity(b) - severity(a) ||
    (a.subject < b.subject ? -1 : 1)
  );
}

function urgency(kpi: KpiKey): number {
  const place = URGENCY.indexOf(kpi);
  return place === -1 ? URGENCY.length : place;
}

/** Comparable only within one KPI: waits begin earlier, service levels are lower, counts and rates are higher. */
function severity(fact: AlarmFact): number {
  const value = fact.value ?? 0;
  return fact.kpi === 'longestWaitSince' || fact.kpi === 'serviceLevel' ? -value : value;
}
