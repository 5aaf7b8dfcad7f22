/**
 * Midnight in the queue's zone: yesterday's intervals go. Where the day starts inside a half hour (zones with a
 * 45-minute offset) that half hour is kept with what it held: today's part is what it gains from now on.
 */
import { HALF_HOUR_MS, halfHourStart } from '../../lib/day';
import { unobservedInterval } from './apply-interval';
import type { Completeness, MediaRow, QueueState, Straddle } from './queue-state';
import { AT, at, END, INTERVAL_METRICS, NEVER, START } from './row-layout';

/** Told by the engine, not by a source. `dayStart`: epoch ms of the day's first moment in the queue's zone. */
export interface DayStarted {
  readonly kind: 'dayStarted';
  readonly dayStart: number;
}

export function applyDayStart(state: QueueState, event: DayStarted): QueueState {
  if (event.dayStart === state.dayStart) return state;
  const isForward = event.dayStart > state.dayStart;
  const media = state.media.map((row) => onDay(row, event.dayStart, isForward));
  const complete = completeOnDay(state, event.dayStart);
  return { dayStart: event.dayStart, media, users: state.users, complete };
}

function onDay(row: MediaRow, dayStart: number, isForward: boolean): MediaRow {
  const straddled = halfHourStart(dayStart) === dayStart ? null : halfHourStart(dayStart);
  const isToday = (interval: readonly number[]) => at(interval, START) >= dayStart;
  const across = [...row.closed, ...(row.current === null ? [] : [row.current])].find(
    (interval) => at(interval, START) === straddled && at(interval, END) > dayStart,
  );
  return {
    mediaType: row.mediaType,
    gauges: row.gauges,
    current: row.current !== null && isToday(row.current) ? row.current : null,
    closed: row.closed.filter(isToday),
    straddle: straddled === null || !isForward ? null : straddleFrom(across ?? quiet(straddled), dayStart),
  };
}

/** A half hour in which nothing was heard before midnight held nothing then. */
function quiet(start: number): readonly number[] {
  return unobservedInterval(start, start + HALF_HOUR_MS);
}

function straddleFrom(running: readonly number[], dayStart: number): Straddle {
  const baseline = running.slice();
  baseline[END] = dayStart;
  for (let m = 0; m < INTERVAL_METRICS; m++) baseline[AT + m] = Math.max(at(running, AT + m), dayStart);
  return { running, baseline, part: null };
}

/**
 * A day that was known complete begins complete, at zero. A clock that was set back shows a day whose intervals may
 * be gone: it is not known until REST has told it again.
 */
function completeOnDay(state: QueueState, dayStart: number): Completeness {
  const { complete } = state;
  const isForward = dayStart > state.dayStart;
  const intervals = complete.intervals.map((stamp) => (stamp === NEVER || !isForward ? NEVER : dayStart));
  return { gauges: complete.gauges, from: dayStart, to: dayStart, intervals };
}
