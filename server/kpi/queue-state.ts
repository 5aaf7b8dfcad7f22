/**
 * What is known of one queue. Immutable: a change copies the row it touches and the path to it; all else keeps its
 * identity, so that readers compare by reference. Bounded: media types, presences and intervals have a limit.
 */
import { EMPTY_USERS, NO_DAY_COMPLETE, NOTHING_COMPLETE } from './row-layout';

export const MAX_MEDIA_TYPES = 16;
export const MAX_PRESENCES = 64;
/** A day of 25 hours has 50 half hours; a few more for parts of them and for the first of the next day. */
export const MAX_INTERVALS = 64;

/** The half hour in which the day starts, where midnight is not on its boundary (zones with a 45-minute offset). */
export interface Straddle {
  /** The whole half hour, as the stream runs it. */
  readonly running: readonly number[];
  /** What it held when the day started; `null`: not known. */
  readonly baseline: readonly number[] | null;
  /** The part from the day's start on, as REST gives it; `null`: not given. */
  readonly part: readonly number[] | null;
}

export interface MediaRow {
  readonly mediaType: string;
  readonly gauges: readonly number[];
  /** The interval that started last. */
  readonly current: readonly number[] | null;
  /** Earlier ones of today, by start. */
  readonly closed: readonly (readonly number[])[];
  readonly straddle: Straddle | null;
}

export interface PresenceCount {
  readonly id: string;
  readonly count: number;
  readonly observedAt: number;
  readonly isBackfill: boolean;
}

export interface Users {
  readonly row: readonly number[];
  readonly presences: readonly PresenceCount[];
}

/** As of when REST was asked for everything: what was not named then is zero. */
export interface Completeness {
  /** A stamp for each gauge a snapshot may complete. */
  readonly gauges: readonly number[];
  /** Intervals wholly in [from, to) were asked for; a stamp for each interval metric. */
  readonly from: number;
  readonly to: number;
  readonly intervals: readonly number[];
}

export interface QueueState {
  readonly dayStart: number;
  readonly media: readonly MediaRow[];
  readonly users: Users;
  readonly complete: Completeness;
}

const NO_USERS: Users = { row: EMPTY_USERS, presences: [] };
const NOT_COMPLETE: Completeness = { gauges: NOTHING_COMPLETE, from: 0, to: 0, intervals: NO_DAY_COMPLETE };

/** A queue of which nothing is known yet, on the day that starts at `dayStart` (epoch ms). */
export function emptyQueue(dayStart: number): QueueState {
  return { dayStart, media: [], users: NO_USERS, complete: NOT_COMPLETE };
}

/** Place of a media type in `state.media`, or -1. */
export function mediaIndex(state: QueueState, mediaType: string): number {
  const media = state.media;
  for (let i = 0; i < media.length; i++) if (media[i]?.mediaType === mediaType) return i;
  return -1;
}

/** The state with one media row put in place (appended where `index` is -1). */
export function withMediaRow(state: QueueState, index: number, row: MediaRow): QueueState {
  const media = state.media.slice();
  if (index === -1) media.push(row);
  else media[index] = row;
  return { dayStart: state.dayStart, media, users: state.users, complete: state.complete };
}
