import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planViews, viewAt } from '../../../../components/board/plan';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { MEASURE } from '../../../../components/board/tile-plan';
import { board, page, TABLE, tiles, trends } from './boards';

const LANDSCAPE = { width: 1920, height: 1080 };
const PORTRAIT = { width: 1080, height: 1920 };

function at(distanceMetres: number, viewport = LANDSCAPE) {
  return spaceOf(unitPercent({ diagonalInches: 55, distanceMetres }), viewport);
}

const usual = board([
  page('now', { tiles: tiles(6, true) }),
  page('queues', { table: TABLE }),
  page('today', { trends: trends(4) }),
]);

describe('what stands on a floor screen', () => {
  it('UI-4 shows six figures, five lines of queues and one trend at a time at 8 m', () => {
    const views = planViews(usual, at(8));
    expect(views.map((view) => [view.grid?.columns, view.table?.rows, view.trends?.trends.length])).toEqual([
      [3, undefined, undefined],
      [undefined, 5, undefined],
      [undefined, undefined, 1],
      [undefined, undefined, 1],
      [undefined, undefined, 1],
      [undefined, undefined, 1],
    ]);
    expect(views.map((view) => view.strip.kind)).toEqual(['none', 'line', 'line', 'line', 'line', 'line']);
  });

  it('UI-4 shows the strip as tiles and the trends together at 5 m', () => {
    const views = planViews(usual, at(5));
    expect(views.map((view) => view.strip.kind)).toEqual(['none', 'tiles', 'tiles']);
    expect(views[2]?.trends?.trends).toHaveLength(4);
  });

  it('UI-4 shows all of it in one view at 3 m', () => {
    const views = planViews(usual, at(3));
    expect(views).toHaveLength(1);
    expect(views[0]).toMatchObject({ arrangement: 'beside', table: { rows: 8 } });
    expect(views[0]?.grid?.tiles).toHaveLength(6);
    expect(views[0]?.trends?.trends).toHaveLength(4);
  });

  it('UI-4 stands in two columns on a portrait screen, the main figure over both', () => {
    const [first] = planViews(usual, at(8, PORTRAIT));
    expect(first?.grid).toMatchObject({ columns: 2, rows: 4, hero: 'row' });
  });

  it('UI-4 gives a main figure among five or seven the height of both rows', () => {
    for (const [count, columns] of [
      [5, 3],
      [7, 4],
    ] as const) {
      const [view] = planViews(board([page('p', { tiles: tiles(count, true) })]), at(5));
      expect(view?.grid).toMatchObject({ hero: 'tall', columns, rows: 2 });
    }
  });

  it('UI-4 leaves nothing out, shows nothing twice, and never goes under the least measures', () => {
    const distance = fc.double({ min: 1, max: 12, noNaN: true });
    const viewport = fc.constantFrom(LANDSCAPE, PORTRAIT, { width: 1280, height: 800 });
    const pages = fc.array(
      fc.record({ tiles: fc.nat(12), trends: fc.nat(4), hasTable: fc.boolean(), hero: fc.boolean() }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(distance, viewport, pages, fc.nat(6), (metres, screen, contents, strip) => {
        const planned = board(
          contents.map((content, index) =>
            page(`p${index}`, {
              tiles: tiles(content.tiles, content.hero),
              trends: trends(content.trends),
              table: content.hasTable ? TABLE : null,
            }),
          ),
          tiles(strip),
        );
        const space = at(metres, screen);
        const views = planViews(planned, space);
        const count = (of: (view: (typeof views)[number]) => number) =>
          views.reduce((sum, view) => sum + of(view), 0);
        expect(count((view) => view.grid?.tiles.length ?? 0)).toBe(
          contents.reduce((sum, c) => sum + c.tiles, 0),
        );
        expect(count((view) => view.trends?.trends.length ?? 0)).toBe(
          contents.reduce((sum, c) => sum + c.trends, 0),
        );
        expect(count((view) => Number(view.table !== null))).toBe(contents.filter((c) => c.hasTable).length);
        expect(new Set(views.map((view) => view.id)).size).toBe(views.length);
        for (const view of views) {
          expect(view.table?.rows ?? 1).toBeGreaterThan(0);
          expect(view.table?.rows ?? 8).toBeLessThanOrEqual(8);
          if (view.grid === null || space.heightU < 12) continue;
          expect(view.grid.tileHeightU).toBeGreaterThanOrEqual(MEASURE.tileHeight - 1e-6);
          expect(view.grid.columns * view.grid.tileWidthU).toBeLessThanOrEqual(space.widthU + 1e-6);
        }
      }),
    );
  });

  it('UI-5 takes turns by the server’s clock, each view for its seconds', () => {
    const views = planViews(usual, at(5)).map((view, index) => ({
      ...view,
      seconds: [20, 12, 15][index] ?? 0,
    }));
    const seen = Array.from({ length: 94 }, (_, second) => viewAt(views, second * 1_000 + 999));
    const cycle = [...Array(20).fill(0), ...Array(12).fill(1), ...Array(15).fill(2)];
    expect(seen).toEqual([...cycle, ...cycle]);
  });

  it('UI-5 shows no view for less than twelve seconds because its page was split', () => {
    expect(planViews(usual, at(8)).map((view) => view.seconds)).toEqual([20, 20, 12, 12, 12, 12]);
    expect(viewAt([], 5_000)).toBe(0);
  });
});
