/**
 * Boards without sockets: how many frames are serialised for how many boards that changed, what a tick costs with
 * 100 and with 1,000 screens, and how a snapshot grows with the rows of its board.
 */
import type { Board } from '../../lib/contracts/board';
import { createPushCounters } from '../../server/push/push-counters';
import { Rooms } from '../../server/push/rooms';
import { seededRandom } from '../../server/runtime/random';
import { FakeClock } from '../support/fake-clock';
import { QuietScreen } from './quiet-screen';
import { boardsOf, changeOf, createStubReader, QUIET_SOURCES, queueSubject, tableBoard } from './stub-reader';

const CADENCE_MS = 250;

function openRooms(boards: readonly Board[], queueCount: number) {
  const clock = new FakeClock();
  const reader = createStubReader(queueCount);
  const counters = createPushCounters();
  let epochs = 0;
  const rooms = new Rooms(
    {
      clock,
      reader,
      counters,
      boards: boardsOf(boards),
      sources: () => QUIET_SOURCES,
      limits: () => [],
      build: 'bench',
      newEpoch: () => `epoch-${epochs++}`,
      graceMs: 60_000,
      maxQueues: queueCount,
    },
    () => {},
  );
  return { clock, reader, counters, rooms };
}

export interface SerialisationCount {
  readonly ticks: number;
  /** Boards that changed, summed over the ticks. */
  readonly changedBoards: number;
  readonly serialisations: number;
  /** Ticks in which the two differed. */
  readonly wrongTicks: number;
}

/** 50 boards with 20 screens each: in each tick some of them change, in several figures and in several batches. */
export function countSerialisations(ticks = 200): SerialisationCount {
  const boardsCount = 50;
  const boards = Array.from({ length: boardsCount }, (_, i) =>
    tableBoard(`b${i}`, [queueSubject(i)], ['waiting', 'offered', 'answered'], CADENCE_MS),
  );
  const { clock, reader, counters, rooms } = openRooms(boards, boardsCount);
  for (const board of boards)
    for (let i = 0; i < 20; i += 1) rooms.join({ board, audience: 'desk' }, new QuietScreen());
  clock.advance(CADENCE_MS);
  const random = seededRandom(5);
  const result = { ticks, changedBoards: 0, serialisations: 0, wrongTicks: 0 };
  for (let tick = 1; tick <= ticks; tick += 1) {
    const changed = boards.map((_, i) => i).filter(() => random() < 0.4);
    const before = counters.serialisations;
    for (const kpi of ['waiting', 'offered', 'answered'] as const) {
      reader.publish(changed.map((i) => changeOf(queueSubject(i), kpi, 1_000 + tick)));
    }
    // The first batch goes out at once, the others merged: two frames a board, then quiet until the next tick.
    clock.advance(CADENCE_MS * 2);
    const frames = counters.serialisations - before;
    result.changedBoards += changed.length * 2;
    result.serialisations += frames;
    if (frames !== changed.length * 2) result.wrongTicks += 1;
  }
  rooms.close();
  return result;
}

/** CPU of one tick of a board of 250 queues of which 100 changed, without the sockets, µs. */
export function tickCostUs(screensCount: number, ticks = 300): number {
  const queueCount = 250;
  const board = tableBoard('b', 'queues', ['waiting', 'longestWaitSince', 'offered', 'answered'], CADENCE_MS);
  const { clock, reader, rooms } = openRooms([board], queueCount);
  for (let i = 0; i < screensCount; i += 1) rooms.join({ board, audience: 'desk' }, new QuietScreen());
  const tick = (number: number) => {
    clock.advance(CADENCE_MS);
    const changes = Array.from({ length: 100 }, (_, i) => {
      return changeOf(queueSubject((number * 7 + i) % queueCount), 'waiting', number * 1_000 + i);
    });
    const from = process.cpuUsage();
    reader.publish(changes);
    const { user, system } = process.cpuUsage(from);
    return user + system;
  };
  for (let i = 0; i < ticks / 3; i += 1) tick(i);
  globalThis.gc?.();
  let total = 0;
  for (let i = 0; i < ticks; i += 1) total += tick(1_000 + i);
  rooms.close();
  return total / ticks;
}

/** CPU of making the snapshot of a board of so many rows of four figures, ms. */
export function snapshotCostMs(rows: number): number {
  const board = tableBoard('b', 'queues', ['waiting', 'longestWaitSince', 'offered', 'answered'], CADENCE_MS);
  const { clock, reader, rooms } = openRooms([board], rows);
  rooms.join({ board, audience: 'desk' }, new QuietScreen());
  const repeats = Math.max(3, Math.ceil(20_000 / rows));
  const makeOne = (number: number) => {
    // Makes the snapshot that is kept out of date.
    clock.advance(CADENCE_MS);
    reader.publish([changeOf(queueSubject(0), 'waiting', number)]);
    const from = process.cpuUsage();
    rooms.join({ board, audience: 'desk' }, new QuietScreen());
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000;
  };
  makeOne(1);
  globalThis.gc?.();
  let total = 0;
  for (let i = 0; i < repeats; i += 1) total += makeOne(i + 10);
  rooms.close();
  return total / repeats;
}
