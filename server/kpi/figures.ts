/**
 * The sums from which every KPI of a subject follows: one flat list of numbers for a queue and media type, for a
 * queue over all of them, and for a roll-up. What can be added is added (numerators and denominators, never
 * averages); NaN is "not known". All are integers, so that sums by difference stay exact.
 */
import { isDayKnown } from './apply-snapshot';
import type { MediaRow, QueueState, Straddle, Users } from './queue-state';
import {
  AT,
  at,
  COMPLETE,
  COUNT,
  doubles,
  EMPTY_INTERVAL,
  GAUGE,
  INTERVAL,
  INTERVAL_METRICS,
  MAX_WAIT,
  NEVER,
  ON_QUEUE,
  ORIGINS,
  QUALIFIERS,
  ROUTING,
  START,
  SUM,
  USER_AT,
  USER_SEEN,
} from './row-layout';

export const FIGURE = {
  waiting: 0,
  alerting: 1,
  interacting: 2,
  offered: 3,
  answered: 4,
  answeredMs: 5,
  abandoned: 6,
  shortAbandoned: 7,
  flowedOut: 8,
  transferred: 9,
  handled: 10,
  handledMs: 11,
  left: 12,
  leftMs: 13,
  levelMet: 14,
  levelCounted: 15,
  idle: 16,
  agentsInteracting: 17,
  communicating: 18,
  notResponding: 19,
  offQueue: 20,
  drift: 21,
  /** Not additive: the earliest, the largest, the common one. */
  longestSince: 22,
  maxWait: 23,
  target: 24,
} as const;
export const ADDITIVE_FIGURES = 22;
export const FIGURES = 25;
/** Figures below this one exist for each media type; the rest are of the whole queue. */
export const MEDIA_FIGURES = 16;
/** A target that differs between those it would stand for. */
export const MIXED_TARGET = -1;

/** Nothing known. */
export function noFigures(): number[] {
  return doubles(FIGURES, () => Number.NaN);
}

const NO_TOTALS = EMPTY_INTERVAL;

/**
 * Sums of the closed half hours of today, in the layout of an interval row (stamps: the newest). The shell keeps
 * them while `closed` and `straddle` keep their identity, so that a live event does not add up the day again.
 */
export function closedTotals(row: MediaRow, dayStart: number): readonly number[] {
  if (row.closed.length === 0 && row.straddle === null) return NO_TOTALS;
  const totals = EMPTY_INTERVAL.slice();
  totals[START] = dayStart;
  for (const interval of row.closed) addInterval(totals, interval);
  if (row.straddle !== null) addInterval(totals, partOfToday(row.straddle));
  return totals;
}

/** Adds the aggregates of one interval to running totals. */
export function addInterval(totals: number[], interval: readonly number[]): void {
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    totals[COUNT + m] = at(totals, COUNT + m) + at(interval, COUNT + m);
    totals[SUM + m] = at(totals, SUM + m) + at(interval, SUM + m);
    if (at(interval, AT + m) <= at(totals, AT + m)) continue;
    totals[AT + m] = at(interval, AT + m);
    totals[ORIGINS] = (at(totals, ORIGINS) & ~(1 << m)) | (at(interval, ORIGINS) & (1 << m));
  }
  totals[MAX_WAIT] = Math.max(at(totals, MAX_WAIT), at(interval, MAX_WAIT));
}

/**
 * Today's part of the half hour in which the day starts: what it gained since (running − what it held at the day's
 * start), or REST's own figure for that part where that is newer or further on. Its longest wait counts only where
 * it grew since the day's start, because the stream does not say when it was.
 */
export function partOfToday(straddle: Straddle): readonly number[] {
  const part = EMPTY_INTERVAL.slice();
  for (let m = 0; m < INTERVAL_METRICS; m++) writePart(part, m, straddle);
  part[MAX_WAIT] = longestOfToday(straddle);
  return part;
}

function longestOfToday({ running, baseline, part }: Straddle): number {
  const told = part === null ? 0 : at(part, MAX_WAIT);
  const ran = at(running, MAX_WAIT);
  if (baseline === null) return part === null ? ran : told;
  return Math.max(told, ran > at(baseline, MAX_WAIT) ? ran : 0);
}

