import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SESSION_KPI_KEYS, type SessionKpiKey } from '../../../../lib/contracts/kpi';
import type { TrendPoint, ValueChange } from '../../../../lib/contracts/push';
import { ALL_QUEUES, type SubjectKey } from '../../../../lib/ids';
import { createSessionBook } from '../../../../server/kpi/devices/session-book';
import type { KpiBatch } from '../../../../server/kpi/reader';
import { deviceStage, FLUSH_MS, NO_COUNTS, ofQueue, ofSite, UNMAPPED } from './device-stage';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
function stage() {
  const opened = deviceStage();
  stops.push(opened.stop);
  return opened;
}
const A = 'queue:a' as SubjectKey;
const SOME = {
  ...{ initiated: 1, running: 2, disconnected: 3, completed: 4, error: 5 },
  ...{ solvedRemotely: 6, open: 8, healthy: 6 },
};

describe('the figures of diagnostic sessions', () => {
  it.each<[SessionKpiKey, number]>([
    ['sessionsInitiated', 1],
    ['sessionsRunning', 2],
    ['sessionsDisconnected', 3],
    ['sessionHealth', 0.75],
    ['sessionsCompleted', 4],
    ['sessionsError', 5],
    ['solvedRemotelyToday', 6],
  ])('KPI-50 %s of a queue is %d, and so in its roll-ups', (kpi, expected) => {
    const s = stage();
    s.restoreSessions();
    s.sessions(ofQueue('a'), SOME);
    for (const subject of ['queue:a', 'group:g', 'division:d', 'all']) {
      expect(s.value(subject, kpi)).toBe(expected);
    }
    expect(s.value('division:e', kpi)).toBe(kpi === 'sessionHealth' ? null : 0);
  });

  it('KPI-51 the health of a roll-up is the sum of the healthy ÷ the sum of the open, not an average', () => {
    const s = stage();
    s.restoreSessions();
    s.sessions(ofQueue('a'), { open: 1, healthy: 0 });
    s.sessions(ofQueue('b'), { open: 9, healthy: 9 });
    expect(s.value('group:g', 'sessionHealth')).toBe(0.9);
    expect(s.value('queue:a', 'sessionHealth')).toBe(0);
    expect(s.reader.value('queue:c' as SubjectKey, 'sessionHealth')).toMatchObject({
      value: null,
      status: 'normal',
      stale: false,
    });
  });

  it('KPI-52 all counts sessions of no queue and of queues nobody lists; sites and media types have none', () => {
    const s = stage();
    s.restoreSessions();
    s.restore();
    s.observe(ofSite('Cork'), { offline: 1 });
    s.sessions(ofQueue('a'), { running: 1 });
    s.sessions(ofQueue('gone'), { running: 10 });
    s.sessions(UNMAPPED, { running: 100 });
    expect(s.value('all', 'sessionsRunning')).toBe(111);
    expect(s.value('site:Cork', 'sessionsRunning')).toBeUndefined();
    expect(s.value('queue:a|voice', 'sessionsRunning')).toBeUndefined();
  });

  it('KPI-52 whole figures replace those before; in any order the newest of each owner counts', () => {
    const event = fc.record({
      queue: fc.constantFrom('a', 'b', null),
      observedAt: fc.integer({ min: 1, max: 50 }),
      running: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const book = createSessionBook(() => null);
        const newest = new Map<string | null, { at: number; running: number }>();
        for (const { queue, observedAt, running } of events) {
          const owner = queue === null ? UNMAPPED : ofQueue(queue);
          const at = { observedAt, origin: 'live' } as const;
          book.take({ kind: 'sessionFiguresObserved', owner, ...at, ...NO_COUNTS, running });
          if ((newest.get(queue)?.at ?? 0) <= observedAt) newest.set(queue, { at: observedAt, running });
        }
        const sum = [...newest.values()].reduce((total, { running }) => total + running, 0);
        expect(book.figuresOf(ALL_QUEUES)?.running).toBe(sum);
      }),
    );
  });

  it('KPI-52 stand in the rows of queues, beside the others', () => {
    const s = stage();
    s.restoreSessions();
    s.sessions(ofQueue('b'), SOME);
    const values = s.reader.rows('b')[0]?.values;
    expect(SESSION_KPI_KEYS.map((kpi) => values?.get(kpi)?.value)).toEqual([1, 2, 3, 0.75, 4, 5, 6]);
    expect(values?.has('alertsActive')).toBe(true);
  });
});

