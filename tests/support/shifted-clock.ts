/** The real clock with another wall time: a test can run across a half hour or a midnight whenever it is run. */
import { type Clock, systemClock } from '../../server/runtime/clock';

export function shiftedClock(startAt: number): Clock {
  const shift = startAt - systemClock.now();
  return { ...systemClock, now: () => systemClock.now() + shift };
}
