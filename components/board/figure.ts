/**
 * A figure ready to be drawn: what a value, its limit, the link and the hour make of a tile or a cell. Pure; the
 * components add nothing but markup. What is not known for sure is never written like what is: a stale wait
 * stands still behind "≥", a stale figure has no colour, and one of an hour ago is a dash.
 */

import { type KpiKey, type KpiStatus, type KpiValue, kpiDefinition } from '../../lib/contracts/kpi';
import type { Limit } from '../../lib/contracts/push';
import {
  type FormattedFigure,
  formatCount,
  formatDuration,
  formatGlancePercent,
  formatPercent,
  formatSeconds,
  type Mark,
} from '../../lib/format';
import { KEPT_MS } from '../live/carry-over';

/** How the screen hears of the server: since when nothing is known any more, or `null` while it hears. */
export interface Hearing {
  /** Server time of the last sign of life, while the link is down; `null` while it is up. */
  readonly lostAt: number | null;
}

/** A limit as it is printed beside a value. */
export interface PrintedLimit {
  /** `max`: more is worse. `min`: less is worse. `of`: a share to reach. */
  readonly kind: 'max' | 'min' | 'of';
  readonly figure: FormattedFigure;
  /** The value is past it now. An alarm is taken back only after a while, so that it may outlast this. */
  readonly isBroken: boolean;
}

export interface Figure {
  readonly text: string;
  readonly unit: FormattedFigure['unit'];
  /** "≥": at least this, it may be more by now. */
  readonly atLeast: boolean;
  readonly status: KpiStatus;
  readonly stale: boolean;
  /** There may be a value, and this screen does not get it. */
  readonly hidden: boolean;
  /** Server time at which the figure was last known to be right; `null` where it never was. */
  readonly asOf: number | null;
  readonly limit: PrintedLimit | null;
  /** What the server said, untouched: ms, a ratio, a count or an epoch; `null` where it says nothing about now. */
  readonly raw: number | null;
}

export interface FigureInput {
  readonly kpi: KpiKey;
  readonly value: KpiValue | undefined;
  readonly limit: Limit | null;
  /** The share to reach, from the queue's own settings; for the service level. */
  readonly target: number | null;
  readonly hearing: Hearing;
  /** Server time. Read by a wait that runs, and by what is not known any more. */
  readonly now: number;
  readonly locale: string;
  /** `glance`: for the wall. `exact`: percent and seconds with two decimals. */
  readonly style: 'glance' | 'exact';
}

const UNKNOWN: KpiValue = { value: null, asOf: null, origin: null, status: 'unknown', stale: true };

/** As calm as what is well: neither its limit nor whether it is heard of says anything. */
const HIDDEN: Figure = {
  ...formatCount(null, 'en'),
  ...{ atLeast: false, status: 'normal', stale: false, hidden: true, asOf: null, limit: null, raw: null },
};

export function presentFigure(input: FigureInput): Figure {
  const value = input.value ?? UNKNOWN;
  if (value.hidden === true) return HIDDEN;
  // What is not known is never drawn like what is, also where no link was lost: it was never observed.
  const stale = value.stale || value.status === 'unknown' || input.hearing.lostAt !== null;
  const asOf = value.stale || value.status === 'unknown' ? value.asOf : (input.hearing.lostAt ?? value.asOf);
  const isPast = stale && asOf !== null && input.now - asOf > KEPT_MS;
  const raw = isPast ? null : value.value;
  const { figure, atLeast } = write(input, raw, stale ? (asOf ?? input.now) : input.now);
  return {
    ...figure,
    atLeast: atLeast && stale,
    status: stale ? 'unknown' : value.status,
    stale,
    hidden: false,
    asOf,
    limit: printedLimit(input),
    raw,
  };
}

function write(
  input: FigureInput,
  value: number | null,
  at: number,
): { figure: FormattedFigure; atLeast: boolean } {
  const { kpi, locale } = input;
  const exact = input.style === 'exact';
  switch (kpiDefinition(kpi)?.unit) {
    case 'epochMs':
      return {
        figure: formatDuration(value === null ? null : at - value, 'down'),
        atLeast: value !== null,
      };
    case 'ms':
      if (exact) return { figure: formatSeconds(value, locale, 2), atLeast: false };
      return { figure: formatDuration(value, 'nearest'), atLeast: false };
    case 'ratio':
      if (exact) return { figure: formatPercent(value, locale, 2), atLeast: false };
      return { figure: formatGlancePercent(value, locale, markOf(input)), atLeast: false };
    default:
      return { figure: formatCount(value, locale), atLeast: false };
  }
}

function markOf(input: FigureInput): Mark | null {
  const level = input.target ?? nearestLimit(input);
  if (level === null) return null;
  return { level, sense: kpiDefinition(input.kpi)?.better === 'higher' ? 'atLeast' : 'atMost' };
}

/** The service level's target where the queues have one; else the limit that the status has come to, or will. */
function printedLimit(input: FigureInput): PrintedLimit | null {
  const definition = kpiDefinition(input.kpi);
  const level = input.target ?? nearestLimit(input);
  if (definition === undefined || level === null) return null;
  const isFloor = definition.better === 'higher';
  const measured = measuredOf(input, definition.unit);
  const isBroken = measured !== null && (isFloor ? measured < level : measured >= level);
  if (input.target !== null)
    return { kind: 'of', figure: formatPercent(level, input.locale, decimalsOf(level)), isBroken };
  return {
    kind: isFloor ? 'min' : 'max',
    figure: writeLimit(definition.unit, level, input.locale),
    isBroken,
  };
}

/** What is held against the limit: of a running wait its length, in ms. */
function measuredOf({ value, now }: FigureInput, unit: string): number | null {
  const raw = value?.value ?? null;
  return unit === 'epochMs' && raw !== null ? now - raw : raw;
}

function nearestLimit(input: FigureInput): number | null {
  if (input.limit === null) return null;
  const { warning, critical } = input.limit;
  return input.value?.status === 'critical' ? (critical ?? warning) : (warning ?? critical);
}

/** A limit in the figure's unit, as it is printed. */
export function writeLimit(unit: string, limit: number | null, locale: string): FormattedFigure {
  if (unit === 'ms' || unit === 'epochMs') return formatDuration(limit, 'nearest');
  if (unit === 'ratio') return formatPercent(limit, locale, limit === null ? 0 : decimalsOf(limit));
  return formatCount(limit, locale);
}

/** As few decimals as tell the limit exactly: 80, 2.5. */
function decimalsOf(ratio: number): number {
  const percent = Math.round(ratio * 1e6) / 1e4;
  return Number.isInteger(percent) ? 0 : 1;
}

/** The limit that holds for a figure: its subject's own, else the one for all. */
export function limitOf(limits: readonly Limit[], subject: string, kpi: KpiKey): Limit | null {
  const ofKpi = limits.filter((limit) => limit.kpi === kpi);
  return (
    ofKpi.find((limit) => limit.subject === subject) ?? ofKpi.find((limit) => limit.subject === null) ?? null
  );
}
