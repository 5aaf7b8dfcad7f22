/** What stands on a screen that has never heard of its board: the usual figures, all unknown. Never blank, no spinner. */
import type { Board, Tile } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';

function tile(kpi: KpiKey, hero = false): Tile {
  return { id: kpi, subject: 'all', kpi, hero };
}

export function skeletonBoard(id: string, name: string): Board {
  return {
    id,
    name,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cadenceMs: 1_000,
    screen: { diagonalInches: 55, distanceMetres: 8 },
    strip: [],
    pages: [
      {
        id: 'skeleton',
        title: name,
        seconds: 600,
        tiles: [
          tile('longestWaitSince', true),
          tile('waiting'),
          tile('serviceLevel'),
          tile('agentsAvailable'),
          tile('abandonRate'),
          tile('offered'),
        ],
        table: null,
        trends: [],
      },
    ],
  };
}
