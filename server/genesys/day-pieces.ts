/**
 * Which intervals tell a queue's day, pure. Mostly one: from the day's start to the end of the running half hour.
 * Where midnight falls inside a platform half hour (45-minute offsets) there are two more: the part of that half
 * hour before midnight and the part after it.
 */
import { dayStart, HALF_HOUR_MS, halfHourStart } from '../../lib/day';
import { createDayCalendar } from '../../lib/day-calendar';

/** Epoch ms, [from, to). A `part` is asked alone and is one interval; the others are cut into half hours. */
export interface DayPiece {
  readonly from: number;
  readonly to: number;
  readonly part: boolean;
}

export function dayPieces(now: number, timeZone: string): readonly DayPiece[] {
  const start = dayStart(now, timeZone);
  const end = halfHourStart(now) + HALF_HOUR_MS;
  const before = halfHourStart(start);
  if (before === start) return [{ from: start, to: end, part: false }];
  const boundary = before + HALF_HOUR_MS;
  const parts = [
    { from: before, to: start, part: true },
    { from: start, to: boundary, part: true },
  ];
  return boundary >= end ? parts : [...parts, { from: boundary, to: end, part: false }];
}

/** The half hour that closed last. */
export function closedHalfHour(now: number): DayPiece {
  const to = halfHourStart(now);
  return { from: to - HALF_HOUR_MS, to, part: false };
}

/** Queues by the pieces of their day: one query serves the queues of one group. */
export function groupByDay<Id>(
  queueIds: readonly Id[],
  now: number,
  timeZoneOf: (queueId: Id) => string,
): readonly { readonly queueIds: readonly Id[]; readonly pieces: readonly DayPiece[] }[] {
  const calendar = createDayCalendar();
  const groups = new Map<number, { queueIds: Id[]; pieces: readonly DayPiece[] }>();
  for (const queueId of queueIds) {
    const timeZone = timeZoneOf(queueId);
    const start = calendar.startOf(now, timeZone);
    const group = groups.get(start) ?? { queueIds: [], pieces: dayPieces(now, timeZone) };
    group.queueIds.push(queueId);
    groups.set(start, group);
  }
  return [...groups.values()];
}
