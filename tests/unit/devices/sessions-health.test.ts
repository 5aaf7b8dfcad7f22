import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_STATES, type SessionState } from '../../../lib/contracts/diagnostics';
import { dayStart } from '../../../lib/day';
import { type CountedSession, createSessionCounts } from '../../../server/devices/sessions-health';
import type { SessionEvent, SessionFiguresObserved } from '../../../server/kpi/events';
import { FakeClock } from '../../support/fake-clock';

const HOUR_MS = 3_600_000;
const ZONES = new Map([
  ['tokyo', 'Asia/Tokyo'],
  ['la', 'America/Los_Angeles'],
]);

function setUp(startAt?: number, maxSessions?: number) {
  const clock = new FakeClock(startAt);
  const told: SessionEvent[] = [];
  const zones = { timeZone: 'UTC', timeZoneOf: (id: string) => ZONES.get(id) ?? 'UTC' };
  const bound = maxSessions === undefined ? {} : { maxSessions };
  const counts = createSessionCounts({ clock, zones, sink: (event) => told.push(event), ...bound });
  const figures = () =>
    told.filter((event): event is SessionFiguresObserved => event.kind === 'sessionFiguresObserved');
  /** What was said last of a queue, or of those without one. */
  const last = (queueId: string | null) =>
    figures().findLast(({ owner }) => (owner.kind === 'queue' ? owner.queueId : null) === queueId);
  return { clock, told, counts, figures, last };
}

function session(id: string, more: Partial<CountedSession> = {}): CountedSession {
  const now = new FakeClock().now();
  return { id, queueId: 'q', state: 'RUNNING', since: now, endedAt: null, solvedRemotely: null, ...more };
}

const ZERO = {
  ...{ initiated: 0, running: 0, disconnected: 0, completed: 0, error: 0 },
  ...{ solvedRemotely: 0, open: 0, healthy: 0 },
};

