/**
 * What a board looks like at its farthest seat, by the same measures as the screen: size of text in arc-minutes, pages
 * that become several views, columns that do not fit. Pure.
 */
import type { Board, BoardPage, BoardTable } from '../../../lib/contracts/board';
import { type KpiKey, kpiDefinition } from '../../../lib/contracts/kpi';
import { planViews } from '../../board/plan';
import { type ScreenGeometry, type Space, spaceOf, unitPercent, type Viewport } from '../../board/scale';
import { fitColumns } from '../../board/table-fit';
import { tileType } from '../../board/text-fit';
import { MEASURE } from '../../board/tile-plan';
import type { View as ScreenView } from '../../board/view-parts';
import { THE_BOARD } from '../selection';
import type { Check, Names } from './check';

/** u is 20 arc-minutes; the smallest text of a screen is 0.8 u. */
const MINUTES_PER_U = 20;
const SMALLEST_U = 0.8;
const LEAST_MINUTES = 16;
const GOOD_MINUTES = 20;
/** One hero and five more. */
export const MOST_FIGURES = 6;

/** At 8 m on 55″ the scale is not held back by its bounds (components/board/scale). */
const FREE: ScreenGeometry = { diagonalInches: 55, distanceMetres: 8 };

/** How much of its size the scale grants: 1, or less where the seat is too far for the screen. */
export function grantedPart(screen: ScreenGeometry): number {
  const nearer = FREE.diagonalInches / screen.diagonalInches;
  const wanted = unitPercent(FREE) * (screen.distanceMetres / FREE.distanceMetres) * nearer;
  return unitPercent(screen) / wanted;
}

export function spaceFor(board: Board, viewport: Viewport): Space {
  return spaceOf(unitPercent(board.screen), viewport);
}

/** The views of one page, as if it were the only one. */
export function viewsOf(board: Board, page: BoardPage, viewport: Viewport): readonly ScreenView[] {
  return planViews({ ...board, pages: [page] }, spaceFor(board, viewport));
}

export function legibilityChecks(board: Board, viewport: Viewport, names: Names): readonly Check[] {
  const part = grantedPart(board.screen);
  return [
    ...distanceChecks(board, part),
    ...board.pages.flatMap((page) => pageChecks(board, page, { viewport, names, part })),
  ];
}

function distanceChecks({ screen }: Board, part: number): readonly Check[] {
  const minutes = part * SMALLEST_U * MINUTES_PER_U;
  // A hair under is rounding.
  if (minutes >= LEAST_MINUTES - 0.01) return [];
  const values = {
    minutes: Math.floor(minutes),
    inches: screen.diagonalInches,
    metres: screen.distanceMetres,
    mostMetres: Math.floor(screen.distanceMetres * part * 10) / 10,
    leastInches: Math.ceil(screen.diagonalInches / part),
  };
  return [{ id: 'far', severity: 'warning', key: 'far', values, where: THE_BOARD }];
}

interface PageOptions {
  readonly viewport: Viewport;
  readonly names: Names;
  readonly part: number;
}

function pageChecks(board: Board, page: BoardPage, options: PageOptions): readonly Check[] {
  const views = viewsOf(board, page, options.viewport);
  const where = { kind: 'page', pageId: page.id } as const;
  const of = (key: string, severity: Check['severity'], values: Check['values']): Check => ({
    ...{ id: `${key}-${page.id}`, severity, key, where },
    values: { page: page.title, ...values },
  });
  const found: Check[] = [];
  if (views.length === 0) found.push(of('pageEmpty', 'warning', {}));
  if (page.tiles.length > MOST_FIGURES)
    found.push(of('manyFigures', 'warning', { count: page.tiles.length, most: MOST_FIGURES }));
  if (views.length > 1) found.push(of('split', 'warning', { count: views.length }));
  found.push(...columnChecks(page, views, options.names));
  const small = smallTexts(views, options.part, options.names);
  if (small !== null) found.push(of('small', 'hint', small));
  return found;
}

function columnChecks(page: BoardPage, views: readonly ScreenView[], names: Names): readonly Check[] {
  const plan = views.find((view) => view.table !== null)?.table ?? null;
  if (plan === null) return [];
  const { columns } = fitColumns(columnWords(plan.table, names), plan.widthU, rowType(plan));
  const shown = new Set<KpiKey>(columns.map(({ key }) => key));
  const out = plan.table.columns.filter((key) => !shown.has(key));
  if (out.length === 0) return [];
  const values = {
    page: page.title,
    shown: shown.size,
    out: names.list(out.map(names.columnHead)),
    count: out.length,
  };
  const where = { kind: 'panel', pageId: page.id, panel: 'table' } as const;
  return [{ id: `columns-${page.id}`, severity: 'warning', key: 'columns', values, where }];
}

const BROADEST = { count: '1,234', ratio: '100 %', ms: '12:34', epochMs: '≥ 12:34' } as const;

function columnWords(table: BoardTable, names: Names) {
  return table.columns.map((key) => ({
    key,
    head: names.columnHead(key),
    broadest: BROADEST[kpiDefinition(key)?.unit ?? 'count'],
  }));
}

/** The rows' type where all its lines are taken, as components/board/queue-table has it. */
function rowType({ heightU, rows }: { readonly heightU: number; readonly rows: number }): number {
  const rowU = Math.min(heightU / (rows + 1), MEASURE.row * 2.4);
  return Math.min(1.1, Math.max(SMALLEST_U, rowU * 0.56));
}

/** What stands under 20′, though not under 16′: in words, with the smallest; `null` where nothing does. */
function smallTexts(views: readonly ScreenView[], part: number, names: Names): Check['values'] | null {
  const minutes = (sizeU: number) => sizeU * part * MINUTES_PER_U;
  const isSmall = (sizeU: number) => minutes(sizeU) < GOOD_MINUTES - 0.01;
  const labels = views.flatMap(({ grid }) => {
    if (grid === null) return [];
    const size = { widthU: grid.tileWidthU, heightU: grid.tileHeightU };
    return grid.tiles.flatMap((tile) => {
      const unit = kpiDefinition(tile.kpi)?.unit ?? 'count';
      const { labelU, valueU } = tileType(size, BROADEST[unit], [{ unit: '', limit: [] }]);
      const least = Math.min(labelU, valueU);
      return isSmall(least) ? [{ name: tile.label ?? names.kpi(tile.kpi), least }] : [];
    });
  });
  const rows = views.flatMap(({ table }) =>
    table !== null && isSmall(rowType(table)) ? [rowType(table)] : [],
  );
  const trends = views.flatMap(({ trends: plan }) =>
    plan === null ? [] : plan.trends.filter(() => isSmall(SMALLEST_U)),
  );
  const sizes = [...labels.map(({ least }) => least), ...rows, ...trends.map(() => SMALLEST_U)];
  if (sizes.length === 0) return null;
  return {
    minutes: Math.floor(minutes(Math.min(...sizes)) + 0.01),
    labels: labels.length,
    names: names.list(labels.map(({ name }) => name)),
    rows: rows.length,
    trends: trends.length,
  };
}
