/**
 * What stands on one picture of a floor screen. A board's page becomes one view where there is room for all of it,
 * else several: tiles, the table, trends. Everything is counted in u (see scale), so that what does not fit at
 * the farthest seat goes to the next view and is never made smaller. Pure.
 */
import type { Board, BoardPage, BoardTable } from '../../lib/contracts/board';
import { panelGroups, panelParts } from './panel-plan';
import type { Space } from './scale';
import { columnsFor, MEASURE, mostTiles, type Room, tileGrid } from './tile-plan';
import { emptyView, tablePlan, trendColumns, trendPlan, type View } from './view-parts';
import { figuresAndPanels, wholePage } from './whole-page';

/** From this height on a strip has tiles; under it, a line. */
const ROOMY_HEIGHT = 12;
/** Where lines stand under every view, tiles stay a strip's only with this much left below them. */
const LEAST_BELOW = 5.4;
/** Pages are joined only where each part keeps this much more than it needs. */
const COMFORT = 1.35;

/**
 * Every view of a board on a screen of this size, in the order in which they take turns. A page without content has
 * none. `reservedU`: of the height, for what stands under every view.
 */
export function planViews(board: Board, space: Space, reservedU = 0): readonly View[] {
  const room = bodyRoom(space, reservedU);
  const frame = { board, room, strip: stripKind(board, room, reservedU) };
  return mergePages(board.pages, room).flatMap((page) => planPage(frame, page));
}

/** What is the same for all views. */
interface Frame {
  readonly board: Board;
  readonly room: Room;
  readonly strip: View['strip']['kind'];
}

function stripKind(board: Board, room: Room, reservedU: number): Frame['strip'] {
  if (board.strip.length === 0) return 'none';
  if (room.height + reservedU < ROOMY_HEIGHT) return 'line';
  const left = room.height - stripGridHeight(board, room) - MEASURE.gap;
  return reservedU > 0 && left < LEAST_BELOW ? 'line' : 'tiles';
}

/** Which view is shown: by server time, so that all screens of a board agree. */
export function viewAt(views: readonly View[], serverTime: number): number {
  const cycle = views.reduce((sum, view) => sum + view.seconds, 0);
  let second = Math.floor(serverTime / 1_000) % Math.max(1, cycle);
  for (const [index, view] of views.entries()) {
    if (second < view.seconds) return index;
    second -= view.seconds;
  }
  return 0;
}

/** Pages that have room beside each other become one: nobody near by should have to wait for the next. */
function mergePages(pages: readonly BoardPage[], room: Room): readonly BoardPage[] {
  const merged: BoardPage[] = [];
  for (const page of pages) {
    const last = merged[merged.length - 1];
    const both = last === undefined ? null : joined(last, page);
    if (both !== null && wholePage(both, comfortable(room)) !== null) merged[merged.length - 1] = both;
    else merged.push(page);
  }
  return merged;
}

function bodyRoom(space: Space, reservedU: number): Room {
  const portrait = space.heightU > space.widthU;
  const lines = portrait ? MEASURE.footer * 2 : MEASURE.footer;
  return {
    width: space.widthU - 2 * space.padU,
    height: space.heightU - 2 * space.padU - MEASURE.header - lines - 2 * MEASURE.gap - reservedU,
    portrait,
  };
}

function comfortable(room: Room): Room {
  return { ...room, height: room.height / COMFORT };
}

/** `null` where the two cannot be one: a page has one table, and so many tiles and trends; panels stay where they are. */
function joined(a: BoardPage, b: BoardPage): BoardPage | null {
  if (panelParts(a).length > 0 || panelParts(b).length > 0) return null;
  if (a.table !== null && b.table !== null) return null;
  const tiles = [...a.tiles, ...b.tiles];
  const trends = [...a.trends, ...b.trends];
  if (tiles.length > 12 || trends.length > 4) return null;
  return {
    ...a,
    id: `${a.id}.${b.id}`,
    seconds: Math.max(a.seconds, b.seconds),
    tiles,
    table: a.table ?? b.table,
    trends,
  };
}

function planPage(frame: Frame, page: BoardPage): readonly View[] {
  const panels = panelParts(page);
  if (panels.length === 0) return planFigures(frame, page);
  const room = page.tiles.length > 0 ? frame.room : below(frame);
  const together = figuresAndPanels(page, panels, room);
  if (together !== null) return [withStrip(frame, together)];
  const groups = panelGroups(panels, below(frame));
  const apart = groups.map((group, index) => ({
    ...emptyView(page, `.panels${index}`, groups.length),
    panels: group,
  }));
  return [...planFigures(frame, page), ...apart.map((view) => withStrip(frame, view))];
}

function planFigures(frame: Frame, page: BoardPage): readonly View[] {
  const { room } = frame;
  const whole = wholePage(page, room);
  if (whole !== null) return [withStrip(frame, whole)];
  const parts: View[] = [...tileViews(page, room)];
  const rest = below(frame);
  if (page.table !== null) parts.push(tableView(page, page.table, rest));
  if (page.trends.length > 0) parts.push(...trendViews(page, rest));
  return parts.map((view) => withStrip(frame, view));
}

/** The room that the strip leaves. */
function below(frame: Frame): Room {
  return { ...frame.room, height: frame.room.height - stripHeight(frame) };
}

function stripHeight({ board, room, strip }: Frame): number {
  if (strip === 'none') return 0;
  if (strip === 'line') return MEASURE.lineStrip + MEASURE.gap;
  return tileGrid(board.strip, { ...room, height: stripGridHeight(board, room) }).heightU + MEASURE.gap;
}

function stripGridHeight(board: Board, room: Room): number {
  const columns = columnsFor(board.strip.length, room);
  const rows = Math.ceil(board.strip.length / columns);
  return rows * (MEASURE.tileHeight + MEASURE.gap) - MEASURE.gap;
}

function withStrip({ board, room, strip }: Frame, view: View): View {
  if (view.grid !== null || strip === 'none') return view;
  if (strip === 'line') return { ...view, strip: { kind: 'line' } };
  const grid = tileGrid(board.strip, { ...room, height: stripGridHeight(board, room) });
  return { ...view, strip: { kind: 'tiles', grid } };
}

function tileViews(page: BoardPage, room: Room): readonly View[] {
  if (page.tiles.length === 0) return [];
  const most = mostTiles(room);
  const count = Math.ceil(page.tiles.length / most);
  const each = Math.ceil(page.tiles.length / count);
  return Array.from({ length: count }, (_, index) => ({
    ...emptyView(page, `.tiles${index}`, count),
    grid: tileGrid(page.tiles.slice(index * each, (index + 1) * each), room),
  }));
}

function tableView(page: BoardPage, table: BoardTable, room: Room): View {
  return { ...emptyView(page, '.table'), table: tablePlan(table, room.width, room.height) };
}

function trendViews(page: BoardPage, room: Room): readonly View[] {
  const columns = trendColumns(page.trends.length, room.width);
  const lines = Math.max(1, Math.floor((room.height + MEASURE.gap) / (MEASURE.trendHeight + MEASURE.gap)));
  const each = Math.max(1, columns * lines);
  const count = Math.ceil(page.trends.length / each);
  return Array.from({ length: count }, (_, index) => ({
    ...emptyView(page, `.trends${index}`, count),
    trends: trendPlan(page.trends.slice(index * each, (index + 1) * each), room.width, room.height),
  }));
}
