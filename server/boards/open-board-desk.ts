/** Opens the desk of boards: gives boards of before there were versions their first one, and puts the parts together. */
import type { Settings } from '../../lib/contracts/settings';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { createOneAtATime } from '../runtime/one-at-a-time';
import { adoptionWrites, BOARD_KIND } from '../store/board-documents';
import type { DocumentStore } from '../store/ports';
import { IMPORTED, readSettings } from '../store/settings';
import { SETTINGS_KIND } from '../store/settings-main';
import type { BoardDesk, SettingsDesk } from './board-desk';
import type { Boards } from './boards';
import { createChangeStore } from './change-store';
import { watchImports } from './import-watch';
import { createSettingsDesk } from './settings-desk';
import { StoredBoardDesk } from './stored-board-desk';
import type { TemplateGround } from './templates';

export interface BoardDeskOptions extends TemplateGround {
  readonly store: DocumentStore;
  readonly boards: Boards;
  readonly clock: Clock;
  /** Paired screens, each with its board. */
  readonly screens: { list(): Promise<readonly { readonly boardId: string }[]> };
  /** They take up other thresholds and groups at once. */
  readonly takers: readonly SettingsTaker[];
}

export interface SettingsTaker {
  replaceSettings(changed: Partial<Pick<Settings, 'thresholds' | 'groups'>>): void;
}

/** Documents of these kinds are kept in memory. */
export const BOARD_DESK_KINDS: readonly string[] = [SETTINGS_KIND, BOARD_KIND];

export interface BoardDesks {
  /** From now on what is imported beside this server is taken up; the result ends that. */
  watchImports(log: Log): Promise<Cancel>;
  /**
   * Takes up what other nodes wrote, after the changes that are under way here. Rejects where the store cannot be read:
   * then all stays as it was.
   */
  reload(log: Log): Promise<void>;
  readonly boards: BoardDesk;
  readonly settings: SettingsDesk;
}

/** Rejects where the store cannot be read or written. */
export async function openBoardDesk(options: BoardDeskOptions): Promise<BoardDesks> {
  const { store, boards, clock, takers } = options;
  const taken = new Map<string, string>();
  const changed: SettingsTaker['replaceSettings'] = (settings) => {
    for (const [part, value] of Object.entries(settings)) taken.set(part, JSON.stringify(value));
    for (const taker of takers) taker.replaceSettings(settings);
  };
  const isOther = (part: string, value: unknown) => taken.get(part) !== JSON.stringify(value);
  const takeUp = ({ boards: stored, madeBoards, thresholds, groups }: Settings) => {
    boards.replaceStored(stored, madeBoards);
    const others = {
      ...(isOther('thresholds', thresholds) ? { thresholds } : {}),
      ...(isOther('groups', groups) ? { groups } : {}),
    };
    if (Object.keys(others).length > 0) changed(others);
  };
  const oneAtATime = createOneAtATime();
  const adopted = await adoptionWrites(store, { at: clock.now(), by: IMPORTED });
  // Where another process was faster they are adopted.
  if (adopted.length > 0) await store.write(adopted);
  const change = createChangeStore(store, oneAtATime);
  const screens = async () => counted((await options.screens.list()).map(({ boardId }) => boardId));
  return {
    boards: new StoredBoardDesk({ ...options, change, screens }),
    settings: createSettingsDesk({ store, change, clock, changed }),
    watchImports: (log) => watchImports({ store, clock, log, takeUp }),
    reload: (log) =>
      oneAtATime(async () =>
        takeUp(
          await readSettings(store, (id, problem) => {
            log.error('a stored board cannot be read, and is left out', { kind: 'board', id, problem });
          }),
        ),
      ),
  };
}

function counted(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
