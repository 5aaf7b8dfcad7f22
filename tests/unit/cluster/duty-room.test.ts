import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DutyRoom } from '../../../server/cluster/duty-room';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function stand() {
  const clock = new FakeClock();
  const done: string[] = [];
  const faults = { open: 0, start: 0, stop: 0 };
  let rooms = 0;
  const room = new DutyRoom({
    ...{ name: 'alerts', clock, log: silentLog },
    open: () => {
      if (faults.open-- > 0) throw new Error('no disk');
      rooms += 1;
      const own = rooms;
      return {
        async start() {
          await settle();
          if (faults.start-- > 0) throw new Error('no broker');
          done.push(`open ${own}`);
        },
        async stop() {
          await settle();
          done.push(`closed ${own}`);
          if (faults.stop-- > 0) throw new Error('no end');
        },
      };
    },
  });
  return { clock, room, done, faults };
}

describe('a room that is open while its duty is here', () => {
  it('CLUSTER-40 is opened when it begins, and closed when it ends; who listens is told of both', async () => {
    const { room, done } = stand();
    const seen: boolean[] = [];
    const stop = room.subscribe(() => void seen.push(room.current !== null));
    expect([room.begin(), room.begin(), room.current]).toEqual([true, false, null]);
    await settle();
    await settle();
    expect(room.current).not.toBeNull();
    const ended = room.end();
    await ended;
    expect([done, seen, room.current]).toEqual([['open 1', 'closed 1'], [true, false], null]);
    stop();
    expect(room.begin()).toBe(true);
    await room.end();
    expect(seen).toHaveLength(2);
  });

  it.each(['open', 'start'] as const)(
    'CLUSTER-40 is tried again after 2 s where it fails to %s',
    async (step) => {
      const { room, done, clock, faults } = stand();
      faults[step] = 1;
      room.begin();
      await settle();
      await settle();
      await settle();
      expect(room.current).toBeNull();
      clock.advance(2_000);
      await settle();
      await settle();
      expect(room.current).not.toBeNull();
      await room.end();
      expect(done.at(-1)).toMatch(/^closed/);
      expect(clock.pendingCount).toBe(0);
    },
  );

  it('CLUSTER-40 is not tried again once the duty is gone', async () => {
    const { room, clock, faults, done } = stand();
    faults.start = 1;
    room.begin();
    // It ends while it is being opened, and fails to.
    await Promise.resolve();
    await room.end();
    expect(clock.pendingCount).toBe(0);
    clock.advance(10_000);
    await settle();
    expect([room.current, done.filter((word) => word.startsWith('open'))]).toEqual([null, []]);
  });

  it('CLUSTER-40 one that fails to stop has ended all the same', async () => {
    const { room, done, faults } = stand();
    faults.stop = 1;
    room.begin();
    await settle();
    await room.end();
    expect([done, room.current]).toEqual([['open 1', 'closed 1'], null]);
  });

  it('CLUSTER-40 however fast that goes, never two are open, and the last word holds', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.record({ begins: fc.boolean(), waits: fc.boolean() })), async (steps) => {
        const { room, done } = stand();
        for (const { begins, waits } of steps) {
          if (begins) room.begin();
          else void room.end();
          if (waits) await settle();
        }
        await room.end();
        expect(done).toEqual(
          done.map((_, at) => (at % 2 === 0 ? 'open ' : 'closed ') + (Math.floor(at / 2) + 1)),
        );
        expect(done.length % 2).toBe(0);
        room.begin();
        for (let turn = 0; turn < 3; turn += 1) await settle();
        expect(room.current).not.toBeNull();
        await room.end();
      }),
      { numRuns: 50 },
    ));
});
