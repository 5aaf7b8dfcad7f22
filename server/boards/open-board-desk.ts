/** Opens the desk of boards: gives boards of before there were versions their first one, and puts the parts together. */
import type { Settings } from '../../lib/contracts/settings';
import type { Clock } from '../runtime/clock';
import { adoptionWrites } from '../store/board-documents';
import type { DocumentStore } from '../store/ports';
import { IMPORTED } from '../store/settings';
import type { BoardDesk, SettingsDesk } from './board-desk';
import type { Boards } from './boards';
import { createChangeStore } from './change-store';
import { createSettingsDesk } from './settings-desk';
import { StoredBoardDesk } from './stored-board-desk';
import type { TemplateGround } from './templates';

export interface BoardDeskOptions extends TemplateGround {
  readonly store: DocumentStore;
  readonly boards: Boards;
  readonly clock: Clock;
  /** The boards of paired screens, each once a screen. */
  readonly screenBoards: () => Promise<readonly string[]>;
  /** Thresholds or groups are others: they hold from now on. */
  readonly settingsChanged: (changed: Partial<Pick<Settings, 'thresholds' | 'groups'>>) => void;
}

export interface BoardDesks {
  readonly boards: BoardDesk;
  readonly settings: SettingsDesk;
}

/** Rejects where the store cannot be read or written. */
export async function openBoardDesk(options: BoardDeskOptions): Promise<BoardDesks> {
  const { store, clock, screenBoards, settingsChanged } = options;
  const adopted = await adoptionWrites(store, { at: clock.now(), by: IMPORTED });
  // Where another process was faster they are adopted.
  if (adopted.length > 0) await store.write(adopted);
  const change = createChangeStore(store);
  const screens = async () => counted(await screenBoards());
  return {
    boards: new StoredBoardDesk({ ...options, change, screens }),
    settings: createSettingsDesk({ store, change, clock, changed: settingsChanged }),
  };
}

function counted(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
