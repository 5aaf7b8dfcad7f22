/**
 * The built pages behind the real door, with the real desk of boards on a store in memory, real sockets, and made-up
 * figures of two queues: what a browser meets that makes and edits boards.
 */
import type { Board } from '../../lib/contracts/board';
import { type BoardEdit, boardEditSchema } from '../../lib/contracts/board-desk';
import type { KpiKey } from '../../lib/contracts/kpi';
import { createBoards } from '../../server/boards/boards';
import { openBoardDesk } from '../../server/boards/open-board-desk';
import { boardDeskRoutes } from '../../server/http/board-desk-routes';
import { meRoutes } from '../../server/http/me-route';
import { systemClock } from '../../server/runtime/clock';
import { change } from './fake-kpi-reader';
import { MemoryStore } from './memory-store';
import { NotedAudit } from './noted-audit';
import { openPages, type PageStand } from './page-stand';

const QUEUES = [
  { id: 'a', name: 'Support', divisionId: 'd', divisionName: 'Home' },
  { id: 'b', name: 'Sales', divisionId: 'd', divisionName: 'Home' },
];
const ZONE = 'Europe/Berlin';

export interface EditorStand extends PageStand {
  /** As the server has the board now. */
  edit(id: string): Promise<BoardEdit>;
  /** Somebody else saves this on top of what there is. */
  saveElsewhere(board: Board): Promise<void>;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openEditorStand(): Promise<EditorStand> {
  const boards = createBoards({ stored: [], timeZone: ZONE, besideMade: true });
  boards.queuesListed(QUEUES);
  const desks = await openBoardDesk({
    ...{ store: new MemoryStore(), boards, clock: systemClock, timeZone: ZONE },
    ...{ hasDevices: false, hasSessions: false, queueIdsOf: () => ['a', 'b'] },
    screens: { list: async () => [{ boardId: 'default' }] },
    takers: [],
  });
  const names = new Map(QUEUES.map(({ id, name }) => [`queue:${id}`, name]));
  const subjects = ['all', ...names.keys()];
  const infos = subjects.map((subject) => {
    const name = names.get(subject) ?? 'All queues';
    return { subject, name, shortName: name, timeZone: ZONE };
  });
  const routes = [
    ...meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' }),
    ...boardDeskRoutes({
      ...{ boards: desks.boards, settings: desks.settings, audit: new NotedAudit(), clock: systemClock },
      reader: { subjects: () => infos },
    }),
  ];
  const stand = await openPages({ boards, subjects, routes });
  for (const info of infos) stand.reader.name(info.subject, info);
  stand.reader.announce(
    FIGURES.flatMap(([kpi, value]) => subjects.map((subject) => change(subject, kpi, value))),
  );
  const path = (id: string) => `${stand.url}/api/v1/board-desk/${id}`;
  const edit = async (id: string) => boardEditSchema.parse(await (await fetch(path(id))).json());
  return {
    ...stand,
    edit,
    async saveElsewhere(board) {
      const { draft } = await edit(board.id);
      const response = await fetch(`${path(board.id)}/draft`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: stand.url },
        body: JSON.stringify({ board, revision: draft?.revision ?? 0 }),
      });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}

const FIGURES: readonly (readonly [KpiKey, number])[] = [
  ['waiting', 7],
  ['serviceLevel', 0.83],
  ['serviceLevelTarget', 0.8],
  ['agentsAvailable', 4],
  ['agentsOnQueue', 21],
  ['abandonRate', 0.031],
  ['offered', 1204],
  ['answered', 1120],
];
