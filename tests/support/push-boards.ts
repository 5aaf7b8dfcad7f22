/** A small board, a provider whose boards a test can change, and sources that are live. */
import type { Board } from '../../lib/contracts/board';
import type { Sources } from '../../lib/contracts/source';
import type { BoardProvider } from '../../server/boards/board-provider';

const OFF = { state: 'off', since: 0, message: null, lastHeardAt: null } as const;
export const SOURCES: Sources = {
  genesys: {
    ...OFF,
    state: 'live',
    channels: { live: 1, total: 1 },
    topics: { subscribed: 2, rejected: 0 },
    reconciliation: null,
  },
  mqtt: OFF,
  devices: OFF,
};

export function boardOf(id: string, more: Partial<Board> = {}): Board {
  return {
    id,
    name: id,
    timeZone: 'UTC',
    cadenceMs: 250,
    screen: { diagonalInches: 55, distanceMetres: 8 },
    strip: [{ id: 's1', subject: 'all', kpi: 'waiting' }],
    pages: [
      {
        id: 'p1',
        title: 'Queues',
        seconds: 20,
        tiles: [{ id: 't1', subject: 'all', kpi: 'agentsAvailable', of: 'agentsOnQueue' }],
        table: { id: 'q', subjects: 'queues', columns: ['waiting', 'serviceLevel'] },
        trends: [{ id: 'w', subject: 'all', kpi: 'waiting', every: 'minute' }],
      },
    ],
    ...more,
  };
}

/** Boards that a test can change. */
export class FakeBoards implements BoardProvider {
  #boards: Map<string, Board>;
  #listeners = new Set<() => void>();

  constructor(boards: readonly Board[]) {
    this.#boards = new Map(boards.map((board) => [board.id, board]));
  }
  board(id: string): Board | null {
    return this.#boards.get(id) ?? null;
  }
  list(): readonly Board[] {
    return [...this.#boards.values()];
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  set(boards: readonly Board[]): void {
    this.#boards = new Map(boards.map((board) => [board.id, board]));
    for (const listener of this.#listeners) listener();
  }
}
