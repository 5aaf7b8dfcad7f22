import { readFileSync } from 'node:fs';
import { createTranslator } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { checksOf } from '../../../../components/editor/checks/board-checks';
import type { Check } from '../../../../components/editor/checks/check';
import { contrastOf, leastContrast } from '../../../../components/editor/checks/contrast';
import { grantedPart } from '../../../../components/editor/checks/legibility';
import { isKnown } from '../../../../components/editor/checks/subjects';
import { MATRICES, matrixValues } from '../../../../components/editor/colour-vision';
import {
  fullScreen,
  pageViews,
  positionOf,
  screenIn,
  viewWith,
} from '../../../../components/editor/page-views';
import { must } from '../../../../lib/assert';
import type { Board } from '../../../../lib/contracts/board';
import { KPI_KEYS } from '../../../../lib/contracts/kpi';
import messages from '../../../../messages/en.json';
import { board, page, TABLE, tiles, trends } from '../board/boards';

const css = readFileSync(new URL('../../../../components/ui/tokens.css', import.meta.url), 'utf8');
/** The colours of a theme as its style sheet has them. */
function tokensOf(theme: 'dark' | 'light'): Map<string, string> {
  const start = css.indexOf(`[data-theme="${theme}"]`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [
      must(m[1], 'name'),
      must(m[2], 'colour'),
    ]),
  );
}

const names = {
  kpi: (key: string) => messages.kpi[key as 'waiting'].label,
  columnHead: (key: string) => messages.kpi[key as 'waiting'].short,
  list: (all: readonly string[]) => all.join(', '),
};

function checks(of: Board, more: Partial<Parameters<typeof checksOf>[1]> = {}): readonly Check[] {
  return checksOf(of, {
    viewport: fullScreen('landscape'),
    tokens: tokensOf(of.theme ?? 'dark'),
    subjects: null,
    names,
    ...more,
  });
}
const keysOf = (found: readonly Check[]) => found.map(({ key }) => key);
const without = (key: string) => (check: Check) => check.key !== key;

const CALM = board([page('now', { tiles: tiles(5, true) })], []);

describe('text at the farthest seat', () => {
  it.each([
    [55, 8, 1],
    [55, 5, 1],
    [43, 8, 1],
    [43, 12, 0.86],
    [32, 12, 0.64],
    [24, 2, 1],
  ])(
    'UI-130 of a screen of %i″ at %i m is granted the part %f of its size',
    (diagonalInches, distanceMetres, part) => {
      expect(grantedPart({ diagonalInches, distanceMetres })).toBeCloseTo(part, 2);
    },
  );

  it('UI-130 under 16′ is said, with a screen and a seat that would do', () => {
    const far: Board = { ...CALM, screen: { diagonalInches: 43, distanceMetres: 15 } };
    const found = checks(far).find(({ key }) => key === 'far');
    expect(found).toMatchObject({
      severity: 'warning',
      where: { kind: 'board' },
      values: { minutes: 10, inches: 43, metres: 15 },
    });
    const { mostMetres, leastInches } = must(found, 'a check').values;
    const mended = [
      { diagonalInches: 43, distanceMetres: Number(mostMetres) },
      { diagonalInches: Number(leastInches), distanceMetres: 15 },
    ];
    for (const screen of mended) {
      expect(keysOf(checks({ ...far, screen }))).not.toContain('far');
      // 0.8 u of a scale that is not held back.
      expect(unitPercent(screen)).toBeLessThanOrEqual(16);
    }
  });

  it('UI-130 under 20′ is a hint, with what it is and how small', () => {
    const full = board([page('now', { tiles: tiles(6) })], []);
    const [hint] = checks(full).filter(({ key }) => key === 'small');
    expect(hint).toMatchObject({ severity: 'hint', values: { page: 'now', rows: 0, trends: 0 } });
    expect(Number(hint?.values.minutes)).toBeGreaterThanOrEqual(16);
    expect(Number(hint?.values.minutes)).toBeLessThan(20);
    const roomy = board([page('now', { tiles: tiles(1) })], []);
    expect(keysOf(checks(roomy))).toEqual([]);
  });
});