function writePart(out: number[], m: number, straddle: Straddle): void {
  const { running, baseline, part } = straddle;
  const isBaselineKnown = baseline !== null && at(baseline, AT + m) !== NEVER;
  const isRunningKnown = at(running, AT + m) !== NEVER;
  const isPartKnown = part !== null && at(part, AT + m) !== NEVER;
  const count = Math.max(0, at(running, COUNT + m) - (isBaselineKnown ? at(baseline, COUNT + m) : 0));
  const sum = Math.max(0, at(running, SUM + m) - (isBaselineKnown ? at(baseline, SUM + m) : 0));
  const isSplit = isBaselineKnown && isRunningKnown;
  const isRestAhead =
    isPartKnown && (!isSplit || at(part, AT + m) >= at(running, AT + m) || at(part, COUNT + m) > count);
  const source = isRestAhead ? part : running;
  out[COUNT + m] = isRestAhead ? at(part, COUNT + m) : count;
  out[SUM + m] = isRestAhead ? at(part, SUM + m) : sum;
  out[AT + m] = at(source, AT + m);
  out[ORIGINS] = at(out, ORIGINS) | (at(source, ORIGINS) & (1 << m));
}

const COUNT_FIGURES: readonly (readonly [number, number])[] = [
  [FIGURE.offered, INTERVAL.nOffered],
  [FIGURE.answered, INTERVAL.tAnswered],
  [FIGURE.abandoned, INTERVAL.tAbandon],
  [FIGURE.shortAbandoned, INTERVAL.tShortAbandon],
  [FIGURE.flowedOut, INTERVAL.tFlowOut],
  [FIGURE.transferred, INTERVAL.nTransferred],
  [FIGURE.handled, INTERVAL.tHandle],
  [FIGURE.left, INTERVAL.tWait],
  [FIGURE.levelCounted, INTERVAL.oServiceLevel],
];
export const COUNT_FIGURE_OF = byMetric(COUNT_FIGURES);
export const SUM_FIGURE_OF = byMetric([
  [FIGURE.answeredMs, INTERVAL.tAnswered],
  [FIGURE.handledMs, INTERVAL.tHandle],
  [FIGURE.leftMs, INTERVAL.tWait],
  [FIGURE.levelMet, INTERVAL.oServiceLevel],
]);

function byMetric(pairs: readonly (readonly [number, number])[]): readonly number[] {
  const list = doubles(INTERVAL_METRICS, () => -1);
  for (const [figure, metric] of pairs) list[metric] = figure;
  return list;
}

/** Writes the figures of one media type; `totals` are its `closedTotals`. The queue's own stay as they are. */
export function writeMediaFigures(
  out: number[],
  state: QueueState,
  source: { readonly row: MediaRow; readonly totals: readonly number[] },
): void {
  const { row, totals } = source;
  for (let g: number = GAUGE.waiting; g <= GAUGE.interacting; g++) out[g] = at(row.gauges, g);
  out[FIGURE.longestSince] = longestSince(row.gauges);
  writeDayFigures(out, state, row.current ?? EMPTY_INTERVAL, totals);
}

/** NaN where nobody waits, or nothing is known. */
export function longestSince(gauges: readonly number[]): number {
  return at(gauges, GAUGE.waiting) === 0 ? Number.NaN : at(gauges, GAUGE.longest);
}

function writeDayFigures(
  out: number[],
  state: QueueState,
  current: readonly number[],
  totals: readonly number[],
): void {
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    const isKnown =
      at(current, AT + m) !== NEVER || at(totals, AT + m) !== NEVER || isDayKnown(state.complete, m);
    out[at(COUNT_FIGURE_OF, m)] = isKnown ? at(current, COUNT + m) + at(totals, COUNT + m) : Number.NaN;
    const sumFigure = at(SUM_FIGURE_OF, m);
    if (sumFigure !== -1) out[sumFigure] = isKnown ? at(current, SUM + m) + at(totals, SUM + m) : Number.NaN;
  }
  const hasLeft = !Number.isNaN(at(out, FIGURE.left)) && at(out, FIGURE.left) > 0;
  out[FIGURE.maxWait] = hasLeft ? Math.max(at(current, MAX_WAIT), at(totals, MAX_WAIT)) : Number.NaN;
}

