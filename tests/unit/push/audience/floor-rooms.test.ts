import { describe, expect, it } from 'vitest';
import { applyDelta, fromSnapshot, type LiveState } from '../../../../lib/apply-delta';
import type { Audience, Board } from '../../../../lib/contracts/board';
import type { KpiKey } from '../../../../lib/contracts/kpi';
import { deltaSchema, snapshotSchema, trendKey, type ValueChange } from '../../../../lib/contracts/push';
import type { PreparedFrame } from '../../../../server/push/frame';
import { createPushCounters } from '../../../../server/push/push-counters';
import { Rooms } from '../../../../server/push/rooms';
import type { Screen } from '../../../../server/push/screen';
import { FakeClock } from '../../../support/fake-clock';
import { change, FakeKpiReader } from '../../../support/fake-kpi-reader';
import { boardOf, FakeBoards, SOURCES } from '../../../support/push-boards';

class Wall implements Screen {
  state: LiveState | null = null;
  readonly frames: PreparedFrame[] = [];
  isIdle = () => true;
  deliver(frame: PreparedFrame): boolean {
    this.queue(frame);
    return true;
  }
  queue(frame: PreparedFrame): void {
    this.frames.push(frame);
    if (frame.event === 'snapshot') this.state = fromSnapshot(snapshotSchema.parse(JSON.parse(frame.json)));
    else if (this.state !== null) {
      const applied = applyDelta(this.state, deltaSchema.parse(JSON.parse(frame.json)));
      if (applied.kind === 'applied') this.state = applied.state;
    }
  }
  refuse = () => {};
  value(subject: string, kpi: KpiKey): number | null | undefined {
    return this.state?.values.get(`${subject}#${kpi}`)?.value;
  }
  points(kpi: KpiKey): (number | null)[] {
    return (this.state?.trends.get(trendKey('all', kpi, 'minute')) ?? []).map(({ value }) => value);
  }
}

const KPIS = ['waiting', 'longestWaitSince', 'agentsAvailable', 'agentsOnQueue'] as const;

function boardFor(audience: Partial<Audience>): Board {
  const board = boardOf('main', {
    audience: { names: 'none', minimumGroup: 0, loneWaiterDelaySeconds: 0, ...audience },
  });
  const [page] = board.pages;
  if (page === undefined) throw new Error('a board has a page');
  const tiles = KPIS.slice(0, 3).map((kpi) => ({ id: kpi, subject: 'all', kpi }));
  const trends = (['waiting', 'agentsAvailable'] as const).map((kpi) => ({
    ...{ id: kpi, subject: 'all', kpi, every: 'minute' as const },
  }));
  return { ...board, strip: [], pages: [{ ...page, tiles, table: null, trends }] };
}

function stage(audience: Partial<Audience>) {
  const clock = new FakeClock();
  const reader = new FakeKpiReader(['all']);
  const board = boardFor(audience);
  const boards = new FakeBoards([board]);
  const counters = createPushCounters();
  let epoch = 0;
  const rooms = new Rooms(
    {
      ...{ reader, boards, clock, counters, limits: () => [], sources: () => SOURCES, maxQueues: 100 },
      ...{ build: 'b', graceMs: 60_000, newEpoch: () => `e${epoch++}` },
    },
    () => {},
  );
  const join = (kind: 'floor' | 'desk') => {
    const wall = new Wall();
    rooms.join({ board: boards.board('main') ?? board, audience: kind }, wall);
    return wall;
  };
  const waits = (count: number, since: number | null): readonly ValueChange[] => [
    change('all', 'waiting', count),
    change('all', 'longestWaitSince', since),
  ];
  return { clock, reader, boards, counters, rooms, join, waits };
}