describe('contrast', () => {
  it.each(['dark', 'light'] as const)(
    'UI-131 of the %s theme is 7:1 at full brightness, and nothing is said',
    (theme) => {
      expect(leastContrast(tokensOf(theme))).toBeGreaterThanOrEqual(7);
      expect(keysOf(checks({ ...CALM, theme })).filter((key) => key === 'contrast')).toEqual([]);
    },
  );

  it('UI-131 is worked out as WCAG says', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrastOf('#ffffff', '#ffffff', 30)).toBe(1);
  });

  it('UI-131 under 7:1 is said of a theme that has it', () => {
    const tokens = new Map([...tokensOf('dark'), ['soft', '#777777']]);
    expect(checks(CALM, { tokens }).find(({ key }) => key === 'contrast')).toMatchObject({
      severity: 'warning',
      values: { theme: 'dark' },
    });
  });

  it('UI-131 under 7:1 is said of a span that dims too far, with what would do', () => {
    const dimmed = (percent: number): Board => ({
      ...CALM,
      dimming: [{ span: { from: '20:00', to: '07:00' }, percent }],
    });
    const found = must(
      checks(dimmed(40)).find(({ key }) => key === 'dimmed'),
      'a check',
    );
    expect(found.values).toMatchObject({ from: '20:00', to: '07:00', percent: 40 });
    const least = Number(found.values.least);
    expect(keysOf(checks(dimmed(least)))).not.toContain('dimmed');
    expect(keysOf(checks(dimmed(least - 1)))).toContain('dimmed');
  });
});

describe('a page', () => {
  it.each([
    ['has more than six figures', page('p', { tiles: tiles(7) }), 'manyFigures'],
    ['does not fit', page('p', { tiles: tiles(6), table: TABLE, trends: trends(4) }), 'split'],
    ['is empty', page('p', {}), 'pageEmpty'],
    [
      'has columns that do not fit',
      page('p', { table: { ...TABLE, columns: KPI_KEYS.slice(0, 12) } }),
      'columns',
    ],
  ])('UI-132 that %s is named', (_, own, key) => {
    const found = must(
      checks(board([own])).find((check) => check.key === key),
      key,
    );
    expect([found.severity, found.values.page]).toEqual(['warning', 'p']);
    expect('pageId' in found.where ? found.where.pageId : null).toBe('p');
  });

  it('UI-132 names the columns that are left out, the last ones', () => {
    const columns = KPI_KEYS.slice(0, 12);
    const found = must(
      checks(board([page('p', { table: { ...TABLE, columns } })])).find(({ key }) => key === 'columns'),
      'a check',
    );
    const out = columns.slice(Number(found.values.shown)).map((key) => names.columnHead(key));
    expect([found.values.out, found.values.count]).toEqual([out.join(', '), out.length]);
  });

  it('UI-132 that fits has nothing of this said, and a nearer seat mends it', () => {
    const crowded = board([page('p', { tiles: tiles(4), table: TABLE })], []);
    const near: Board = { ...crowded, screen: { diagonalInches: 55, distanceMetres: 3 } };
    expect([keysOf(checks(crowded)).includes('split'), keysOf(checks(near)).includes('split')]).toEqual([
      true,
      false,
    ]);
  });

  it('UI-129 is shown in the views that its screen has of it, with others where they share one', () => {
    const both = board([page('a', { tiles: tiles(6) }), page('b', { table: TABLE }), page('c', {})]);
    const space = (percent: number) => spaceOf(percent, fullScreen('landscape'));
    expect(pageViews(both, 'a', space(9.7)).map(({ id }) => id)).toEqual(['a.tiles0']);
    expect(pageViews(both, 'b', space(2.8)).map(({ id }) => id)).toEqual(['a.b.c']);
    expect(pageViews(both, 'c', space(2.8))).toEqual([]);
  });

  it('UI-129 stands among all views of its board, and the view comes that has what is chosen', () => {
    const all = board([page('a', { tiles: tiles(8) }), page('b', { table: TABLE })], []);
    const space = spaceOf(9.7, fullScreen('landscape'));
    const views = pageViews(all, 'a', space);
    const [table] = pageViews(all, 'b', space);
    expect(positionOf(all, must(views[1], 'a view'), space)).toEqual({ page: 2, count: views.length + 1 });
    expect(positionOf(all, must(table, 'a view'), space).page).toBe(views.length + 1);
    expect(positionOf(all, null, space).page).toBe(1);
    const at = { list: 'tiles', pageId: 'a' } as const;
    expect(viewWith(views, { kind: 'item', at, id: 'tile-0' })).toBe(0);
    expect(viewWith(views, { kind: 'item', at, id: 'tile-7' })).toBe(views.length - 1);
    expect(viewWith(views, { kind: 'panel', pageId: 'b', panel: 'table' })).toBe(-1);
  });

  it('UI-129 is drawn on the largest screen of its shape that there is room for', () => {
    expect(screenIn({ width: 800, height: 800 }, 'landscape')).toEqual({ width: 800, height: 450 });
    expect(screenIn({ width: 800, height: 800 }, 'portrait')).toEqual({ width: 450, height: 800 });
    expect(screenIn({ width: -1, height: 0 }, 'landscape')).toEqual({ width: 0, height: 0 });
  });
});

