/**
 * How tiles share a room, counted in u: as many columns as fit, the main figure first and larger. Pure.
 */
import type { Tile } from '../../lib/contracts/board';

/** Measures in u. The style sheet takes them from here, as custom properties. */
export const MEASURE = {
  pad: 0.28,
  gap: 0.17,
  header: 1.05,
  footer: 1.15,
  row: 0.94,
  tileWidth: 5.1,
  /** On a portrait screen, two beside each other. */
  tileWidthPortrait: 4.6,
  tileHeight: 3.1,
  lineStrip: 1.25,
  trendWidth: 11,
  trendHeight: 4.4,
} as const;

export interface Room {
  readonly width: number;
  readonly height: number;
  readonly portrait: boolean;
}

export interface TileGrid {
  readonly tiles: readonly Tile[];
  readonly columns: number;
  readonly rows: number;
  /** The first tile is the page's main figure: `wide` a broader column, `tall` over two rows, `row` a row of its own. */
  readonly hero: 'none' | 'wide' | 'tall' | 'row';
  readonly heightU: number;
  readonly tileWidthU: number;
  readonly heroWidthU: number;
  readonly tileHeightU: number;
}

function fittingColumns(room: Room): number {
  const width = room.portrait ? MEASURE.tileWidthPortrait : MEASURE.tileWidth;
  const fit = Math.max(1, Math.floor((room.width + MEASURE.gap) / (width + MEASURE.gap)));
  return Math.min(fit, room.portrait ? 2 : 6);
}

/** As few rows as fit beside each other, the tiles shared out evenly. */
export function columnsFor(count: number, room: Room): number {
  const most = fittingColumns(room);
  return Math.max(1, Math.ceil(count / Math.ceil(count / most)));
}

/** What so many rows of tiles take at least. */
function heightOf(rows: number): number {
  return rows * (MEASURE.tileHeight + MEASURE.gap) - MEASURE.gap;
}

/** A tile reads best about this much broader than high. */
const GOOD_ASPECT = 1.55;

/** The columns that give the largest tiles of a good shape; every row keeps its least height where that can be. */
function bestColumns(count: number, room: Room): number {
  let best = columnsFor(count, room);
  let bestSize = sizeOf(count, best, room);
  for (let columns = best - 1; columns >= 1; columns -= 1) {
    const rows = Math.ceil(count / columns);
    const isEven = Math.ceil(count / rows) === columns;
    const size = sizeOf(count, columns, room);
    if (!isEven || heightOf(rows) > room.height || size <= bestSize) continue;
    best = columns;
    bestSize = size;
  }
  return best;
}

function sizeOf(count: number, columns: number, room: Room): number {
  const width = (room.width - (columns - 1) * MEASURE.gap) / columns;
  const rows = Math.ceil(count / columns);
  return Math.min(width / GOOD_ASPECT, (room.height - (rows - 1) * MEASURE.gap) / rows);
}

export function mostTiles(room: Room): number {
  const rows = Math.max(1, Math.floor((room.height + MEASURE.gap) / (MEASURE.tileHeight + MEASURE.gap)));
  return rows * fittingColumns(room);
}

export function leastGridHeight(count: number, room: Room): number {
  const columns = columnsFor(count, room);
  return heightOf(Math.ceil(count / columns));
}

/** The hero's column is broader by this part. */
const HERO_PART = 1.3;

/** Lays out tiles over the whole room; the hero, where one is named, comes first. */
export function tileGrid(tiles: readonly Tile[], room: Room): TileGrid {
  const ordered = [...tiles].sort((a, b) => Number(b.hero ?? false) - Number(a.hero ?? false));
  const hasHero = ordered[0]?.hero === true && ordered.length > 1;
  const shape = gridShape(ordered.length, hasHero, room);
  const parts = shape.columns - 1 + (shape.hero === 'wide' || shape.hero === 'tall' ? HERO_PART : 1);
  const inner = room.width - (shape.columns - 1) * MEASURE.gap;
  const tileWidthU = inner / parts;
  const heroWidthU = shape.hero === 'row' ? room.width : tileWidthU * (shape.hero === 'none' ? 1 : HERO_PART);
  const tileHeightU = (room.height - (shape.rows - 1) * MEASURE.gap) / shape.rows;
  return { tiles: ordered, ...shape, heightU: room.height, tileWidthU, heroWidthU, tileHeightU };
}

function gridShape(count: number, hasHero: boolean, room: Room): Pick<TileGrid, 'columns' | 'rows' | 'hero'> {
  const columns = bestColumns(count, room);
  const rows = Math.ceil(count / columns);
  if (!hasHero || columns === 1) return { columns, rows, hero: 'none' };
  // On two columns the hero takes a row of its own, where there is room; an odd one at the end does too.
  const heroRows = 1 + Math.ceil((count - 1) / 2);
  if (columns === 2 && heightOf(heroRows) <= room.height) return { columns, rows: heroRows, hero: 'row' };
  // Five tiles: a tall hero and two by two. Seven: a tall hero and two by three.
  if (rows === 2 && (count - 1) % 2 === 0) return { columns: 1 + (count - 1) / 2, rows, hero: 'tall' };
  return { columns, rows, hero: 'wide' };
}
