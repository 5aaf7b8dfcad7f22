import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripPlan } from '../../../../components/alerts/strip-plan';
import { planViews } from '../../../../components/board/plan';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { MEASURE } from '../../../../components/board/tile-plan';
import { board, page, TABLE, tiles, trends } from '../board/boards';

const LANDSCAPE = { width: 1920, height: 1080 };
const PORTRAIT = { width: 1080, height: 1920 };
const at = (distanceMetres: number, viewport = LANDSCAPE) =>
  spaceOf(unitPercent({ diagonalInches: 55, distanceMetres }), viewport);
const usual = board([
  page('now', { tiles: tiles(6, true) }),
  page('queues', { table: TABLE }),
  page('today', { trends: trends(4) }),
]);
const content = (groups: number, hasFault = false, hasNotice = false) => ({ groups, hasFault, hasNotice });

describe('where a wall says what devices’ alerts are', () => {
  it.each([
    ['8 m', at(8), content(0), ['none', false, 0]],
    ['8 m', at(8), content(6), ['foot', false, 1]],
    ['8 m', at(8), content(6, true), ['foot', true, 0]],
    ['8 m', at(8), content(0, false, true), ['foot', false, 0]],
    ['5 m', at(5), content(1), ['own', false, 1]],
    ['5 m', at(5), content(6), ['own', false, 2]],
    ['5 m', at(5), content(6, true), ['own', true, 2]],
    ['5 m', at(5), content(0, true, true), ['own', true, 0]],
    ['8 m, upright', at(8, PORTRAIT), content(6), ['own', false, 1]],
    ['8 m, upright', at(8, PORTRAIT), content(6, true), ['own', true, 1]],
    ['10 m, upright', at(10, PORTRAIT), content(6, true), ['own', true, 0]],
    ['12 m', at(12), content(6, true), ['foot', true, 0]],
  ] as const)('UI-74 at %s of %j is planned', (_where, space, what, planned) => {
    const { place, hasFault, groups } = stripPlan(space, what);
    expect([place, hasFault, groups]).toEqual(planned);
  });

  it('UI-74 takes nothing off the screen: the stage keeps two rows of tiles, and every view is still there', () => {
    const distance = fc.double({ min: 1, max: 15, noNaN: true });
    const viewport = fc.constantFrom(LANDSCAPE, PORTRAIT, { width: 1280, height: 800 });
    fc.assert(
      fc.property(
        distance,
        viewport,
        fc.nat(60),
        fc.boolean(),
        fc.boolean(),
        (metres, screen, groups, hasFault, hasNotice) => {
          const space = at(metres, screen);
          const plan = stripPlan(space, { groups, hasFault, hasNotice: hasNotice && groups === 0 });
          const foot = MEASURE.footer * (space.heightU > space.widthU ? 2 : 1);
          const stage =
            space.heightU - 2 * space.padU - MEASURE.header - foot - 2 * MEASURE.gap - plan.reservedU;
          if (plan.reservedU > 0)
            expect(stage).toBeGreaterThanOrEqual(2 * MEASURE.tileHeight + MEASURE.gap - 1e-9);
          const views = planViews(usual, space, plan.reservedU);
          const count = (of: (view: (typeof views)[number]) => number) =>
            views.reduce((sum, view) => sum + of(view), 0);
          expect(count((view) => view.grid?.tiles.length ?? 0)).toBe(6);
          expect(count((view) => view.trends?.trends.length ?? 0)).toBe(4);
          expect(count((view) => Number(view.table !== null))).toBe(1);
          for (const { table } of views) expect(table?.rows ?? 1).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('UI-74 leaves a strip of tiles as tiles where the table under it keeps its room', () => {
    const kinds = (space: ReturnType<typeof at>, groups: number) => {
      const { reservedU } = stripPlan(space, content(groups, groups > 2));
      return planViews(usual, space, reservedU).find((view) => view.table !== null)?.strip.kind;
    };
    expect([kinds(at(5), 0), kinds(at(5), 1), kinds(at(5), 6)]).toEqual(['tiles', 'tiles', 'tiles']);
    expect([kinds(at(8, PORTRAIT), 0), kinds(at(8, PORTRAIT), 6)]).toEqual(['tiles', 'line']);
  });
});
