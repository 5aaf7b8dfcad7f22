import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, messageOf } from '../../../server/runtime/errors';
import { seededRandom } from '../../../server/runtime/random';

describe('seeded randomness', () => {
  it('RUN-7 repeats itself for a seed and stays in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [one, two] = [seededRandom(seed), seededRandom(seed)];
        for (let i = 0; i < 50; i += 1) {
          const value = one();
          expect(two()).toBe(value);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  it('RUN-7 spreads evenly over ten bins', () => {
    const random = seededRandom(7);
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i += 1) {
      const bin = Math.floor(random() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('failures', () => {
  it('RUN-1 carry what decides about the next attempt', () => {
    expect(
      failure('retry', 'too.many.requests', 'Asked too often', { status: 429, retryAfterMs: 7_000 }),
    ).toEqual({
      kind: 'retry',
      code: 'too.many.requests',
      message: 'Asked too often',
      status: 429,
      retryAfterMs: 7_000,
    });
    expect(messageOf(new Error('gone'))).toBe('gone');
    expect(messageOf('thrown text')).toBe('thrown text');
  });
});
