/**
 * A queue's state as plain JSON, for another process of the same build or of one beside it: rows as lists of numbers,
 * `null` for "no value" and -1 for "never". Pure. What cannot be read is `null`, never half a state.
 */
import { z } from 'zod';
import type { Completeness, MediaRow, PresenceCount, QueueState, Straddle } from './queue-state';
import { MAX_INTERVALS, MAX_MEDIA_TYPES, MAX_PRESENCES } from './queue-state';
import {
  doubles,
  EMPTY_GAUGES,
  EMPTY_INTERVAL,
  EMPTY_USERS,
  NEVER,
  NO_DAY_COMPLETE,
  NOTHING_COMPLETE,
} from './row-layout';

type Told = readonly (number | null)[];

const NEVER_TOLD = -1;

const row = (like: readonly number[]) => z.array(z.number().nullable()).length(like.length);
const interval = row(EMPTY_INTERVAL);
const told = z.object({
  dayStart: z.number(),
  media: z
    .array(
      z.object({
        mediaType: z.string(),
        gauges: row(EMPTY_GAUGES),
        current: interval.nullable(),
        closed: z.array(interval).max(MAX_INTERVALS),
        straddle: z
          .object({ running: interval, baseline: interval.nullable(), part: interval.nullable() })
          .nullable(),
      }),
    )
    .max(MAX_MEDIA_TYPES),
  users: z.object({
    row: row(EMPTY_USERS),
    presences: z
      .array(z.object({ id: z.string(), count: z.number(), observedAt: z.number(), isBackfill: z.boolean() }))
      .max(MAX_PRESENCES),
  }),
  complete: z.object({
    gauges: row(NOTHING_COMPLETE),
    from: z.number(),
    to: z.number(),
    intervals: row(NO_DAY_COMPLETE),
  }),
});
export type ToldQueueState = z.infer<typeof told>;

export function tellQueueState({ dayStart, media, users, complete }: QueueState): ToldQueueState {
  return {
    dayStart,
    media: media.map(tellMedia),
    users: { row: tellRow(users.row), presences: users.presences.map(tellPresence) },
    complete: {
      gauges: tellRow(complete.gauges),
      from: complete.from,
      to: complete.to,
      intervals: tellRow(complete.intervals),
    },
  };
}

/** `null`: it is no state that this build knows. */
export function readQueueState(value: unknown): QueueState | null {
  const parsed = told.safeParse(value);
  if (!parsed.success) return null;
  const { dayStart, media, users, complete } = parsed.data;
  return {
    dayStart,
    media: media.map(readMedia),
    users: { row: readRow(users.row), presences: users.presences },
    complete: readComplete(complete),
  };
}

function tellMedia({
  mediaType,
  gauges,
  current,
  closed,
  straddle,
}: MediaRow): ToldQueueState['media'][number] {
  return {
    mediaType,
    gauges: tellRow(gauges),
    current: current === null ? null : tellRow(current),
    closed: closed.map(tellRow),
    straddle: straddle === null ? null : tellStraddle(straddle),
  };
}

function tellStraddle({ running, baseline, part }: Straddle) {
  return {
    running: tellRow(running),
    baseline: baseline === null ? null : tellRow(baseline),
    part: part === null ? null : tellRow(part),
  };
}

function tellPresence({ id, count, observedAt, isBackfill }: PresenceCount): PresenceCount {
  return { id, count, observedAt, isBackfill };
}

function tellRow(cells: readonly number[]): (number | null)[] {
  return cells.map((cell) => {
    if (Number.isNaN(cell)) return null;
    return cell === NEVER ? NEVER_TOLD : cell;
  });
}

function readMedia({
  mediaType,
  gauges,
  current,
  closed,
  straddle,
}: ToldQueueState['media'][number]): MediaRow {
  return {
    mediaType,
    gauges: readRow(gauges),
    current: current === null ? null : readRow(current),
    closed: closed.map(readRow),
    straddle:
      straddle === null
        ? null
        : {
            running: readRow(straddle.running),
            baseline: straddle.baseline === null ? null : readRow(straddle.baseline),
            part: straddle.part === null ? null : readRow(straddle.part),
          },
  };
}

function readComplete({ gauges, from, to, intervals }: ToldQueueState['complete']): Completeness {
  return { gauges: readRow(gauges), from, to, intervals: readRow(intervals) };
}

function readRow(cells: Told): readonly number[] {
  return doubles(cells.length, (place) => {
    const cell = cells[place] ?? null;
    if (cell === null) return Number.NaN;
    return cell === NEVER_TOLD ? NEVER : cell;
  });
}
