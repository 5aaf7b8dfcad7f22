import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, fromSnapshot, type LiveState, valueKey } from '../../../lib/apply-delta';
import {
  deltaSchema,
  type Refusal,
  snapshotSchema,
  type TrendPoint,
  trendKey,
  type ValueChange,
} from '../../../lib/contracts/push';
import { BoardRoom } from '../../../server/push/board-room';
import type { PreparedFrame } from '../../../server/push/frame';
import { createPushCounters } from '../../../server/push/push-counters';
import type { Screen } from '../../../server/push/screen';
import { FakeClock } from '../../support/fake-clock';
import { change, FakeKpiReader } from '../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../support/push-boards';

/** A screen without a socket: it reads, or it does not. */
class FakeScreen implements Screen {
  idle = true;
  state: LiveState | null = null;
  gaps = 0;
  frames: string[] = [];

  isIdle(): boolean {
    return this.idle;
  }
  deliver(frame: PreparedFrame): boolean {
    if (this.idle) this.queue(frame);
    return this.idle;
  }
  queue(frame: PreparedFrame): void {
    this.frames.push(frame.event);
    if (frame.event === 'snapshot') this.state = fromSnapshot(snapshotSchema.parse(JSON.parse(frame.json)));
    else if (this.state !== null) {
      const result = applyDelta(this.state, deltaSchema.parse(JSON.parse(frame.json)));
      if (result.kind === 'applied') this.state = result.state;
      if (result.kind === 'gap') this.gaps += 1;
    }
  }
  refuse(_refusal: Refusal): void {}
}

function open() {
  const clock = new FakeClock();
  const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b']);
  const counters = createPushCounters();
  const room = new BoardRoom({
    board: boardOf('main'),
    epoch: 'e',
    build: 'b',
    reader,
    clock,
    counters,
    limits: () => [
      { subject: null, kpi: 'waiting', warning: 1, critical: 2 },
      { subject: 'queue:elsewhere', kpi: 'waiting', warning: 1, critical: 2 },
    ],
    sources: () => SOURCES,
    maxQueues: 100,
    audience: 'desk',
    onHeard: () => {},
  });
  function announce(changes: readonly ValueChange[], points: readonly TrendPoint[] = []): void {
    reader.announce(changes);
    reader.announcePoints(points);
    for (const one of changes) room.offerChange(one);
    for (const point of points) room.offerPoint(point);
    room.settle();
  }
  return { clock, reader, counters, room, announce };
}

