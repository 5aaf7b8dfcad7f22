/** A recorder at real rooms, over a store in memory; beside it a screen that reads everything. Time is a fake. */
import { applyDelta, fromSnapshot, type LiveState } from '../../lib/apply-delta';
import { must } from '../../lib/assert';
import type { Board } from '../../lib/contracts/board';
import { deltaSchema, snapshotSchema } from '../../lib/contracts/push';
import type { PreparedFrame } from '../../server/push/frame';
import { createPushCounters } from '../../server/push/push-counters';
import { Rooms } from '../../server/push/rooms';
import type { Screen } from '../../server/push/screen';
import type { KeepingRules } from '../../server/replay/chain-list';
import { KEEPING_RULES, readKeptPast } from '../../server/replay/open-replay';
import type { ReplayDesk } from '../../server/replay/replay-desk';
import { createLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { FakeClock } from './fake-clock';
import { FakeKpiReader } from './fake-kpi-reader';
import { MemoryReplayStore } from './memory-replay-store';
import { boardOf, FakeBoards, SOURCES } from './push-boards';

/** Reads all there is, as soon as it is there, and remembers what it held when. */
export class EagerScreen implements Screen {
  readonly held: { readonly at: number; readonly state: LiveState }[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  isIdle(): boolean {
    return true;
  }
  deliver(frame: PreparedFrame): boolean {
    this.queue(frame);
    return true;
  }
  queue({ event, json }: PreparedFrame): void {
    const content: unknown = JSON.parse(json);
    if (event === 'snapshot') this.#hold(fromSnapshot(snapshotSchema.parse(content)));
    if (event !== 'delta') return;
    const applied = applyDelta(must(this.held.at(-1), 'a snapshot').state, deltaSchema.parse(content));
    if (applied.kind === 'applied') this.#hold(applied.state);
    else throw new Error(`a screen that reads everything found ${applied.kind}`);
  }
  refuse(): void {}

  #hold(state: LiveState): void {
    this.held.push({ at: this.#now(), state });
  }
}

export interface ReplayStandOptions {
  readonly boards?: readonly Board[];
  readonly store?: MemoryReplayStore;
  readonly clock?: FakeClock;
  readonly rules?: KeepingRules;
  /** Which boards are stored ones; absent: all. */
  readonly isStored?: (boardId: string) => boolean;
}

export interface ReplayStand {
  readonly clock: FakeClock;
  readonly reader: FakeKpiReader;
  readonly boards: FakeBoards;
  readonly rooms: Rooms;
  readonly store: MemoryReplayStore;
  readonly desk: ReplayDesk;
  /** Lines of the log, from `warn` on. */
  readonly said: readonly string[];
  /** Told beside the figures, as the tellers do: whether it was taken. */
  tell(event: PreparedFrame['event'], content: object): boolean;
  /** Time passes, and what is stored meanwhile is stored. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export async function openReplayStand(options: ReplayStandOptions = {}): Promise<ReplayStand> {
  const { store = new MemoryReplayStore(), clock = new FakeClock(), rules = KEEPING_RULES } = options;
  store.isClosed = false;
  const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b']);
  const boards = new FakeBoards(options.boards ?? [boardOf('main')]);
  const said: string[] = [];
  let rounds = 0;
  const rooms = new Rooms(
    {
      ...{ reader, boards, clock, counters: createPushCounters(), limits: () => [], build: 'b' },
      ...{ sources: () => SOURCES, newEpoch: () => `e${rounds++}`, graceMs: 0, maxQueues: 100 },
    },
    (screen) => screen.refuse({ code: 'board.unknown', message: '' }),
  );
  const screens = new Set<Screen>();
  const kept = await readKeptPast({
    ...{ openStore: () => store, now: clock.now(), rules },
    log: createLog('warn', (line) => said.push(line)),
  });
  const past = must(kept, 'a store that can be read');
  const room = past.open({
    ...{ boards, clock, metrics: createMetrics() },
    isStored: options.isStored ?? (() => true),
    subscribePoints: (hear) => reader.subscribePoints(hear),
    takeSeat(boardId, screen) {
      const board = boards.board(boardId);
      if (board === null) return null;
      const place = { boardId, audience: 'desk' as const };
      rooms.join({ board, audience: 'desk' }, screen);
      screens.add(screen);
      return {
        resync: () => rooms.resync(place, screen),
        leave() {
          screens.delete(screen);
          rooms.leave(place, screen);
        },
      };
    },
  });
  room.start();
  return {
    ...{ clock, reader, boards, rooms, store, desk: room.desk, said },
    tell(event, content) {
      const json = JSON.stringify(content);
      const frame: PreparedFrame = { event, json, packet: '', wire: [Buffer.alloc(0)] };
      return [...screens].every((screen) => screen.deliver(frame));
    },
    async pass(ms) {
      clock.advance(ms);
      // Asking stores what waits, and waits for what is being stored.
      await room.desk.span('main');
    },
    async stop() {
      await room.stop();
      rooms.close();
      await past.close();
    },
  };
}