describe('subjects', () => {
  const known = new Set(['all', 'queue:a', 'group:g']);

  it.each([
    ['all', true],
    ['all|voice', true],
    ['queue:a', true],
    ['queue:a|chat', true],
    ['queue:b', false],
    ['group:g', true],
    ['group:h|voice', false],
    ['site:Cork', true],
    ['nonsense', false],
  ])('UI-133 of which %s is there: %s', (subject, isThere) => {
    expect(isKnown(subject, known)).toBe(isThere);
  });

  it('UI-133 that are gone are named, each with its place; nothing is said while it is not known', () => {
    const gone = board(
      [
        page('p', {
          tiles: [{ id: 't', subject: 'queue:x', kpi: 'waiting' }],
          table: { ...TABLE, subjects: ['queue:a', 'queue:y'] },
        }),
      ],
      [{ id: 's', subject: 'group:z', kpi: 'offered' }],
    );
    const found = checks(gone, { subjects: known }).filter(({ key }) => key.endsWith('Gone'));
    expect(found.map(({ key, values, where }) => [key, values.subject, where])).toEqual([
      ['subjectGone', 'queue:x', { kind: 'item', at: { list: 'tiles', pageId: 'p' }, id: 't' }],
      ['rowGone', 'queue:y', { kind: 'panel', pageId: 'p', panel: 'table' }],
      ['subjectGone', 'group:z', { kind: 'item', at: { list: 'strip' }, id: 's' }],
    ]);
    expect(keysOf(checks(gone)).filter((key) => key.endsWith('Gone'))).toEqual([]);
  });
});

describe('all checks', () => {
  const worst: Board = {
    ...board([
      page('p', { tiles: tiles(12), table: { ...TABLE, columns: KPI_KEYS.slice(0, 12) }, trends: trends(4) }),
      page('q', {}),
    ]),
    screen: { diagonalInches: 20, distanceMetres: 15 },
    dimming: [{ span: { from: '20:00', to: '07:00' }, percent: 10 }],
  };

  it('UI-134 stand worst first, each by itself, and only what the contract refuses is an error', () => {
    const found = checks({ ...worst, name: '' }, { subjects: new Set() });
    const rank = { error: 0, warning: 1, hint: 2 };
    const ranks = found.map(({ severity }) => rank[severity]);
    expect(ranks).toEqual(ranks.toSorted());
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    expect(found.filter(({ severity }) => severity === 'error').map(({ key }) => key)).toEqual(['nameWrong']);
    expect(found.filter(without('nameWrong')).length).toBeGreaterThan(6);
  });

  it('UI-134 say what, where and how to mend it, in whole sentences', () => {
    const said: string[] = [];
    const t = createTranslator({
      ...{ locale: 'en', messages, namespace: 'editor.checks' },
      onError: (error) => {
        throw error;
      },
    });
    for (const { key, values } of checks({ ...worst, name: '' }, { subjects: new Set() })) {
      said.push(t(`${key as 'far'}.what`, values as never), t(`${key as 'far'}.how`, values as never));
    }
    expect(said.filter((text) => !/^[A-Z“0-9].*\.$/.test(text) || /undefined|NaN|\{/.test(text))).toEqual([]);
  });
});

describe('other eyes', () => {
  it.each([...MATRICES])('UI-135 of %s see grey as grey', (vision, rows) => {
    for (const row of rows) expect(row.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 4);
    expect(matrixValues(vision).split(' ')).toHaveLength(20);
  });

  it('UI-135 without a cone do not tell apart what only that cone does', () => {
    const seen = (vision: 'protanopia' | 'deuteranopia', colour: readonly number[]) =>
      must(MATRICES.get(vision), vision).map((row) =>
        row.reduce((sum, part, at) => sum + part * must(colour[at], 'channel'), 0),
      );
    const apart = (a: readonly number[], b: readonly number[]) =>
      Math.hypot(...a.map((part, at) => part - must(b[at], 'channel')));
    // Vermilion and a green of the same lightness, in linear light.
    const [vermilion, green] = [
      [0.665, 0.112, 0],
      [0.28, 0.3, 0],
    ];
    for (const vision of ['protanopia', 'deuteranopia'] as const)
      expect(apart(seen(vision, vermilion), seen(vision, green))).toBeLessThan(apart(vermilion, green) / 2);
  });
});
