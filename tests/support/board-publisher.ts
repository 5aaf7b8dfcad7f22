/**
 * A process of its own that publishes one board again and again in the store of a folder: `board-publisher.ts FOLDER`. It
 * prints each version once that is published.
 */

import { createBoards } from '../../server/boards/boards';
import { openBoardDesk } from '../../server/boards/open-board-desk';
import { systemClock } from '../../server/runtime/clock';
import { readSettings } from '../../server/store/settings';
import { openSqliteStore } from '../../server/store/sqlite';

const [folder = ''] = process.argv.slice(2);

async function publish(): Promise<void> {
  const store = openSqliteStore(folder);
  const ground = { timeZone: 'UTC', hasDevices: false, hasSessions: false };
  const boards = createBoards({ ...ground, stored: (await readSettings(store)).boards });
  const { boards: desk } = await openBoardDesk({
    ...{ store, boards, clock: systemClock, ...ground, queueIdsOf: () => null },
    ...{ screens: { list: async () => [] }, takers: [] },
  });
  const by = { name: 'Writer', record: async () => {} };
  for (;;) {
    const held = await desk.find('default');
    const board = held?.published ?? held?.draft?.board;
    if (board === undefined) throw new Error('the board is gone');
    const { version = 0 } = held ?? {};
    const revision = held?.draft?.revision ?? 0;
    const saved = await desk.saveDraft(
      'default',
      { board: { ...board, name: `v${version + 1}` }, revision },
      by,
    );
    if (!saved.ok) throw new Error(JSON.stringify(saved.error));
    const wish = { revision: saved.value.draft?.revision ?? 0, version, note: '' };
    const published = await desk.publish('default', wish, by);
    if (!published.ok) throw new Error(JSON.stringify(published.error));
    process.stdout.write(`${published.value.version}\n`);
  }
}

void publish();
