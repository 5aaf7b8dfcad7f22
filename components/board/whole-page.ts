/**
 * A whole page in one view: tiles above, the table and the trends under them, beside each other where the screen is
 * broad. Pure; in u.
 */
import type { BoardPage } from '../../lib/contracts/board';
import { leastPanelsHeight, type PanelPart, panelsPlan } from './panel-plan';
import { leastGridHeight, MEASURE, type Room, tileGrid } from './tile-plan';
import { emptyView, tablePlan, trendColumns, trendPlan, type View } from './view-parts';

/** A table needs its head, three rows and the line that tells of the rest. */
const LEAST_TABLE_LINES = 5;
/** The table and the trends stand side by side from this width on. */
const BESIDE_WIDTH = 34;
/** From this width on half of it holds two trends beside each other. */
const HALVES_WIDTH = 44;
/** Tiles take no more of a page than this, however few lines the rest has. */
const TILES_PART = 0.3;

/** What each part takes at least, with the gap under it; 0 for a part that the page has not. */
interface Needs {
  readonly beside: boolean;
  /** The part of the width that the trends have. */
  readonly trendPart: number;
  readonly tiles: number;
  readonly table: number;
  readonly trends: number;
}

/** `null` where the room is too small for all of the page, or where there is but one part. */
export function wholePage(page: BoardPage, room: Room): View | null {
  const parts = Number(page.tiles.length > 0) + Number(page.table !== null) + Number(page.trends.length > 0);
  return parts < 2 ? null : inOneView(page, room);
}

/** What panels get of a page beside its figures where they can use it. */
const PANELS_PART = 0.42;

/** Figures above, panels under them; `null` where the room is too small for both, or where there are no figures. */
export function figuresAndPanels(page: BoardPage, parts: readonly PanelPart[], room: Room): View | null {
  if (page.tiles.length === 0 && page.table === null && page.trends.length === 0) return null;
  const least = leastPanelsHeight(parts, room);
  for (const height of [Math.max(least, room.height * PANELS_PART), least]) {
    const figures = inOneView(page, { ...room, height: room.height - height - MEASURE.gap });
    if (figures !== null) return { ...figures, panels: panelsPlan(parts, { ...room, height }) };
  }
  return null;
}

function inOneView(page: BoardPage, room: Room): View | null {
  const needs = needsOf(page, room);
  const lower = needs.beside ? Math.max(needs.table, needs.trends) : needs.table + needs.trends;
  return needs.tiles + lower > room.height ? null : composed(page, room, needs);
}

function needsOf(page: BoardPage, room: Room): Needs {
  const both = page.table !== null && page.trends.length > 0;
  const beside = both && !room.portrait && room.width >= BESIDE_WIDTH;
  const halves = room.width >= HALVES_WIDTH && page.trends.length > 2;
  const trendPart = beside ? (halves ? 0.5 : 0.4) : 1;
  const lines = page.trends.length / trendColumns(page.trends.length, room.width * trendPart);
  return {
    beside,
    trendPart,
    tiles: page.tiles.length === 0 ? 0 : leastGridHeight(page.tiles.length, room) + MEASURE.gap,
    table: page.table === null ? 0 : LEAST_TABLE_LINES * MEASURE.row + MEASURE.gap,
    trends: Math.ceil(lines) * (MEASURE.trendHeight + MEASURE.gap),
  };
}

function composed(page: BoardPage, room: Room, needs: Needs): View {
  const isAlone = page.table === null && page.trends.length === 0;
  const gridHeight = isAlone ? room.height : Math.max(needs.tiles - MEASURE.gap, room.height * TILES_PART);
  const grid = page.tiles.length === 0 ? null : tileGrid(page.tiles, { ...room, height: gridHeight });
  const left = room.height - (grid === null ? 0 : gridHeight + MEASURE.gap);
  const stacked = !needs.beside && page.table !== null && page.trends.length > 0;
  const trendHeight = stacked ? Math.max(needs.trends - MEASURE.gap, left * 0.42) : left;
  const tableHeight = stacked ? left - trendHeight - MEASURE.gap : left;
  const tableWidth = needs.beside ? room.width * (1 - needs.trendPart) - MEASURE.gap : room.width;
  return {
    ...emptyView(page, ''),
    grid,
    table: page.table === null ? null : tablePlan(page.table, tableWidth, tableHeight),
    trends:
      page.trends.length === 0 ? null : trendPlan(page.trends, room.width * needs.trendPart, trendHeight),
    arrangement: needs.beside ? 'beside' : 'under',
  };
}
