import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, RECONNECT_BACKOFF } from '../../../server/runtime/backoff';

const almostOne = () => 1 - Number.EPSILON;

describe('back-off', () => {
  it('RUN-1 doubles its ceiling from 2 s to 60 s and stays there', () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) =>
      backoffDelayMs(RECONNECT_BACKOFF, attempt, almostOne),
    );
    expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('RUN-1 draws between 0 and the ceiling, never under the floor that was asked for', () => {
    const attempts = fc.nat({ max: 1_000 });
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const floors = fc.nat({ max: 600_000 });
    fc.assert(
      fc.property(attempts, draws, floors, (attempt, draw, floorMs) => {
        const delayMs = backoffDelayMs(RECONNECT_BACKOFF, attempt, () => draw, floorMs);
        expect(delayMs).toBeGreaterThanOrEqual(floorMs);
        expect(delayMs).toBeLessThanOrEqual(Math.max(floorMs, 60_000));
        expect(Number.isInteger(delayMs)).toBe(true);
      }),
    );
  });

  it('RUN-1 waits for nothing where the list is empty', () => {
    expect(backoffDelayMs([], 3, almostOne)).toBe(0);
    expect(backoffDelayMs([], 3, almostOne, 700)).toBe(700);
  });
});
