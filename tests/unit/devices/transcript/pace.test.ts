import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT_EASE,
  CALM_MS,
  calmed,
  type Pace,
  slowed,
  WINDOWS_MS,
  windowMsOf,
} from '../../../../server/devices/transcript/pace';

describe('how long a window of the transcript is', () => {
  it('DEV-95 is 5 s, then 10, 20 and 40, a step for each window in which the target wants less', () => {
    let pace: Pace = AT_EASE;
    const seen: number[] = [];
    for (const at of [0, 0, 4_000, 9_999, 10_000, 20_000, 29_999, 30_000, 70_000]) {
      pace = slowed(pace, at);
      seen.push(windowMsOf(pace));
    }
    expect(seen).toEqual([10_000, 10_000, 10_000, 10_000, 20_000, 20_000, 20_000, 40_000, 40_000]);
  });

  it('DEV-95 goes back a step for each minute without trouble, counted from the last of it', () => {
    let pace = slowed(slowed(AT_EASE, 0), 10_000);
    expect(windowMsOf(pace)).toBe(20_000);
    pace = slowed(pace, 15_000);
    expect(windowMsOf(calmed(pace, 15_000 + CALM_MS - 1))).toBe(20_000);
    expect(windowMsOf(calmed(pace, 15_000 + CALM_MS))).toBe(10_000);
    expect(windowMsOf(calmed(pace, 15_000 + 2 * CALM_MS))).toBe(5_000);
    expect(calmed(AT_EASE, 1e9)).toBe(AT_EASE);
  });

  it('DEV-95 is always one of the four, and looking twice is like looking once', () => {
    const step = fc.record({ after: fc.nat(90_000), isTrouble: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let [pace, now]: [Pace, number] = [AT_EASE, 0];
        for (const { after, isTrouble } of steps) {
          now += after;
          const looked = calmed(pace, now);
          expect(calmed(looked, now)).toEqual(looked);
          expect(calmed(calmed(pace, now - after / 2), now)).toEqual(looked);
          pace = isTrouble ? slowed(looked, now) : looked;
          expect(WINDOWS_MS).toContain(windowMsOf(pace));
        }
        expect(windowMsOf(calmed(pace, now + 3 * CALM_MS))).toBe(5_000);
      }),
    );
  });
});
