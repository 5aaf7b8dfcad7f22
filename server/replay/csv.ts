/**
 * Figures as a table for spreadsheets: RFC 4180 (commas, CRLF, quotes doubled), UTF-8 with a byte order mark so that
 * Excel reads it as such. A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are
 * ours, and stay numbers. Times are in the board's zone, which the header names, and in UTC. Pure.
 */
import { kpiDefinition } from '../../lib/contracts/kpi';
import type { ValueChange } from '../../lib/contracts/push';
import type { Moment } from '../../lib/contracts/replay';
import { zoneOffsetMs } from '../../lib/day';

export const BYTE_ORDER_MARK = '\ufeff';
type Cell = string | number | null;

/** What a spreadsheet takes for the beginning of a formula, also behind the blanks that it skips. */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;
const QUOTED = /[",\r\n]/;

/** One line, with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function csvHead(timeZone: string): string {
  return csvLine([
    `Time (${timeZone})`,
    'Time (UTC)',
    'Subject',
    'Name',
    'KPI',
    'Value',
    'Unit',
    'Status',
    'Stale',
    `As of (${timeZone})`,
    'As of (UTC)',
  ]);
}

/** All figures of a moment, a line each, in the board's order. A running wait is written as it was then, in ms. */
export function csvLines({ snapshot }: Moment): string {
  const { serverTime: at, board, values } = snapshot;
  const names = new Map(snapshot.subjects.map(({ subject, name }) => [subject, name]));
  const time = [localTime(at, board.timeZone), utcTime(at)];
  return values
    .map((figure) => {
      const name = names.get(figure.subject) ?? figure.subject;
      return csvLine([...time, figure.subject, name, ...figureCells(figure, at, board.timeZone)]);
    })
    .join('');
}

function figureCells(figure: ValueChange, at: number, timeZone: string): Cell[] {
  const { kpi, value, status, stale, asOf, hidden } = figure;
  const unit = kpiDefinition(kpi)?.unit ?? 'count';
  // A wait that is not known any more had lasted until it was last known.
  const waitedUntil = stale ? (asOf ?? at) : at;
  const written = unit === 'epochMs' && value !== null ? Math.max(0, waitedUntil - value) : value;
  const state = hidden === true ? 'hidden' : stale ? 'unknown' : status;
  const age = asOf === null ? [null, null] : [localTime(asOf, timeZone), utcTime(asOf)];
  return [kpi, written, unit === 'epochMs' ? 'ms' : unit, state, stale ? 'yes' : 'no', ...age];
}

/** 2026-11-21 14:03:20, as the zone's clocks showed it. */
export function localTime(at: number, timeZone: string): string {
  return new Date(at + zoneOffsetMs(at, timeZone)).toISOString().slice(0, 19).replace('T', ' ');
}

function utcTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `floor-2026-11-21T140320`: of what a board's id and a time in its zone may be in a file's name. */
export function fileStem(boardId: string, at: number, timeZone: string): string {
  return `${boardId}-${localTime(at, timeZone).replace(' ', 'T').replaceAll(':', '')}`;
}
