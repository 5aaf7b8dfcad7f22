/** Boards to try the screen with. */

import { must } from '../../../../lib/assert';
import type { Board, BoardPage, BoardTable, Tile, Trend } from '../../../../lib/contracts/board';
import { KPI_KEYS } from '../../../../lib/contracts/kpi';

export function tiles(count: number, withHero = false): Tile[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `tile-${index}`,
    subject: 'all',
    kpi: must(KPI_KEYS[index % KPI_KEYS.length], 'a key'),
    hero: withHero && index === 0,
  }));
}

export function trends(count: number): Trend[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `trend-${index}`,
    subject: 'all',
    kpi: must(KPI_KEYS[index], 'a key'),
    every: 'halfHour',
  }));
}

export const TABLE: BoardTable = { id: 'queues', subjects: 'queues', columns: ['waiting', 'serviceLevel'] };

export function page(id: string, content: Partial<BoardPage>): BoardPage {
  return { id, title: id, seconds: 20, tiles: [], table: null, trends: [], ...content };
}

export function board(pages: BoardPage[], strip: Tile[] = tiles(4)): Board {
  return {
    id: 'b',
    name: 'Board',
    timeZone: 'Europe/Berlin',
    cadenceMs: 250,
    screen: { diagonalInches: 55, distanceMetres: 8 },
    strip,
    pages,
  };
}