/** The figures of one half hour, from its sums; only today's exist, and all of them are known. */
export function halfHourFigures(sums: readonly number[], target: number): number[] {
  const out = noFigures();
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    out[at(COUNT_FIGURE_OF, m)] = at(sums, COUNT + m);
    const sumFigure = at(SUM_FIGURE_OF, m);
    if (sumFigure !== -1) out[sumFigure] = at(sums, SUM + m);
  }
  if (at(out, FIGURE.left) > 0) out[FIGURE.maxWait] = at(sums, MAX_WAIT);
  out[FIGURE.target] = target;
  return out;
}

/** Writes the figures of a queue over all media types: theirs added up, and those of its users. */
export function writeQueueFigures(
  out: number[],
  state: QueueState,
  media: readonly { readonly figures: readonly number[] }[],
): void {
  for (let f = 0; f < MEDIA_FIGURES; f++) out[f] = isZeroWhereAbsent(state, f) ? 0 : Number.NaN;
  for (const part of media) addFigures(out, part.figures);
  writeExtremes(out, media);
  writeUserFigures(out, state);
}

/** Whether a snapshot has said that media types without a row have none of it. */
function isZeroWhereAbsent(state: QueueState, figure: number): boolean {
  if (figure <= FIGURE.interacting) return at(state.complete.gauges, figure) !== NEVER;
  return isDayKnown(state.complete, at(METRIC_OF_FIGURE, figure));
}

const METRIC_OF_FIGURE: readonly number[] = doubles(MEDIA_FIGURES, (figure) =>
  Math.max(COUNT_FIGURE_OF.indexOf(figure), SUM_FIGURE_OF.indexOf(figure)),
);

/** Adds the media figures of a part to a whole; what is not known adds nothing. */
function addFigures(out: number[], figures: readonly number[]): void {
  for (let f = 0; f < MEDIA_FIGURES; f++) {
    const value = at(figures, f);
    if (Number.isNaN(value)) continue;
    const sum = at(out, f);
    out[f] = Number.isNaN(sum) ? value : sum + value;
  }
}

/** Writes the earliest longest wait and the largest wait of the parts of a whole. */
export function writeExtremes(
  out: number[],
  parts: readonly { readonly figures: readonly number[] }[],
): void {
  let longestSince = Number.NaN;
  let minusMaxWait = Number.NaN;
  for (const { figures } of parts) {
    longestSince = lesser(longestSince, at(figures, FIGURE.longestSince));
    minusMaxWait = lesser(minusMaxWait, -at(figures, FIGURE.maxWait));
  }
  out[FIGURE.longestSince] = longestSince;
  out[FIGURE.maxWait] = -minusMaxWait;
}

/** The smaller of two, of which either may be unknown (NaN). */
function lesser(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return a <= b || Number.isNaN(b) ? a : b;
}

/** Writes the figures of a queue's users, `FIGURE.idle` to `FIGURE.offQueue`. */
export function writeUserFigures(out: number[], state: QueueState): void {
  const { row, presences } = state.users;
  const base = userBase(state.users);
  for (let q = 0; q < QUALIFIERS; q++) {
    out[FIGURE.idle + q] = at(row, USER_AT + base + q) === NEVER ? Number.NaN : at(row, base + q);
  }
  const isOffQueueKnown = presences.length > 0 || at(state.complete.gauges, COMPLETE.offQueue) !== NEVER;
  let offQueue = 0;
  for (const presence of presences) offQueue += presence.count;
  out[FIGURE.offQueue] = isOffQueueKnown ? offQueue : Number.NaN;
}

/** `oOnQueueUsers`, unless the org has only ever sent `oUserRoutingStatuses`. */
export function userBase(users: Users): number {
  return at(users.row, USER_SEEN) === 2 ? ROUTING : ON_QUEUE;
}

/** Whether anything at all is known. */
export function hasFigures(figures: readonly number[]): boolean {
  for (let f = 0; f < ADDITIVE_FIGURES; f++) if (!Number.isNaN(at(figures, f))) return true;
  return false;
}

/** Whether the media type has had work today or has some now; only then does its target count. */
export function hasTraffic(figures: readonly number[]): boolean {
  return (
    at(figures, FIGURE.offered) > 0 ||
    at(figures, FIGURE.levelCounted) > 0 ||
    at(figures, FIGURE.waiting) > 0 ||
    at(figures, FIGURE.interacting) > 0
  );
}
