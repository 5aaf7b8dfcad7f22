import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { screenGeometry, spaceOf, unitPercent } from '../../../../components/board/scale';

/** FAA HF-STD-001's 20 arc-minutes with a cap height of 0.7 em, as the page of floor screens has them. */
const TABLE: Record<number, readonly (readonly [metres: number, percent: number])[]> = {
  55: [
    [3, 3.6],
    [5, 6.1],
    [8, 9.7],
    [10, 12.1],
  ],
  43: [
    [3, 4.7],
    [5, 7.8],
    [8, 12.4],
    [10, 15.5],
  ],
  65: [
    [3, 3.1],
    [5, 5.1],
    [8, 8.2],
    [10, 10.3],
  ],
  75: [
    [3, 2.7],
    [5, 4.4],
    [8, 7.1],
    [10, 8.9],
  ],
};

describe('the scale of a floor screen', () => {
  const cases = Object.entries(TABLE).flatMap(([inches, row]) =>
    row.map(([metres, percent]) => [Number(inches), metres, percent] as const),
  );

  it.each(cases)(
    'UI-3 is, for %d inches at %d m, %d %% of the height',
    (diagonalInches, distanceMetres, percent) => {
      expect(Math.abs(unitPercent({ diagonalInches, distanceMetres }) - percent)).toBeLessThanOrEqual(0.06);
    },
  );

  it('UI-3 stays where a board can be drawn at all', () => {
    expect(unitPercent({ diagonalInches: 24, distanceMetres: 0.5 })).toBe(2.2);
    expect(unitPercent({ diagonalInches: 32, distanceMetres: 20 })).toBe(16);
  });

  it('UI-3 takes the address line where it makes sense, else the board', () => {
    const own = { diagonalInches: 55, distanceMetres: 8 };
    expect(screenGeometry(own, { distanceMetres: 5 })).toEqual({ diagonalInches: 55, distanceMetres: 5 });
    expect(screenGeometry(own, { diagonalInches: 43 })).toEqual({ diagonalInches: 43, distanceMetres: 8 });
    expect(screenGeometry(own, { diagonalInches: 0, distanceMetres: 400 })).toEqual(own);
  });

  it('UI-3 gives the same room on every screen of one shape, and the turned one in portrait', () => {
    fc.assert(
      fc.property(fc.double({ min: 2.2, max: 16, noNaN: true }), (percent) => {
        const hd = spaceOf(percent, { width: 1920, height: 1080 });
        const uhd = spaceOf(percent, { width: 3840, height: 2160 });
        const turned = spaceOf(percent, { width: 1080, height: 1920 });
        expect(uhd.widthU).toBeCloseTo(hd.widthU, 9);
        expect(uhd.unitPx).toBeCloseTo(hd.unitPx * 2, 9);
        expect([turned.widthU, turned.heightU]).toEqual([hd.heightU, hd.widthU]);
      }),
    );
  });
});
