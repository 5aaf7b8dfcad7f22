import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, refilled, take, waitMs } from '../../../server/runtime/token-bucket';

describe('token bucket', () => {
  it('RUN-2 gives what it holds at once, then what has refilled', () => {
    const bucket = fullBucket(2, 10, 1_000);
    const one = take(bucket, 1_000);
    const two = one === null ? null : take(one, 1_000);
    expect(two).toEqual({ capacity: 2, refillPerSecond: 10, tokens: 0, at: 1_000 });
    if (two === null) return;
    expect(take(two, 1_050)).toBeNull();
    expect(waitMs(two, 1_050)).toBe(50);
    expect(take(two, 1_100)).toEqual({ capacity: 2, refillPerSecond: 10, tokens: 0, at: 1_100 });
  });

  it('RUN-2 never holds more than its capacity, and a clock that steps back neither gives nor takes', () => {
    const bucket = { ...fullBucket(5, 1, 10_000), tokens: 3 };
    expect(refilled(bucket, 9_000)).toEqual(bucket);
    expect(refilled(bucket, 1_000_000)).toEqual({ ...bucket, tokens: 5, at: 1_000_000 });
  });

  it('RUN-2 hands out at most capacity + rate × time, in any order of calls', () => {
    const steps = fc.array(
      fc.record({ afterMs: fc.nat({ max: 2_000 }), count: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(steps, (calls) => {
        let bucket = fullBucket(4, 3, 0);
        let [now, given] = [0, 0];
        for (const { afterMs, count } of calls) {
          now += afterMs;
          const after = take(bucket, now, count);
          if (after === null) expect(waitMs(bucket, now, count)).toBeGreaterThan(0);
          else [bucket, given] = [after, given + count];
        }
        expect(given).toBeLessThanOrEqual(4 + (3 * now) / 1_000 + 1e-6);
      }),
    );
  });

  it('RUN-2 is ready after the wait that it names', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        (tokens, count) => {
          const bucket = { ...fullBucket(4, 3, 0), tokens };
          expect(take(bucket, waitMs(bucket, 0, count), count)).not.toBeNull();
        },
      ),
    );
  });
});
