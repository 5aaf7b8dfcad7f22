import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithinSpan } from '../../../../components/board/day-span';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { brightnessAt, MOST_SHIFT_PX, SHIFT_EVERY_MS, shiftAt } from '../../../../components/board/wear';
import type { DaySpan } from '../../../../lib/contracts/board';

const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0) });

describe('what spares the panel', () => {
  it('UI-153 moves the picture by a small step each minute, never farther than 12 px, and over all of the places', () => {
    const seen = new Set<string>();
    for (let minute = 0; minute < 48; minute += 1) {
      const [a, b] = [shiftAt(minute * SHIFT_EVERY_MS), shiftAt((minute + 1) * SHIFT_EVERY_MS)];
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBe(4);
      seen.add(`${a.x} ${a.y}`);
    }
    expect(seen.size).toBe(25);
    fc.assert(
      fc.property(moment, (at) => {
        const { x, y } = shiftAt(at);
        expect(Math.hypot(x, y)).toBeLessThanOrEqual(MOST_SHIFT_PX);
        expect(shiftAt(Math.floor(at / SHIFT_EVERY_MS) * SHIFT_EVERY_MS)).toEqual({ x, y });
      }),
    );
  });

  it.each([
    [1920, 1080],
    [3840, 2160],
    [1080, 1920],
    [1280, 800],
  ])('UI-153 keeps 3 %% of the shorter side empty at %d × %d, more than it moves', (width, height) => {
    for (const distanceMetres of [0.5, 2, 5, 8, 15]) {
      const { padU, unitPx } = spaceOf(unitPercent({ diagonalInches: 55, distanceMetres }), {
        width,
        height,
      });
      const padPx = padU * unitPx;
      expect(padPx).toBeGreaterThanOrEqual(Math.min(width, height) * 0.03 - 1e-6);
      expect(padPx).toBeGreaterThan(MOST_SHIFT_PX);
    }
  });

  it('UI-154 is as dark as the board says in its hours, of several the darkest', () => {
    const dimming = [
      { span: { from: '20:00', to: '07:00' }, percent: 60 },
      { span: { from: '23:00', to: '05:00' }, percent: 20 },
    ];
    const at = (hour: number) =>
      brightnessAt({ dimming, timeZone: 'Europe/Berlin' }, Date.UTC(2026, 0, 5, hour));
    expect([12, 18, 19, 22, 3, 4, 5, 6].map(at)).toEqual([100, 100, 60, 20, 20, 60, 60, 100]);
    expect(brightnessAt({ timeZone: 'UTC' }, 0)).toBe(100);
  });
});

describe('a span of the day', () => {
  // 2026-03-02 is a Monday.
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 2, day, hour, minute);

  it.each<[string, DaySpan, number, boolean]>([
    ['begins at its first minute', { from: '08:00', to: '17:00' }, at(2, 8), true],
    ['is over at its last', { from: '08:00', to: '17:00' }, at(2, 17), false],
    ['goes past midnight', { from: '22:00', to: '06:00' }, at(2, 5, 59), true],
    ['is over in the morning', { from: '22:00', to: '06:00' }, at(2, 6), false],
    ['lasts a day from and to the same time', { from: '06:00', to: '06:00' }, at(2, 5), true],
    ['of Monday holds on Monday', { from: '08:00', to: '17:00', days: [1] }, at(2, 9), true],
    ['of Monday does not on Tuesday', { from: '08:00', to: '17:00', days: [1] }, at(3, 9), false],
    ['of Monday night holds on Tuesday morning', { from: '22:00', to: '06:00', days: [1] }, at(3, 3), true],
    ['of Monday night not on Monday morning', { from: '22:00', to: '06:00', days: [1] }, at(2, 3), false],
    ['of Sunday holds on Sunday', { from: '08:00', to: '17:00', days: [7] }, at(8, 9), true],
  ])('UI-154 %s', (_, span, moment_, holds) => {
    expect(isWithinSpan(span, moment_, 'UTC')).toBe(holds);
  });

  it('UI-154 is of the board’s zone also over a change of the clocks', () => {
    const span = { from: '03:00', to: '04:00' };
    // Berlin, 29 March 2026: 01:00 UTC is 03:00, as 02:00 does not exist.
    expect([0, 1, 2].map((hour) => isWithinSpan(span, at(29, hour, 30), 'Europe/Berlin'))).toEqual([
      false,
      true,
      false,
    ]);
  });
});
