/** The desk of boards on a store in memory, and people at it whose deeds are noted. */
import type { Board } from '../../lib/contracts/board';
import type { Settings } from '../../lib/contracts/settings';
import type { Result } from '../../lib/result';
import type { Deed, Editor } from '../../server/boards/board-desk';
import { type Boards, createBoards } from '../../server/boards/boards';
import { type BoardDesks, openBoardDesk } from '../../server/boards/open-board-desk';
import type { DocumentStore } from '../../server/store/ports';
import { readSettings } from '../../server/store/settings';
import { FakeClock } from './fake-clock';
import { MemoryStore } from './memory-store';

export interface Person extends Editor {
  readonly deeds: Deed[];
  /** The audit log cannot be written while it is set. */
  isMute: boolean;
}

export function person(name: string): Person {
  const own: Person = {
    ...{ name, deeds: [], isMute: false },
    async record(deed) {
      if (own.isMute) throw new Error('the audit log cannot be written');
      own.deeds.push(deed);
    },
  };
  return own;
}

export interface DeskStage extends BoardDesks {
  readonly store: DocumentStore;
  readonly provider: Boards;
  readonly clock: FakeClock;
  /** What was told of thresholds and groups. */
  readonly told: Partial<Settings>[];
  readonly ada: Person;
  readonly bea: Person;
}

export interface DeskWish {
  readonly store?: DocumentStore;
  readonly screens?: readonly string[];
  readonly hasSessions?: boolean;
}

export async function openDesk(wish: DeskWish = {}): Promise<DeskStage> {
  const { store = new MemoryStore(), screens = [], hasSessions = false } = wish;
  const clock = new FakeClock();
  const settings = await readSettings(store, () => {});
  const besideMade = settings.madeBoards ?? false;
  const provider = createBoards({ stored: settings.boards, besideMade, timeZone: 'UTC' });
  const told: Partial<Settings>[] = [];
  const desks = await openBoardDesk({
    ...{ store, boards: provider, clock, timeZone: 'UTC', hasDevices: true, hasSessions },
    queueIdsOf: (subject) => (subject === 'group:g' ? ['q1', 'q2'] : null),
    screens: { list: async () => screens.map((boardId) => ({ boardId })) },
    takers: [{ replaceSettings: (changed) => void told.push(changed) }],
  });
  return { ...desks, store, provider, clock, told, ada: person('Ada'), bea: person('Bea') };
}

/** What came of it; throws where it was refused. */
export function done<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Made by Ada, and published. */
export async function publishNew({ boards, ada }: DeskStage, name: string): Promise<Board> {
  const made = done(await boards.create({ name, from: { kind: 'template', template: 'floor' } }, ada));
  const revision = made.draft?.revision ?? 0;
  const { published } = done(await boards.publish(made.id, { revision, version: 0, note: '' }, ada));
  if (published === null) throw new Error('nothing was published');
  return published;
}
