/**
 * The hot path of roll-ups, pure: what a change of one row adds to every sum above it, read from the row before and
 * after, while both are in the processor's cache. Only what can't be said so takes the longer way (see
 * `accounting`): something became known, a half hour began or closed, the longest wait of the day grew.
 */
import { COUNT_FIGURE_OF, FIGURE, longestSince, SUM_FIGURE_OF, writeUserFigures } from './figures';
import type { MediaRow, QueueState } from './queue-state';
import type { Difference } from './rollup';
import {
  AT,
  at,
  COUNT,
  doubles,
  GAUGE,
  INTERVAL,
  INTERVAL_METRICS,
  MAX_WAIT,
  NEVER,
  START,
  SUM,
} from './row-layout';

function push(out: Difference, place: number, by: number): void {
  out.places[out.length] = place;
  out.by[out.length] = by;
  out.length++;
}

/** Fills `out` with what the media row gained; false where that can't be told from the two rows alone. */
export function moveOfRow(out: Difference, before: MediaRow, after: MediaRow): boolean {
  out.length = 0;
  if (before.closed !== after.closed || before.straddle !== after.straddle) return false;
  if (before.gauges !== after.gauges && !moveOfGauges(out, before.gauges, after.gauges)) return false;
  if (before.current === after.current) return true;
  if (before.current === null || after.current === null) return false;
  return moveOfInterval(out, before.current, after.current);
}

function moveOfGauges(out: Difference, before: readonly number[], after: readonly number[]): boolean {
  for (let g: number = GAUGE.waiting; g <= GAUGE.interacting; g++) {
    const by = at(after, g) - at(before, g);
    if (by === 0) continue;
    if (Number.isNaN(by)) {
      if (Number.isNaN(at(after, g))) continue;
      return false;
    }
    push(out, g, by);
  }
  return true;
}

function moveOfInterval(out: Difference, before: readonly number[], after: readonly number[]): boolean {
  if (at(before, START) !== at(after, START) || at(before, MAX_WAIT) !== at(after, MAX_WAIT)) return false;
  for (let m = 0; m < INTERVAL_METRICS; m++) {
    if (at(before, AT + m) === at(after, AT + m)) continue;
    if (at(before, AT + m) === NEVER) return false;
    const count = at(after, COUNT + m) - at(before, COUNT + m);
    if (count !== 0) {
      // Without anybody who left there is no longest wait of the day.
      if (m === INTERVAL.tWait && (at(before, COUNT + m) === 0 || at(after, COUNT + m) === 0)) return false;
      push(out, at(COUNT_FIGURE_OF, m), count);
    }
    const sum = at(after, SUM + m) - at(before, SUM + m);
    if (sum !== 0 && at(SUM_FIGURE_OF, m) !== -1) push(out, at(SUM_FIGURE_OF, m), sum);
  }
  return true;
}

const usersBefore = doubles(FIGURE.drift, () => 0);
const usersAfter = doubles(FIGURE.drift, () => 0);

/** The same for a queue's users. */
export function moveOfUsers(out: Difference, before: QueueState, after: QueueState): boolean {
  out.length = 0;
  writeUserFigures(usersBefore, before);
  writeUserFigures(usersAfter, after);
  for (let f: number = FIGURE.idle; f <= FIGURE.offQueue; f++) {
    const by = at(usersAfter, f) - at(usersBefore, f);
    if (by === 0) continue;
    if (Number.isNaN(by)) {
      if (Number.isNaN(at(usersAfter, f)) && Number.isNaN(at(usersBefore, f))) continue;
      return false;
    }
    push(out, f, by);
  }
  return true;
}

/** Whether the longest wait of a media type is another one. */
export function isLongestMoved(before: MediaRow, after: MediaRow): boolean {
  if (before.gauges === after.gauges) return false;
  const old = longestSince(before.gauges);
  const now = longestSince(after.gauges);
  return old !== now && !(Number.isNaN(old) && Number.isNaN(now));
}

/** The longest wait of a queue over all its media types; NaN for none. */
export function longestOfQueue(state: QueueState): number {
  let earliest = Number.NaN;
  for (const row of state.media) {
    const since = longestSince(row.gauges);
    if (!(since >= earliest)) earliest = Number.isNaN(since) ? earliest : since;
  }
  return earliest;
}

/** Whether a media type certainly has had work both before and after: then no target comes or goes with it. */
export function isBusyThroughout(before: MediaRow, after: MediaRow): boolean {
  return hasOffered(before) && hasOffered(after);
}

function hasOffered(row: MediaRow): boolean {
  return row.current !== null && at(row.current, COUNT + INTERVAL.nOffered) > 0;
}
