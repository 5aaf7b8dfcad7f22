/**
 * How much a device may send: 200 frames a second for as long as it likes, and for 5 s twice that. A frame counts once,
 * and once more for each full kilobyte in it. Past it the device is flooding, whatever it says.
 */
import { fullBucket, take } from '../../runtime/token-bucket';

export const FRAMES_PER_SECOND = 200;
export const BURST_FRAMES = 1_000;
const FREE_BYTES = 1_024;

export interface FrameBudget {
  /** False: it is used up. `now`: monotonic ms. */
  spend(bytes: number, now: number): boolean;
}

export function createFrameBudget(now: number): FrameBudget {
  let bucket = fullBucket(BURST_FRAMES, FRAMES_PER_SECOND, now);
  return {
    spend(bytes, at) {
      const taken = take(bucket, at, 1 + Math.floor(bytes / FREE_BYTES));
      if (taken === null) return false;
      bucket = taken;
      return true;
    },
  };
}
