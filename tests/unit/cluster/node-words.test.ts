/** What nodes say of themselves made one, the clock that they share, and the figures of a room that moves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenesysStatus, SourceStatus } from '../../../lib/contracts/source';
import { queueId } from '../../../lib/ids';
import { joinedGenesys, nodeStatusSchema, statusOfRoom } from '../../../server/cluster/node-status';
import { RoomFigures } from '../../../server/cluster/room-figures';
import { createSharedClock } from '../../../server/cluster/shared-clock';
import type { DeviceFiguresObserved } from '../../../server/kpi/events';
import { FakeClock } from '../../support/fake-clock';

const said = (more: Partial<GenesysStatus> = {}): GenesysStatus => ({
  ...{ state: 'live', since: 100, message: null, lastHeardAt: 200 },
  ...{ channels: { live: 2, total: 2 }, topics: { subscribed: 10, rejected: 1 }, reconciliation: null },
  ...more,
});
const all = { shards: 4, silent: 0, since: 7 };

describe('what nodes say of Genesys Cloud', () => {
  const down = said({ state: 'down', message: 'no network', channels: { live: 0, total: 2 } });
  const connecting = said({ state: 'connecting', channels: { live: 0, total: 2 } });
  const idle = said({ state: 'connecting', channels: { live: 0, total: 0 } });
  it.each<[string, readonly GenesysStatus[], typeof all, string, string | null]>([
    ['all live', [said(), said()], all, 'live', null],
    ['nobody says anything', [], all, 'down', 'no node that collects is heard'],
    [
      'nobody is heard of any shard',
      [said()],
      { ...all, silent: 4 },
      'down',
      'nobody is heard of 4 of 4 shards',
    ],
    [
      'nobody is heard of one',
      [said()],
      { ...all, silent: 1 },
      'degraded',
      'nobody is heard of 1 of 4 shards',
    ],
    ['one is down', [said(), down], all, 'degraded', 'no network'],
    ['all are down', [down, down], all, 'down', 'no network'],
    ['all connect', [connecting], all, 'connecting', null],
    ['one connects', [said(), connecting], all, 'degraded', null],
    ['no channel yet', [idle], { ...all, shards: 0 }, 'connecting', null],
    ['one that only gets ready says nothing', [said(), idle], all, 'live', null],
  ])('CLUSTER-38 %s', (_name, statuses, shards, state, message) => {
    expect(joinedGenesys(statuses, shards)).toMatchObject({ state, message });
  });

  it('CLUSTER-38 channels and topics add up, the newest word of life and comparison hold', () => {
    const reconciliation = { at: 50, compared: 9, drift: 0 };
    expect(joinedGenesys([said({ reconciliation, lastHeardAt: 300 }), said({ since: 150 })], all)).toEqual({
      ...{ state: 'live', since: 150, message: null, lastHeardAt: 300, reconciliation },
      ...{ channels: { live: 4, total: 4 }, topics: { subscribed: 20, rejected: 2 } },
    });
  });

  it('CLUSTER-38 a room without a node that has it is down; of two words the later holds', () => {
    const room = (state: SourceStatus['state'], lastHeardAt: number | null): SourceStatus => ({
      ...{ state, since: 1, message: null, lastHeardAt },
    });
    expect(statusOfRoom([], 7)).toMatchObject({ state: 'down', since: 7 });
    expect(statusOfRoom([room('down', null), room('live', 9)], 7).state).toBe('live');
  });

  it('CLUSTER-38 what another build says, and is no status, is none', () => {
    expect(nodeStatusSchema.safeParse({ genesys: null, mqtt: null, devices: null }).success).toBe(true);
    for (const other of [null, {}, { genesys: { state: 'splendid' }, mqtt: null, devices: null }])
      expect(nodeStatusSchema.safeParse(other).success).toBe(false);
  });
});

describe('the clock of all nodes', () => {
  it('CLUSTER-39 differs from that of Redis by no more than half the fastest answer', () => {
    const answer = fc.record({
      tookMs: fc.integer({ min: 0, max: 400 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -90_000, max: 90_000 }),
        fc.array(answer, { minLength: 1 }),
        (ahead, answers) => {
          const own = new FakeClock(1_000_000);
          const clock = createSharedClock(own);
          for (const { tookMs, share } of answers) {
            // What Redis said, at some moment while it was asked.
            const at = own.now() + ahead + Math.round(tookMs * share);
            own.advance(tookMs);
            clock.learn(at, tookMs);
          }
          const fastest = Math.min(...answers.map(({ tookMs }) => tookMs));
          expect(Math.abs(clock.now() - (own.now() + ahead))).toBeLessThanOrEqual(fastest / 2 + 1);
        },
      ),
    );
  });

  it('CLUSTER-39 believes a slow answer where the last fast one is older than a minute', () => {
    const own = new FakeClock(0);
    const clock = createSharedClock(own);
    clock.learn(0, 0);
    own.advance(60_000);
    clock.learn(own.now() + 500, 100);
    expect(clock.offsetMs()).toBe(0);
    own.advance(1);
    clock.learn(own.now() + 500, 0);
    own.advance(60_001);
    clock.learn(own.now() + 900, 200);
    expect(clock.offsetMs()).toBe(1_000);
    expect(clock.monotonicNow()).toBe(own.monotonicNow());
  });
});

describe('figures of a room that moves', () => {
  const figures = (queue: string | null, critical: number, observedAt = 1): DeviceFiguresObserved => ({
    kind: 'deviceFiguresObserved',
    owner: queue === null ? { kind: 'unmapped' } : { kind: 'queue', queueId: queueId(queue) },
    ...{ observedAt, origin: 'live', critical, warning: 1, info: 1, unacknowledged: 1, today: 1, offline: 1 },
  });

  it('CLUSTER-36 the last word on each owner is kept for who comes later', () => {
    const kept = new RoomFigures();
    for (const event of [figures('a', 1), figures('b', 2), figures('a', 3), figures(null, 4)])
      kept.note(event);
    expect(kept.all()).toEqual([figures('a', 3), figures('b', 2), figures(null, 4)]);
  });

  it('CLUSTER-36 owners whom the next node does not name have nothing since it has counted, once', () => {
    const kept = new RoomFigures();
    for (const event of [figures('a', 1), figures('b', 2), figures(null, 4)]) kept.note(event);
    kept.begin();
    kept.note(figures('a', 5));
    const nothing = { warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 };
    expect(kept.complete(99)).toEqual([
      { ...figures('b', 0, 99), ...nothing },
      { ...figures(null, 0, 99), ...nothing },
    ]);
    expect(kept.complete(100)).toEqual([]);
  });

  it('CLUSTER-36 a queue and a site of one name are two owners', () => {
    const kept = new RoomFigures();
    kept.note(figures('a', 1));
    kept.note({ ...figures('a', 2), owner: { kind: 'site', site: 'a' } });
    expect(kept.all()).toHaveLength(2);
  });
});
