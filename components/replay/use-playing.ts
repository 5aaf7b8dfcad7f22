'use client';
/** Plays the past: the next moment is asked for when its time has come and the last one is there. */
import { useEffect } from 'react';
import { browserClock } from '../live/clock';
import { paceOf, playedOn, type Reach, type Speed } from './replay-state';

export interface Playing {
  /** `null`: it stands. */
  readonly speed: Speed | null;
  readonly at: number | null;
  /** The moment of `at` is on the page, or there is none. */
  readonly isShown: boolean;
  readonly reach: Reach | null;
  readonly onMove: (at: number) => void;
  readonly onEnd: () => void;
}

export function usePlaying({ speed, at, isShown, reach, onMove, onEnd }: Playing): void {
  useEffect(() => {
    if (speed === null || at === null || reach === null || !isShown) return;
    const { everyMs, stepMs } = paceOf(speed);
    return browserClock.after(everyMs, () => {
      const next = playedOn(at, stepMs, reach);
      if (next === at) onEnd();
      else onMove(next);
    });
  }, [speed, at, isShown, reach, onMove, onEnd]);
}