describe('how diagnostic sessions are, by queue', () => {
  it.each<[SessionState, 'open' | 'ended', Partial<typeof ZERO>]>([
    ['INITIATED', 'open', { initiated: 1, open: 1, healthy: 1 }],
    ['RUNNING', 'open', { running: 1, open: 1, healthy: 1 }],
    ['COMPLETED', 'open', { completed: 1, open: 1, healthy: 1 }],
    ['ERROR', 'open', { error: 1, open: 1 }],
    ['DISCONNECTED', 'open', { disconnected: 1, open: 1 }],
    ['INITIATED', 'ended', {}],
    ['RUNNING', 'ended', {}],
    ['COMPLETED', 'ended', { completed: 1 }],
    ['ERROR', 'ended', { error: 1 }],
    ['DISCONNECTED', 'ended', {}],
  ])('DEV-90 a session that is %s and %s counts so', (state, openOrEnded, expected) => {
    const { clock, counts, last } = setUp();
    const stop = counts.start();
    counts.apply(session('s', { state: 'RUNNING' }));
    clock.advance(0);
    counts.apply(session('s', { state, endedAt: openOrEnded === 'ended' ? clock.now() : null }));
    clock.advance(1_000);
    expect(last('q')).toMatchObject({ ...ZERO, ...expected, origin: 'live' });
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-90 any run of changes ends in the figures of the sessions as they are, each counted once', () => {
    const change = fc.record({
      id: fc.constantFrom('1', '2', '3', '4', '__proto__'),
      queueId: fc.constantFrom('q', 'tokyo', null),
      state: fc.constantFrom(...SESSION_STATES),
      ended: fc.boolean(),
      solvedRemotely: fc.constantFrom(true, false, null),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const { clock, counts, last } = setUp();
        const stop = counts.start();
        const now = new Map<string, CountedSession>();
        for (const { ended, ...one } of changes) {
          const row = { ...one, since: clock.now(), endedAt: ended ? clock.now() : null };
          now.set(one.id, row);
          counts.apply(row);
          clock.advance(100);
        }
        clock.advance(1_000);
        for (const queueId of ['q', 'tokyo', null]) {
          const own = [...now.values()].filter((row) => row.queueId === queueId);
          const said = { ...ZERO, ...last(queueId) };
          expect(said.open).toBe(own.filter(({ endedAt }) => endedAt === null).length);
          expect(said.completed).toBe(own.filter(({ state }) => state === 'COMPLETED').length);
          expect(said.solvedRemotely).toBe(
            own.filter((row) => row.endedAt !== null && row.solvedRemotely === true).length,
          );
        }
        stop();
      }),
      { numRuns: 50 },
    );
  });

  it('DEV-91 tells whole figures of owners whose figures changed, at most four times a second, zeros once', () => {
    const { clock, counts, figures } = setUp();
    const stop = counts.start();
    for (let i = 0; i < 20; i++) counts.apply(session(`s${i}`));
    clock.advance(0);
    for (let i = 0; i < 20; i++) counts.apply(session(`s${i}`, { state: 'DISCONNECTED' }));
    clock.advance(249);
    expect(figures()).toHaveLength(1);
    clock.advance(1);
    expect(figures().map(({ disconnected, running }) => [disconnected, running])).toEqual([
      [0, 20],
      [20, 0],
    ]);
    const endedAt = clock.now();
    for (let i = 0; i < 20; i++) counts.apply(session(`s${i}`, { state: 'DISCONNECTED', endedAt }));
    clock.advance(60_000);
    expect(figures()).toHaveLength(3);
    expect(figures().at(-1)).toMatchObject({ ...ZERO, owner: { kind: 'queue', queueId: 'q' } });
    stop();
  });

  it('DEV-91 today turns at midnight of the queue’s zone, of those without a queue of the default one', () => {
    const start = Date.UTC(2026, 10, 20, 14, 30);
    const { clock, counts, last } = setUp(start);
    const stop = counts.start();
    const done = { state: 'COMPLETED', since: start, endedAt: start, solvedRemotely: true } as const;
    for (const queueId of ['tokyo', 'la', null]) {
      counts.apply(session(`done ${queueId}`, { ...done, queueId }));
      counts.apply(session(`open ${queueId}`, { queueId }));
    }
    const today = () =>
      ['tokyo', 'la', null].map((id) => [last(id)?.completed, last(id)?.solvedRemotely, last(id)?.open]);
    clock.advance(1_000);
    expect(today()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    clock.advance(31 * 60_000);
    expect(today()).toEqual([
      [0, 0, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    clock.advance(9 * HOUR_MS);
    expect(today()[2]).toEqual([0, 0, 1]);
    clock.advance(9 * HOUR_MS);
    expect(today()[1]).toEqual([0, 0, 1]);
    stop();
  });

  it('DEV-92 at a start those of the store are told first, as a catch-up, and then that sessions are counted', () => {
    const { clock, counts, told } = setUp();
    counts.apply(session('old', { state: 'COMPLETED', endedAt: clock.now() - 1_000, solvedRemotely: true }));
    counts.apply(session('cut off', { state: 'DISCONNECTED', queueId: null }));
    expect(told).toEqual([]);
    const stop = counts.start();
    expect(told.map((event) => [event.kind, 'origin' in event ? event.origin : null])).toEqual([
      ['sessionFiguresObserved', 'backfill'],
      ['sessionFiguresObserved', 'backfill'],
      ['sessionsRestored', null],
    ]);
    stop();
    expect(told.at(-1)).toMatchObject({ kind: 'sessionsLost' });
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-92 remembers so many sessions at most, and those of days that are over not at all', () => {
    const { clock, counts, last } = setUp(undefined, 3);
    const stop = counts.start();
    for (let i = 0; i < 5; i++) counts.apply(session(`s${i}`));
    clock.advance(1_000);
    expect(last('q')?.open).toBe(3);
    const endedAt = clock.now();
    for (let i = 2; i < 5; i++)
      counts.apply(session(`s${i}`, { state: 'COMPLETED', since: endedAt, endedAt }));
    clock.advance(1_000);
    expect(last('q')?.completed).toBe(3);
    clock.advance(3 * 24 * HOUR_MS);
    expect(last('q')).toMatchObject(ZERO);
    // A clock that is set back finds nothing of them.
    clock.jumpWallClock(-3 * 24 * HOUR_MS);
    clock.advance(60_000);
    expect(last('q')).toMatchObject(ZERO);
    expect(dayStart(clock.now(), 'UTC')).toBeLessThanOrEqual(endedAt);
    stop();
  });
});
