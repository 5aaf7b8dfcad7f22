/**
 * Which boards there are: those that people made (in the settings), and those made from the queues, beside them or
 * where there are no others. A board keeps its identity as long as it is the same, so that who shows it need not look
 * again.
 */
import type { Board } from '../../lib/contracts/board';
import type { BoardProvider, Unsubscribe } from './board-provider';
import { type BoardQueue, DEFAULT_CADENCE_MS, defaultBoards, everyQueueBoard } from './default-board';

export interface Boards extends BoardProvider {
  /** The whole list of queues, whenever it is known anew. */
  queuesListed(queues: readonly BoardQueue[]): void;
  /** The boards of the settings; `besideMade`: those made from the queues stay beside them. */
  replaceStored(boards: readonly Board[], besideMade?: boolean): void;
  /** One of the settings is new, or another; `besideMade` absent: as it was. */
  put(board: Board, besideMade?: boolean): void;
  /** One of the settings went; where one is made of the queues under its id, that is shown again. */
  remove(id: string): void;
  /** The board that is made of the queues under that id, also where another takes its place; `null`: none is. */
  made(id: string): Board | null;
}

export interface BoardsOptions {
  readonly stored: readonly Board[];
  /** Absent: boards made from the queues are there only where there are no stored ones. */
  readonly besideMade?: boolean;
  /** The zone of boards that are made from queues. */
  readonly timeZone: string;
  /** Whether devices' alerts are a source here; absent: no. */
  readonly hasDevices?: boolean;
  /** Whether diagnostic sessions are there; absent: no. */
  readonly hasSessions?: boolean;
}

export function createBoards(options: BoardsOptions): Boards {
  const { timeZone, hasDevices = false, hasSessions = false } = options;
  const everyQueue = everyQueueBoard({ timeZone, hasDevices, hasSessions });
  const listeners = new Set<() => void>();
  let { stored, besideMade = false } = options;
  let made: ReadonlyMap<string, Board> = new Map();
  let queues: readonly BoardQueue[] = [];
  let boards = new Map<string, Board>();

  function wanted(): readonly Board[] {
    const own = new Map(stored.map((board) => [board.id, board]));
    const places = [...made.values()].map((board) => own.get(board.id) ?? board);
    return [...places, ...stored.filter((board) => !made.has(board.id))];
  }

  function review(): void {
    const fromQueues =
      stored.length === 0 || besideMade ? defaultBoards(queues, { timeZone, hasDevices, hasSessions }) : [];
    made = new Map(fromQueues.map((board) => [board.id, kept(made.get(board.id), board)]));
    const next = new Map(wanted().map((board) => [board.id, kept(boards.get(board.id), board)]));
    const ids = [...next.keys()];
    const same =
      ids.length === boards.size && [...boards].every(([id, b], i) => ids[i] === id && next.get(id) === b);
    boards = next;
    if (!same) for (const listener of [...listeners]) listener();
  }

  function replaceStored(next: readonly Board[], beside = false): void {
    stored = next;
    besideMade = beside;
    review();
  }

  review();
  return {
    board: (id) => boards.get(id) ?? (id === everyQueue.id ? everyQueue : null),
    list: () => [...boards.values()],
    subscribe(listener): Unsubscribe {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    queuesListed(listed) {
      queues = listed;
      review();
    },
    replaceStored,
    put(board, beside = besideMade) {
      const isKnown = stored.some(({ id }) => id === board.id);
      const next = isKnown ? stored.map((held) => (held.id === board.id ? board : held)) : [...stored, board];
      replaceStored(next, beside);
    },
    remove(id) {
      replaceStored(
        stored.filter((board) => board.id !== id),
        besideMade,
      );
    },
    made: (id) => made.get(id) ?? null,
  };
}

/** How often the quickest of them may change: what comes at this pace goes straight on to its screens. */
export function paceOf(boards: Pick<Boards, 'list'>): number {
  return Math.min(DEFAULT_CADENCE_MS, ...boards.list().map((board) => board.cadenceMs));
}

/** The object that is known already, where the other says the same. */
function kept(known: Board | undefined, other: Board): Board {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(other) ? known : other;
}