describe('the age of sessions’ figures', () => {
  it('KPI-53 is their own: a broker that is away makes no session stale, and the other way round', () => {
    const s = stage();
    const unknown = { value: null, asOf: null, origin: null, status: 'unknown', stale: true };
    expect(s.reader.value(A, 'sessionsRunning')).toMatchObject(unknown);
    s.restoreSessions();
    expect(s.reader.value(A, 'sessionsRunning')).toMatchObject({ value: 0, stale: false, status: 'normal' });
    expect(s.reader.value(A, 'alertsActive')).toMatchObject(unknown);
    s.restore();
    s.lose();
    s.clock.advance(6_000);
    expect(s.reader.value(A, 'alertsActive')).toMatchObject({ stale: true });
    expect(s.reader.value(A, 'sessionsRunning')).toMatchObject({ stale: false });
    s.restore();
    const heardAt = s.clock.now();
    s.loseSessions();
    s.clock.advance(6_000);
    expect(s.reader.value(A, 'sessionsRunning')).toMatchObject({
      ...{ value: 0, stale: true, status: 'unknown' },
      asOf: heardAt,
    });
    expect(s.reader.value(A, 'alertsActive')).toMatchObject({ stale: false });
  });

  it('KPI-53 after a restart those of the store are there, stale until the counting has begun', () => {
    const s = stage();
    s.sessions(ofQueue('a'), { completed: 3 }, { origin: 'backfill', observedAt: 7 });
    expect(s.reader.value(A, 'sessionsCompleted')).toMatchObject({ value: 3, asOf: 7, stale: true });
    s.restoreSessions();
    expect(s.reader.value(A, 'sessionsCompleted')).toMatchObject({ value: 3, stale: false });
  });

  it('KPI-54 are told once, merged within the pace', () => {
    const s = stage();
    s.restoreSessions();
    const batches: KpiBatch[] = [];
    stops.push(s.reader.subscribe((batch) => batches.push(batch), { subjects: new Set([A]) }));
    s.sessions(ofQueue('a'), { running: 1 });
    s.sessions(ofQueue('a'), { running: 2 });
    s.sessions(ofQueue('b'), { running: 9 });
    s.clock.advance(FLUSH_MS);
    const told = () =>
      batches
        .splice(0)
        .flatMap(({ changes }) => changes.map((c: ValueChange) => [c.kpi, c.value]))
        .filter(([kpi]) => kpi === 'sessionsRunning');
    expect(told()).toEqual([['sessionsRunning', 2]]);
    s.sessions(ofQueue('a'), { running: 2 });
    s.clock.advance(60_000);
    expect(told()).toEqual([]);
  });

  it('KPI-55 a device that is cut off is a warning after 30 s, ten of them critical; others have no limit built in', () => {
    const s = stage();
    s.restoreSessions();
    const status = () => s.reader.value(A, 'sessionsDisconnected')?.status;
    expect(status()).toBe('normal');
    const end = s.reader.subscribe(() => {}, { subjects: new Set([A]) });
    stops.push(end);
    s.sessions(ofQueue('a'), { ...SOME, disconnected: 1 });
    s.clock.advance(29_000);
    expect(status()).toBe('normal');
    s.clock.advance(2_000);
    expect(status()).toBe('warning');
    s.sessions(ofQueue('a'), { ...SOME, disconnected: 10 });
    s.clock.advance(31_000);
    expect(status()).toBe('critical');
    s.sessions(ofQueue('a'), { ...SOME, disconnected: 0 });
    s.clock.advance(12_000);
    expect(status()).toBe('normal');
    expect(s.reader.value(A, 'sessionHealth')?.status).toBe('normal');
  });

  it('KPI-54 has minutes of a watched figure, with a hole where it was stale', () => {
    const s = stage();
    s.restoreSessions();
    const points: TrendPoint[] = [];
    stops.push(s.reader.subscribePoints((more) => points.push(...more)));
    stops.push(s.reader.watchTrend(A, 'sessionsRunning', 'minute'));
    s.sessions(ofQueue('a'), { running: 2 });
    s.clock.advance(60_000);
    s.loseSessions();
    s.clock.advance(60_000);
    expect(points.map(({ value }) => value).slice(-2)).toEqual([2, null]);
  });
});