describe('the rooms of one board', () => {
  it('PUSH-42 are two at most, with one frame a change each, however many screens there are', () => {
    const { join, reader, clock, counters, rooms } = stage({ minimumGroup: 5 });
    const floor = Array.from({ length: 50 }, () => join('floor'));
    const desk = Array.from({ length: 50 }, () => join('desk'));
    expect([rooms.count, counters.snapshots]).toEqual([2, 2]);
    reader.announce([change('all', 'waiting', 7)]);
    clock.advance(1_000);
    expect(counters.serialisations).toBe(4);
    for (const screens of [floor, desk]) {
      expect(new Set(screens.map(({ frames }) => frames[1])).size).toBe(1);
      expect(screens[0]?.value('all', 'waiting')).toBe(7);
    }
    expect(floor[0]?.frames[0]).not.toBe(desk[0]?.frames[0]);
    rooms.close();
  });

  it('PUSH-42 make no frame of what the floor does not get', () => {
    const { join, reader, clock, counters, rooms } = stage({ minimumGroup: 5 });
    reader.announce([change('all', 'agentsOnQueue', 4), change('all', 'agentsAvailable', 3)]);
    const wall = join('floor');
    for (let n = 0; n < 10; n += 1) {
      reader.announce([change('all', 'agentsAvailable', n % 5, { asOf: n })]);
      clock.advance(1_000);
    }
    expect([wall.frames.length, counters.serialisations]).toEqual([1, 1]);
    rooms.close();
  });

  it('PUSH-45 a figure comes and goes with its group, also where the board does not show how many they are', () => {
    const { join, reader, clock, rooms } = stage({ minimumGroup: 5 });
    const wall = join('floor');
    reader.announce([change('all', 'agentsAvailable', 2), change('all', 'agentsOnQueue', 5)]);
    clock.advance(1_000);
    expect([wall.value('all', 'agentsAvailable'), wall.value('all', 'agentsOnQueue')]).toEqual([
      2,
      undefined,
    ]);
    reader.announce([change('all', 'agentsOnQueue', 4)]);
    clock.advance(1_000);
    expect(wall.state?.values.get('all#agentsAvailable')).toMatchObject({ value: null, hidden: true });
    reader.announce([change('all', 'agentsOnQueue', 6)]);
    clock.advance(1_000);
    expect(wall.value('all', 'agentsAvailable')).toBe(2);
    rooms.close();
  });

  it('PUSH-46 who waits alone is told of when his time has come, to all screens of the room at once', () => {
    const { join, reader, clock, rooms, waits } = stage({ loneWaiterDelaySeconds: 60 });
    const [wall, desk] = [join('floor'), join('desk')];
    const since = clock.now() - 10_000;
    reader.announce(waits(1, since));
    clock.advance(49_000);
    const late = join('floor');
    const told = () =>
      [wall, late].map((one) => [one.value('all', 'waiting'), one.value('all', 'longestWaitSince')]);
    expect(told()).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(desk.value('all', 'waiting')).toBe(1);
    clock.advance(2_000);
    expect(told()).toEqual([
      [1, since],
      [1, since],
    ]);
    reader.announce(waits(0, null));
    clock.advance(1_000);
    expect(told()).toEqual([
      [0, null],
      [0, null],
    ]);
    rooms.close();
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-46 nobody is told of for somebody else’s waiting', () => {
    const { join, reader, clock, rooms, waits } = stage({ loneWaiterDelaySeconds: 60 });
    const wall = join('floor');
    reader.announce(waits(1, null));
    clock.advance(50_000);
    reader.announce(waits(1, clock.now()));
    clock.advance(59_000);
    expect(wall.value('all', 'waiting')).toBe(0);
    clock.advance(2_000);
    expect(wall.value('all', 'waiting')).toBe(1);
    reader.announce(waits(2, clock.now() - 5_000));
    clock.advance(1_000);
    expect(wall.value('all', 'waiting')).toBe(2);
    reader.announce(waits(1, clock.now() - 6_000));
    clock.advance(1_000);
    expect(wall.value('all', 'waiting')).toBe(0);
    rooms.close();
  });

  it('PUSH-46 who comes and goes in the meantime makes no frame at all', () => {
    const { join, reader, clock, rooms, waits } = stage({ loneWaiterDelaySeconds: 60 });
    reader.announce(waits(0, null));
    const wall = join('floor');
    for (let n = 0; n < 5; n += 1) {
      reader.announce(waits(1, clock.now()).map((one) => ({ ...one, asOf: clock.now(), status: 'warning' })));
      clock.advance(20_000);
      reader.announce(waits(0, null).map((one) => ({ ...one, asOf: clock.now(), status: 'warning' })));
      clock.advance(60_000);
    }
    expect(wall.frames.map(({ event }) => event)).toEqual(['snapshot']);
    rooms.close();
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-48 each point of a trend is told by what was known of its own moment, live and in a snapshot', () => {
    const { join, reader, rooms, clock } = stage({ minimumGroup: 5, loneWaiterDelaySeconds: 60 });
    const wall = join('floor');
    const minutes = [
      // On queue, available, waiting, for how long.
      [5, 2, 1, 60_000],
      [4, 1, 1, 59_000],
      [null, 3, 2, 1_000],
      [9, 4, 0, 0],
    ] as const;
    for (const [index, [on, available, waiting, forMs]] of minutes.entries()) {
      const at = index * 60_000;
      const point = (kpi: KpiKey, value: number | null) => ({
        trend: trendKey('all', kpi, 'minute'),
        at,
        value,
      });
      reader.announcePoints([
        point('waiting', waiting),
        point('agentsAvailable', available),
        point('longestWaitSince', forMs),
        point('agentsOnQueue', on),
      ]);
      clock.advance(1_000);
    }
    for (const one of [wall, join('floor')]) {
      expect(one.points('agentsAvailable')).toEqual([2, null, null, 4]);
      expect(one.points('waiting')).toEqual([1, 0, 2, 0]);
      expect(one.state?.trends.size).toBe(2);
    }
    expect(join('desk').points('agentsAvailable')).toEqual([2, 1, 3, 4]);
    // What decides is recorded for as long as the room is there.
    expect(reader.watched.get(trendKey('all', 'agentsOnQueue', 'minute'))).toBe(1);
    rooms.close();
    expect([...reader.watched.values()].every((count) => count === 0)).toBe(true);
  });

  it('PUSH-48 half hours of figures about people are not told where there is a smallest group', () => {
    const trend = { id: 'aht', subject: 'all', kpi: 'ahtMs', every: 'halfHour' } as const;
    const key = trendKey('all', 'ahtMs', 'halfHour');
    const shown = [0, 5].map((minimumGroup) => {
      const { boards, reader, join, rooms } = stage({});
      const board = boardFor({ minimumGroup });
      boards.set([{ ...board, pages: board.pages.map((page) => ({ ...page, trends: [trend] })) }]);
      reader.announcePoints([{ trend: key, at: Date.UTC(2026, 10, 20, 8, 30), value: 90_000 }]);
      const points = join('floor').state?.trends.get(key);
      rooms.close();
      return points?.map(({ value }) => value);
    });
    expect(shown).toEqual([[90_000], [null]]);
  });

  it('PUSH-43 a board that gets another audience is told anew to those on the floor, and nothing of before can be asked for', () => {
    const { boards, clock, join, reader, rooms } = stage({});
    reader.announce([change('all', 'agentsOnQueue', 3), change('all', 'agentsAvailable', 2)]);
    const wall = join('floor');
    expect(wall.value('all', 'agentsAvailable')).toBe(2);
    const { epoch = '', seq = 0 } = wall.state ?? {};
    boards.set([boardFor({ minimumGroup: 5 })]);
    clock.advance(1_000);
    expect(wall.frames.map(({ event }) => event)).toEqual(['snapshot', 'snapshot']);
    expect(wall.state?.values.get('all#agentsAvailable')).toMatchObject({ value: null, hidden: true });
    const back = new Wall();
    rooms.join({ board: boardFor({ minimumGroup: 5 }), audience: 'floor' }, back, { epoch, seq });
    expect(back.frames.map(({ event }) => event)).toEqual(['snapshot']);
    // The desk's position is of another room.
    const moved = new Wall();
    const { epoch: deskEpoch = '', seq: deskSeq = 0 } = join('desk').state ?? {};
    rooms.join({ board: boardFor({ minimumGroup: 5 }), audience: 'floor' }, moved, {
      epoch: deskEpoch,
      seq: deskSeq,
    });
    expect(moved.frames.map(({ event }) => event)).toEqual(['snapshot']);
    rooms.close();
  });
});
