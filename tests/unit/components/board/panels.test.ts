import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenGroups } from '../../../../components/board/chosen-groups';
import { planViews } from '../../../../components/board/plan';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { siteRows, siteStatus } from '../../../../components/board/site-rows';
import type { AlertGroup } from '../../../../lib/contracts/alert';
import type { TextBlock } from '../../../../lib/contracts/board';
import type { SiteCounts } from '../../../../lib/contracts/site-counts';
import { board, page, TABLE, tiles, trends } from './boards';

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
];
const at = (distanceMetres: number, viewport = SIZES[0] ?? { width: 1, height: 1 }) =>
  spaceOf(unitPercent({ diagonalInches: 55, distanceMetres }), viewport);
const TEXT: TextBlock = { id: 't', text: 'Wear your headset.\nBreaks are at ten.' };

describe('panels of a page', () => {
  it('UI-158 stand under its figures where there is room, else on views of their own', () => {
    const shown = board([page('p', { tiles: tiles(4), alerts: { id: 'a' }, devices: { id: 'd' } })]);
    const near = planViews(shown, at(3));
    expect(near.map(({ grid, panels }) => [grid?.tiles.length, panels?.arrangement])).toEqual([
      [4, 'beside'],
    ]);
    const far = planViews(shown, at(8));
    expect(
      far.map(({ grid, panels }) => [grid?.tiles.length, panels?.items.map(({ kind }) => kind)]),
    ).toEqual([
      [4, undefined],
      [undefined, ['alerts']],
      [undefined, ['devices']],
    ]);
    expect(far.map(({ strip }) => strip.kind)).toEqual(['none', 'line', 'line']);
  });

  it('UI-158 are all shown, each once, within the room of the screen', () => {
    const text = fc.record({
      id: fc.constant('t'),
      text: fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,20}$/),
      large: fc.boolean(),
    });
    const content = fc.record({
      tiles: fc.nat(6),
      trends: fc.nat(4),
      hasTable: fc.boolean(),
      texts: fc.array(text, { maxLength: 4 }),
      hasAlerts: fc.boolean(),
      hasDevices: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(content, { minLength: 1, maxLength: 3 }),
        fc.double({ min: 1, max: 12, noNaN: true }),
        fc.constantFrom(...SIZES),
        (contents, metres, size) => {
          const space = at(metres, size);
          const planned = board(
            contents.map((some, index) =>
              page(`p${index}`, {
                ...{ tiles: tiles(some.tiles), trends: trends(some.trends) },
                ...{ table: some.hasTable ? TABLE : null, texts: some.texts },
                ...(some.hasAlerts ? { alerts: { id: 'a' } } : {}),
                ...(some.hasDevices ? { devices: { id: 'd' } } : {}),
              }),
            ),
          );
          const views = planViews(planned, space);
          const items = views.flatMap(({ panels }) => panels?.items ?? []);
          const wanted = contents.reduce(
            (sum, some) => sum + some.texts.length + Number(some.hasAlerts) + Number(some.hasDevices),
            0,
          );
          expect(items).toHaveLength(wanted);
          expect(new Set(views.map(({ id }) => id)).size).toBe(views.length);
          for (const { panels } of views) {
            if (panels === null) continue;
            const isBeside = panels.arrangement === 'beside';
            const heights = panels.items.map(({ heightU }) => heightU);
            const tall = isBeside ? Math.max(...heights) : heights.reduce((a, b) => a + b, 0);
            expect(tall).toBeLessThanOrEqual(panels.heightU + 1e-6);
            const widths = panels.items.map(({ widthU }) => widthU);
            const wide = isBeside ? widths.reduce((a, b) => a + b, 0) : Math.max(...widths);
            expect(wide).toBeLessThanOrEqual(space.widthU - 2 * space.padU + 1e-6);
          }
        },
      ),
    );
  });

  it('UI-158 of a page are not mixed with another page’s', () => {
    const shown = board([page('a', { texts: [TEXT] }), page('b', { tiles: tiles(2) })]);
    expect(planViews(shown, at(1)).map(({ id }) => id)).toEqual(['a.panels0', 'b.tiles0']);
  });

  it('UI-159 of alerts show the levels and queues that they are about', () => {
    const group = (key: string, level: AlertGroup['level'], queueId: string | null) =>
      // Only what is chosen by is read.
      ({ key, level, queueId }) as AlertGroup;
    const groups = [group('1', 'critical', 'a'), group('2', 'warning', 'a'), group('3', 'critical', null)];
    const keys = (panel: Parameters<typeof chosenGroups>[1]) =>
      chosenGroups(groups, panel).map(({ key }) => key);
    expect(keys({})).toEqual(['1', '2', '3']);
    expect(keys({ levels: ['critical'] })).toEqual(['1', '3']);
    expect(keys({ levels: ['critical'], queueIds: ['a'] })).toEqual(['1']);
  });

  it('UI-159 of devices show the troubled sites first, and say how many are left out', () => {
    const site = (name: string | null, more: Partial<SiteCounts> = {}): SiteCounts => ({
      ...{ site: name, devices: 9, offline: 0, unknown: 0, critical: 0, warning: 0, info: 0, ...more },
    });
    const sites = [site('Cork', { critical: 2 }), site('Ulm', { offline: 1 }), site('Bonn'), site(null)];
    const rows = (wanted: string[] | undefined, most: number, more = 0) => {
      const { rows: shown, ...rest } = siteRows({ sites, more }, wanted, most);
      return { shown: shown.map(({ site: name }) => name), ...rest };
    };
    expect(rows(undefined, 4)).toEqual({ shown: ['Cork', 'Ulm', 'Bonn', null], more: 0, moreTroubled: 0 });
    expect(rows(undefined, 2)).toEqual({ shown: ['Cork'], more: 3, moreTroubled: 1 });
    expect(rows(undefined, 8, 5)).toMatchObject({ more: 5 });
    expect(rows(['Ulm', 'Bonn'], 4, 5)).toEqual({ shown: ['Ulm', 'Bonn'], more: 0, moreTroubled: 0 });
    expect(sites.map(siteStatus)).toEqual(['critical', 'normal', 'normal', 'normal']);
  });
});
