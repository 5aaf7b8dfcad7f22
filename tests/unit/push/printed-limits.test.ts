import { describe, expect, it } from 'vitest';
import { fromSnapshot, type LiveState } from '../../../lib/apply-delta';
import { type Limit, snapshotSchema } from '../../../lib/contracts/push';
import type { PreparedFrame } from '../../../server/push/frame';
import { createHeldLimits } from '../../../server/push/held-limits';
import { createPushCounters } from '../../../server/push/push-counters';
import { Rooms } from '../../../server/push/rooms';
import type { Screen } from '../../../server/push/screen';
import { FakeClock } from '../../support/fake-clock';
import { FakeKpiReader } from '../../support/fake-kpi-reader';
import { boardOf, FakeBoards, SOURCES } from '../../support/push-boards';

/** A screen that reads; it keeps the kinds of its frames, and what the last snapshot said. */
class Reader implements Screen {
  readonly kinds: string[] = [];
  state: LiveState | null = null;

  isIdle(): boolean {
    return true;
  }
  deliver(frame: PreparedFrame): boolean {
    this.queue(frame);
    return true;
  }
  queue(frame: PreparedFrame): void {
    this.kinds.push(frame.event);
    if (frame.event === 'snapshot') this.state = fromSnapshot(snapshotSchema.parse(JSON.parse(frame.json)));
  }
  refuse(): void {}
}

function limit(subject: string | null, warning: number): Limit {
  return { subject, kpi: 'waiting', warning, critical: null };
}

function stage(boards = [boardOf('main')]) {
  const clock = new FakeClock();
  const reader = new FakeKpiReader(['all', 'queue:a']);
  const stand = { limits: [limit(null, 1)], reads: 0 };
  let epoch = 0;
  const rooms = new Rooms(
    {
      ...{ reader, clock, boards: new FakeBoards(boards), sources: () => SOURCES, maxQueues: 100 },
      ...{ build: 'b', graceMs: 60_000, newEpoch: () => `e${epoch++}`, counters: createPushCounters() },
      limits() {
        stand.reads += 1;
        return stand.limits;
      },
    },
    () => {},
  );
  const join = (board = boards[0] ?? boardOf('main')) => {
    const screen = new Reader();
    rooms.join({ board, audience: 'desk' }, screen);
    return screen;
  };
  return { clock, reader, rooms, join, stand };
}

describe('limits on open screens', () => {
  it('BOARD-37 others than those that are printed come as one snapshot', () => {
    const { clock, reader, rooms, join, stand } = stage();
    const screen = join();
    clock.advance(1_000);
    stand.limits = [limit(null, 1), limit('queue:a', 4)];
    reader.announce([], true);
    clock.advance(1_000);
    expect([screen.kinds, screen.state?.limits]).toEqual([['snapshot', 'snapshot'], stand.limits]);
    rooms.close();
  });

  it('BOARD-37 those of subjects that a board does not show make no frame of it', () => {
    const { clock, reader, rooms, join, stand } = stage();
    const screen = join();
    clock.advance(1_000);
    stand.limits = [limit(null, 1), limit('queue:elsewhere', 4)];
    reader.announce([], true);
    clock.advance(1_000);
    expect(screen.kinds).toEqual(['snapshot']);
    rooms.close();
  });

  it('BOARD-37 those that change in the very moment in which they were read come too', () => {
    const { clock, reader, rooms, join, stand } = stage();
    const screen = join();
    stand.limits = [limit(null, 9)];
    reader.announce([], true);
    clock.advance(1_000);
    expect(screen.state?.limits).toEqual(stand.limits);
    rooms.close();
  });

  it('BOARD-37 a screen that joins between the change and its telling leaves no other behind', () => {
    const { clock, reader, rooms, join, stand } = stage();
    const early = join();
    clock.advance(1_000);
    stand.limits = [limit(null, 9)];
    const late = join();
    reader.announce([], true);
    clock.advance(1_000);
    for (const screen of [early, late]) expect(screen.state?.limits).toEqual(stand.limits);
    rooms.close();
  });

  it('BOARD-37 are read once for all rooms of a moment, and anew when they are others', () => {
    const boards = Array.from({ length: 20 }, (_, i) => boardOf(`b${i}`));
    const { clock, reader, rooms, join, stand } = stage(boards);
    for (const board of boards) join(board);
    expect(stand.reads).toBe(1);
    clock.advance(1_000);
    reader.announce([], true);
    expect(stand.reads).toBe(2);
    rooms.close();
    const clockOfHeld = new FakeClock();
    const held = createHeldLimits(() => [limit(null, clockOfHeld.now())], clockOfHeld);
    const [first] = held.limits();
    clockOfHeld.advance(99);
    expect(held.limits()[0]).toBe(first);
    clockOfHeld.advance(1);
    expect(held.limits()[0]).not.toBe(first);
  });
});