describe('BoardRoom', () => {
  it('PUSH-5 a snapshot carries the limits of what it shows', () => {
    const { room } = open();
    const screen = new FakeScreen();
    room.join(screen);
    expect(screen.state?.limits).toEqual([{ subject: null, kpi: 'waiting', warning: 1, critical: 2 }]);
  });

  it('PUSH-7 serialises a snapshot once for all that join, and gives each the time', () => {
    const { room, clock, counters } = open();
    const screens = Array.from({ length: 50 }, () => new FakeScreen());
    for (const screen of screens) room.join(screen);
    clock.advance(60_000);
    const late = new FakeScreen();
    room.join(late);
    expect(counters.serialisations).toBe(1);
    expect(late.state?.serverTime).toBe(clock.now());
  });

  it('PUSH-7 makes no frame that nobody reads', () => {
    const { room, clock, counters, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    room.leave(screen);
    announce([change('all', 'waiting', 1)]);
    clock.advance(1_000);
    expect(counters.serialisations).toBe(1);
    expect(room.seq).toBe(1);
  });

  it('PUSH-65 a frame that waited takes along what was not announced yet, and no other is made for it', () => {
    const { room, clock, reader, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    announce([change('all', 'waiting', 1)]);
    clock.advance(100);
    announce([change('all', 'waiting', 2)]);
    let flushes = 0;
    reader.onFlush = () => {
      flushes += 1;
      announce([change('all', 'waiting', 3)]);
    };
    clock.advance(150);
    expect(flushes).toBe(1);
    expect(screen.frames).toEqual(['snapshot', 'delta', 'delta']);
    expect(screen.state?.values.get(valueKey('all', 'waiting'))?.value).toBe(3);
    clock.advance(1_000);
    expect(screen.frames).toHaveLength(3);
  });

  it('PUSH-65 a change that comes a little before its tick goes with it at once', () => {
    const { room, clock, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    announce([change('all', 'waiting', 1)]);
    clock.advance(239);
    announce([change('all', 'waiting', 2)]);
    expect(screen.frames).toHaveLength(2);
    clock.advance(11);
    expect(screen.frames).toHaveLength(3);
    clock.advance(240);
    announce([change('all', 'waiting', 3)]);
    expect(screen.frames).toHaveLength(4);
  });

  it('PUSH-20 passes over who does not read, and gives all it missed as one delta within a cadence', () => {
    const { room, clock, counters, announce } = open();
    const [reads, stalls, stallsToo] = [new FakeScreen(), new FakeScreen(), new FakeScreen()];
    for (const screen of [reads, stalls, stallsToo]) room.join(screen);
    stalls.idle = false;
    stallsToo.idle = false;
    for (let n = 1; n <= 10; n += 1) {
      announce([change('all', 'waiting', n)]);
      clock.advance(250);
    }
    expect(stalls.frames).toEqual(['snapshot']);
    expect(reads.frames).toHaveLength(11);
    stalls.idle = true;
    stallsToo.idle = true;
    clock.advance(250);
    expect(stalls.frames).toEqual(['snapshot', 'delta']);
    expect(stalls.state?.values).toEqual(reads.state?.values);
    expect(counters.catchUps).toBe(1);
    clock.advance(10_000);
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-20 who wakes later from the same place gets what came since, too', () => {
    const { room, clock, announce } = open();
    const [wakes, wakesLater] = [new FakeScreen(), new FakeScreen()];
    for (const screen of [wakes, wakesLater]) {
      room.join(screen);
      screen.idle = false;
    }
    announce([change('all', 'waiting', 1)]);
    wakes.idle = true;
    clock.advance(250);
    announce([change('all', 'waiting', 2)]);
    wakesLater.idle = true;
    clock.advance(250);
    for (const screen of [wakes, wakesLater]) {
      expect(screen.state?.values.get('all#waiting')?.value).toBe(2);
      expect(screen.state?.seq).toBe(room.seq);
    }
  });

  it('PUSH-9 who comes back from before another board gets a snapshot', () => {
    const { room, clock, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    announce([change('all', 'waiting', 1)]);
    const { epoch = '', seq = 0 } = screen.state ?? {};
    room.leave(screen);
    room.replaceBoard(boardOf('main', { name: 'renamed' }));
    room.settle();
    clock.advance(250);
    room.join(screen, { epoch, seq });
    expect(screen.frames).toEqual(['snapshot', 'delta', 'snapshot']);
    expect(screen.state?.board.name).toBe('renamed');
  });

  it('PUSH-20 who does not read through a change of the board gets a snapshot', () => {
    const { room, clock, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    screen.idle = false;
    announce([change('all', 'waiting', 1)]);
    room.replaceBoard(boardOf('main', { name: 'renamed' }));
    room.settle();
    clock.advance(250);
    screen.idle = true;
    clock.advance(250);
    expect(screen.frames).toEqual(['snapshot', 'snapshot']);
    expect(screen.state?.board.name).toBe('renamed');
  });

  it('PUSH-10 leaves nothing behind', () => {
    const { room, clock, reader, announce } = open();
    const screen = new FakeScreen();
    room.join(screen);
    screen.idle = false;
    announce([change('all', 'waiting', 1)]);
    announce([change('all', 'waiting', 2)]);
    room.close();
    expect(clock.pendingCount).toBe(0);
    expect([...reader.watched.values()]).toEqual([0]);
  });

  it('PUSH-4 whoever reads when, joins or comes back when: in the end all hold what a new screen gets', () => {
    const trend = trendKey('all', 'waiting', 'minute');
    const value = fc.option(fc.nat(3));
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('change' as const),
        subject: fc.constantFrom('all', 'queue:a', 'queue:b'),
        value,
      }),
      fc.record({ kind: fc.constant('point' as const), at: fc.nat(5), value }),
      fc.record({ kind: fc.constant('idle' as const), screen: fc.nat(2), idle: fc.boolean() }),
      fc.record({ kind: fc.constant('resync' as const), screen: fc.nat(2) }),
      fc.record({ kind: fc.constant('return' as const), screen: fc.nat(2) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(600) }),
      fc.record({ kind: fc.constant('queues' as const), two: fc.boolean() }),
      fc.record({ kind: fc.constant('source' as const), at: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { room, clock, reader, announce } = open();
        const screens = [new FakeScreen(), new FakeScreen(), new FakeScreen()];
        for (const screen of screens) room.join(screen);
        const pick = (index: number) => screens[index] ?? new FakeScreen();
        for (const s of steps) {
          if (s.kind === 'change') announce([change(s.subject, 'waiting', s.value)]);
          if (s.kind === 'point') announce([], [{ trend, at: s.at * 60_000, value: s.value }]);
          if (s.kind === 'idle') pick(s.screen).idle = s.idle;
          if (s.kind === 'resync') room.resync(pick(s.screen));
          if (s.kind === 'pass') clock.advance(s.ms);
          if (s.kind === 'source') {
            room.offerSources({ ...SOURCES, mqtt: { ...SOURCES.mqtt, lastHeardAt: s.at } });
            room.settle();
          }
          if (s.kind === 'queues') {
            reader.list(s.two ? ['all', 'queue:a', 'queue:b'] : ['all', 'queue:a']);
            room.reviewSubjects();
            room.settle();
          }
          if (s.kind === 'return') {
            const screen = pick(s.screen);
            room.leave(screen);
            const { epoch = 'none', seq = 0 } = screen.state ?? {};
            room.join(screen, { epoch, seq });
          }
        }
        for (const screen of screens) screen.idle = true;
        clock.advance(20_000);
        announce([change('all', 'waiting', 99)]);
        clock.advance(1_000);
        const fresh = new FakeScreen();
        room.join(fresh);
        for (const screen of screens) {
          expect(screen.state?.seq).toBe(fresh.state?.seq);
          expect(screen.state?.values).toEqual(fresh.state?.values);
          expect(screen.state?.trends).toEqual(fresh.state?.trends);
          expect(screen.state?.sources).toEqual(fresh.state?.sources);
          expect(screen.state?.subjects).toEqual(fresh.state?.subjects);
          expect(screen.gaps).toBe(0);
        }
        expect(fresh.state?.values.get('all#waiting')?.value).toBe(99);
        room.close();
        expect(clock.pendingCount).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
