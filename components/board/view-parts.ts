/**
 * The parts of a view and what each of them needs: a table's rows, the trends beside each other. Counted in u. Pure.
 */
import type { BoardPage, BoardTable, Trend } from '../../lib/contracts/board';
import type { PanelsPlan } from './panel-plan';
import { MEASURE, type TileGrid } from './tile-plan';

/** A table on the floor shows no more rows than this, whatever its room. */
const MOST_ROWS = 8;

export interface TablePlan {
  readonly table: BoardTable;
  readonly widthU: number;
  readonly heightU: number;
  /** Lines for queues, the line that tells of the rest not counted. */
  readonly rows: number;
}

export interface TrendPlan {
  readonly trends: readonly Trend[];
  readonly columns: number;
  readonly widthU: number;
  readonly heightU: number;
}

export interface View {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  /** The line or tiles that stay on every view without tiles of its own. */
  readonly strip:
    | { readonly kind: 'none' }
    | { readonly kind: 'line' }
    | { readonly kind: 'tiles'; readonly grid: TileGrid };
  readonly grid: TileGrid | null;
  readonly table: TablePlan | null;
  readonly trends: TrendPlan | null;
  /** Texts, devices' alerts, devices by site: under all else. */
  readonly panels: PanelsPlan | null;
  /** Table and trends beside each other, or one under the other. */
  readonly arrangement: 'beside' | 'under';
}

/** No view stays shorter than this, also where a page is shown in several. */
const SHORTEST_SECONDS = 12;

/** An empty view of a page, or of one of its `parts`. */
export function emptyView(page: BoardPage, part: string, parts = 1): View {
  return {
    id: `${page.id}${part}`,
    title: page.title,
    seconds: parts === 1 ? page.seconds : Math.max(SHORTEST_SECONDS, Math.ceil(page.seconds / parts)),
    strip: { kind: 'none' },
    grid: null,
    table: null,
    trends: null,
    panels: null,
    arrangement: 'under',
  };
}

export function tablePlan(table: BoardTable, widthU: number, heightU: number): TablePlan {
  const lines = Math.floor(heightU / MEASURE.row) - 1;
  return { table, widthU, heightU, rows: Math.max(1, Math.min(MOST_ROWS, lines)) };
}

export function trendColumns(count: number, width: number): number {
  const fit = Math.max(1, Math.floor((width + MEASURE.gap) / (MEASURE.trendWidth + MEASURE.gap)));
  return Math.max(1, Math.min(count, fit));
}

export function trendPlan(trends: readonly Trend[], width: number, height: number): TrendPlan {
  const columns = trendColumns(trends.length, width);
  const lines = Math.ceil(trends.length / columns);
  return {
    trends,
    columns,
    widthU: (width - (columns - 1) * MEASURE.gap) / columns,
    heightU: (height - (lines - 1) * MEASURE.gap) / lines,
  };
}
