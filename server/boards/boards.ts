/**
 * Which boards there are: those that people made (in the settings), else those made from the queues. A board keeps
 * its identity as long as it is the same, so that who shows it need not look again.
 */
import type { Board } from '../../lib/contracts/board';
import type { BoardProvider, Unsubscribe } from './board-provider';
import { type BoardQueue, defaultBoards, everyQueueBoard } from './default-board';

export interface Boards extends BoardProvider {
  /** The whole list of queues, whenever it is known anew. */
  queuesListed(queues: readonly BoardQueue[]): void;
  /** The boards of the settings; empty: those made from the queues. */
  replaceStored(boards: readonly Board[]): void;
}

export interface BoardsOptions {
  readonly stored: readonly Board[];
  /** The zone of boards that are made from queues. */
  readonly timeZone: string;
  /** Whether devices' alerts are a source here; absent: no. */
  readonly hasDevices?: boolean;
  /** Whether diagnostic sessions are there; absent: no. */
  readonly hasSessions?: boolean;
}

export function createBoards(options: BoardsOptions): Boards {
  const { stored, timeZone, hasDevices = false, hasSessions = false } = options;
  const everyQueue = everyQueueBoard({ timeZone, hasDevices, hasSessions });
  const listeners = new Set<() => void>();
  let made = stored;
  let queues: readonly BoardQueue[] = [];
  let boards = new Map<string, Board>();

  function review(): void {
    const wanted = made.length > 0 ? made : defaultBoards(queues, { timeZone, hasDevices, hasSessions });
    const next = new Map(wanted.map((board) => [board.id, kept(boards.get(board.id), board)]));
    const ids = [...next.keys()];
    const same =
      ids.length === boards.size && [...boards].every(([id, b], i) => ids[i] === id && next.get(id) === b);
    boards = next;
    if (!same) for (const listener of [...listeners]) listener();
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
    replaceStored(next) {
      made = next;
      review();
    },
  };
}

/** The object that is known already, where the other says the same. */
function kept(known: Board | undefined, other: Board): Board {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(other) ? known : other;
}
