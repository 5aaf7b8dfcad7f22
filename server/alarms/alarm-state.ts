/**
 * What alarms are like after a restart, from what was stored, and back. Moments are stored by the wall clock, and count
 * by the monotonic one: how long ago something was, but never less than nothing. Pure.
 */
import type { AlarmState } from '../store/alarm-documents';
import { EMPTY_FLOOR, type Floor } from './board-floor';
import type { Standing } from './standing';

export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  /** Monotonic ms. */
  readonly tick: number;
}

type StoredFloor = AlarmState['floors'][number];

export function storedFloor(boardId: string, { interruptions, current, done }: Floor): StoredFloor {
  return {
    boardId,
    interruptions: interruptions.map(({ key, at }) => ({ key, at })),
    current: current && { key: current.key, at: current.at, until: current.until },
    done: [...done].map(([key, level]) => [key, level]),
  };
}

/** `lasting`: keys of what was listed before: it is no news. */
export function restoredFloor(stored: StoredFloor, lasting: Iterable<string>, now: Moment): Floor {
  const ago = (at: number) => now.tick - Math.max(0, now.at - at);
  const { current } = stored;
  // A clock that was set back must not make a minute of it an hour.
  const leftMs = current === null ? 0 : Math.min(current.until - now.at, current.until - current.at);
  return {
    ...EMPTY_FLOOR,
    interruptions: stored.interruptions
      .map(({ key, at }) => ({ key, at, tick: ago(at) }))
      .sort((a, b) => a.tick - b.tick),
    current: current === null || leftMs <= 0 ? null : { ...current, untilTick: now.tick + leftMs },
    done: new Map(stored.done),
    known: new Set(lasting),
  };
}

export function storedStanding(one: Standing): AlarmState['standing'][number] {
  return { ...one };
}
