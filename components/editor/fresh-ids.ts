/** Ids for new things of a board, none of which it has yet, and the things as they begin. Pure. */
import type {
  AlertPanel,
  Board,
  BoardPage,
  BoardTable,
  DevicePanel,
  TextBlock,
  Tile,
  Trend,
} from '../../lib/contracts/board';

/** `tile-4`: the lowest number that no thing of the board has. */
export function freshId(board: Board, prefix: string): string {
  const taken = new Set(idsOf(board));
  let number = 1;
  while (taken.has(`${prefix}-${number}`)) number += 1;
  return `${prefix}-${number}`;
}

function idsOf(board: Board): readonly string[] {
  const ofPages = board.pages.flatMap((page) => [
    page.id,
    ...[...page.tiles, ...page.trends, ...(page.texts ?? [])].map(({ id }) => id),
    ...[page.table, page.alerts, page.devices].flatMap((panel) => (panel == null ? [] : [panel.id])),
  ]);
  return [...ofPages, ...board.strip.map(({ id }) => id)];
}

export function newTile(board: Board): Tile {
  return { id: freshId(board, 'tile'), subject: 'all', kpi: 'waiting' };
}

export function newTrend(board: Board): Trend {
  return { id: freshId(board, 'trend'), subject: 'all', kpi: 'serviceLevel', every: 'halfHour' };
}

/** `text`: of the catalogue, as an empty one is none. */
export function newText(board: Board, text: string): TextBlock {
  return { id: freshId(board, 'text'), text };
}

export function newPage(board: Board, title: string): BoardPage {
  return { id: freshId(board, 'page'), title, seconds: 20, tiles: [], table: null, trends: [] };
}

export function newTable(board: Board): BoardTable {
  return {
    id: freshId(board, 'table'),
    subjects: 'queues',
    columns: ['waiting', 'longestWaitSince', 'serviceLevel', 'agentsAvailable'],
  };
}

export function newAlertPanel(board: Board): AlertPanel {
  return { id: freshId(board, 'alerts') };
}

export function newDevicePanel(board: Board): DevicePanel {
  return { id: freshId(board, 'devices') };
}

/** The same figure once more: behind its original, with an id of its own. */
export function copyOf<T extends Tile | Trend | TextBlock>(board: Board, item: T): T {
  return { ...item, id: freshId(board, item.id.replace(/-\d+$/, '').slice(0, 50)) };
}
