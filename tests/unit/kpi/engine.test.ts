import { afterEach, describe, expect, it } from 'vitest';
import { KPI_KEYS, type KpiKey } from '../../../lib/contracts/kpi';
import { type TrendPoint, trendKey, type ValueChange } from '../../../lib/contracts/push';
import { HALF_HOUR_MS, halfHourStart } from '../../../lib/day';
import { ALL_QUEUES, queueId, subjectKey } from '../../../lib/ids';
import { KpiEngine } from '../../../server/kpi/engine';
import type { MetricSample, QueueInfo } from '../../../server/kpi/events';
import type { KpiSettings } from '../../../server/kpi/kpi-settings';
import type { KpiBatch } from '../../../server/kpi/reader';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { seededRandom } from '../../../server/runtime/random';
import { FakeClock } from '../../support/fake-clock';

const A = queueId('a');
const B = queueId('b');
const queueA = subjectKey('queue', A);
const queueB = subjectKey('queue', B);
const SETTINGS: KpiSettings = {
  timeZone: 'UTC',
  timeZoneOf: () => 'UTC',
  groups: [{ id: 'g', name: 'Both', queueIds: ['a', 'b'] }],
  thresholds: [],
  excludeShortAbandons: false,
};
const ALL_GAUGES = [
  'oWaiting',
  'oAlerting',
  'oInteracting',
  'oLongestWaiting',
  'oOnQueueUsers',
  'oOffQueueUsers',
];
const ALL_INTERVALS = [
  'nOffered',
  'tAnswered',
  'tAbandon',
  'tShortAbandon',
  'tFlowOut',
  'nTransferred',
  'tHandle',
  'tWait',
  'oServiceLevel',
];

function info(id: string, more: Partial<QueueInfo> = {}): QueueInfo {
  const serviceLevels = [{ mediaType: 'voice', percentage: 0.8, durationMs: 20_000 }];
  return {
    id: queueId(id),
    name: `Queue ${id}`,
    divisionId: 'd',
    divisionName: 'Home',
    serviceLevels,
    ...more,
  };
}

const engines: KpiEngine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.stop();
});

function start(settings: Partial<KpiSettings> = {}) {
  const clock = new FakeClock();
  const engine = new KpiEngine({
    clock,
    log: silentLog,
    metrics: createMetrics(),
    settings: { ...SETTINGS, ...settings },
  });
  engines.push(engine);
  engine.start();
  engine.sink({ kind: 'queuesListed', queues: [info('a'), info('b')] });
  const batches: KpiBatch[] = [];
  engine.subscribe((batch) => batches.push(batch));
  const gauges = (queue: typeof A, metrics: MetricSample[], mediaType: string | null = 'voice') =>
    engine.sink({
      kind: 'gaugesObserved',
      queueId: queue,
      mediaType,
      observedAt: clock.now(),
      origin: 'live',
      metrics,
    });
  const interval = (queue: typeof A, metrics: MetricSample[], mediaType = 'voice', laterMs = 0) => {
    const observedAt = clock.now() + laterMs;
    const intervalStart = halfHourStart(observedAt);
    const span = { intervalStart, intervalEnd: intervalStart + HALF_HOUR_MS };
    engine.sink({
      kind: 'intervalObserved',
      queueId: queue,
      mediaType,
      observedAt,
      origin: 'live',
      ...span,
      metrics,
    });
  };
  const backfill = (queue: typeof A) => {
    const observedAt = clock.now();
    const dayStart = observedAt - 30 * 3_600_000;
    const common = { kind: 'snapshotCompleted', queueId: queue, observedAt, reason: 'backfill' } as const;
    engine.sink({ ...common, scope: { kind: 'gauges', metrics: ALL_GAUGES } });
    engine.sink({
      ...common,
      scope: { kind: 'intervals', from: dayStart, to: observedAt + 86_400_000, metrics: ALL_INTERVALS },
    });
    engine.sink({ kind: 'linkRestored', queueIds: [queue], at: clock.now() });
  };
  const changes = () => batches.splice(0).flatMap((batch) => batch.changes);
  return { clock, engine, batches, gauges, interval, backfill, changes };
}

function of(changes: readonly ValueChange[], subject: string, kpi: KpiKey) {
  return changes.filter((change) => change.subject === subject && change.kpi === kpi);
}

const waiting = (count: number): MetricSample[] => [{ metric: 'oWaiting', stats: { count } }];

type Stand = ReturnType<typeof start>;

describe('KpiEngine', () => {
  it('KPI-1 tells a change of a queue to its own subjects and to those of its roll-ups', () => {
    const { clock, engine, gauges, backfill, changes } = start();
    backfill(A);
    backfill(B);
    clock.advance(100);
    changes();
    gauges(A, waiting(3));
    gauges(B, waiting(4));
    clock.advance(50);
    const told = changes();
    expect(of(told, queueA, 'waiting')).toEqual([
      {
        subject: queueA,
        kpi: 'waiting',
        value: 3,
        asOf: clock.now() - 50,
        origin: 'live',
        status: 'normal',
        stale: false,
      },
    ]);
    for (const subject of [ALL_QUEUES, 'all|voice', 'group:g', 'division:d', 'division:d|voice']) {
      expect(of(told, subject, 'waiting').map((change) => change.value)).toEqual([7]);
    }
    expect(engine.value(queueB, 'waiting')?.value).toBe(4);
  });

  it('KPI-10 comes out the same in whichever order events of different queues come', () => {
    const event = (id: typeof A, count: number) => (stand: Stand) => stand.gauges(id, waiting(count));
    const events = [event(A, 1), event(B, 2), event(A, 3), event(B, 4)];
    const outcomes = [
      [0, 1, 2, 3],
      [1, 0, 3, 2],
      [1, 3, 0, 2],
    ].map((order) => {
      const stand = start();
      for (const id of [A, B]) stand.backfill(id);
      for (const index of order) {
        stand.clock.advance(1);
        events[index]?.(stand);
      }
      return [queueA, queueB, ALL_QUEUES].map((subject) => stand.engine.value(subject, 'waiting')?.value);
    });
    expect(outcomes).toEqual([
      [3, 4, 7],
      [3, 4, 7],
      [3, 4, 7],
    ]);
  });

  it('KPI-30 announces the first change at once and merges the next ones for a flush interval', () => {
    const { clock, gauges, backfill, batches } = start();
    backfill(A);
    clock.advance(1_000);
    batches.length = 0;
    gauges(A, waiting(1));
    clock.advance(0);
    expect(batches).toHaveLength(1);
    for (let n = 2; n < 6; n++) {
      clock.advance(10);
      gauges(A, waiting(n));
    }
    expect(batches).toHaveLength(1);
    clock.advance(50);
    expect(batches).toHaveLength(2);
    expect(of(batches[1]?.changes ?? [], queueA, 'waiting').map((change) => change.value)).toEqual([5]);
  });

  it('KPI-30 announces what waits when it is asked, nothing twice, and the next a flush interval later', () => {
    const { clock, engine, gauges, backfill, batches } = start();
    backfill(A);
    clock.advance(1_000);
    gauges(A, waiting(1));
    clock.advance(30);
    gauges(A, waiting(2));
    batches.length = 0;
    const seen = () =>
      of(
        batches.flatMap((batch) => batch.changes),
        queueA,
        'waiting',
      ).map((c) => c.value);
    engine.flush();
    expect(seen()).toEqual([2]);
    engine.flush();
    // Where the last has only just gone out, who asks waits too.
    clock.advance(1);
    gauges(A, waiting(3));
    engine.flush();
    clock.advance(48);
    expect(seen()).toEqual([2]);
    clock.advance(1);
    expect(seen()).toEqual([2, 3]);
  });

  it('KPI-30 announces nothing where only the age of a figure has changed', () => {
    const { clock, engine, gauges, backfill, batches } = start();
    backfill(A);
    gauges(A, waiting(2));
    clock.advance(1_000);
    batches.length = 0;
    gauges(A, waiting(2));
    clock.advance(1_000);
    expect(batches).toEqual([]);
    expect(engine.value(queueA, 'waiting')?.asOf).toBe(clock.now() - 1_000);
  });

  it('KPI-31 tells a listener that named its subjects of these only', () => {
    const { clock, engine, gauges, backfill } = start();
    const heard: KpiBatch[] = [];
    const stop = engine.subscribe((batch) => heard.push(batch), { subjects: new Set([queueA]) });
    for (const id of [A, B]) backfill(id);
    gauges(A, waiting(1));
    gauges(B, waiting(2));
    clock.advance(100);
    expect(new Set(heard.flatMap((batch) => batch.changes.map((change) => change.subject)))).toEqual(
      new Set([queueA]),
    );
    stop();
    stop();
    heard.length = 0;
    gauges(A, waiting(5));
    clock.advance(100);
    expect(heard).toEqual([]);
  });

  it('KPI-30 keeps the others hearing when one listener throws', () => {
    const { clock, engine, gauges, backfill, batches } = start();
    engine.subscribe(() => {
      throw new Error('a bug of a reader');
    });
    backfill(A);
    clock.advance(1_000);
    batches.length = 0;
    const heard: KpiBatch[] = [];
    engine.subscribe((batch) => heard.push(batch));
    gauges(A, waiting(1));
    clock.advance(100);
    expect(heard).toHaveLength(1);
    expect(batches).toHaveLength(1);
  });

  it('KPI-33 never throws, and ignores queues that are not listed', () => {
    const { clock, engine, gauges } = start();
    gauges(queueId('stranger'), waiting(1));
    gauges(queueId('__proto__'), waiting(1));
    // What a broken source might say: the door takes it without a word.
    expect(() => engine.sink({ kind: 'gaugesObserved', queueId: A } as never)).not.toThrow();
    clock.advance(100);
    expect(engine.subjects().map((subject) => subject.subject)).toEqual([
      ALL_QUEUES,
      'group:g',
      'division:d',
      queueA,
      queueB,
    ]);
    expect(engine.value(subjectKey('queue', 'stranger'), 'waiting')).toBeNull();
    expect(engine.value('nonsense' as typeof ALL_QUEUES, 'waiting')).toBeNull();
  });

  it('KPI-35 lets a queue that is no longer listed leave its roll-ups, and one that is renamed keep its figures', () => {
    const { clock, engine, gauges, backfill, batches } = start();
    for (const id of [A, B]) backfill(id);
    gauges(A, waiting(3));
    gauges(B, waiting(4));
    clock.advance(100);
    batches.length = 0;
    engine.sink({ kind: 'queuesListed', queues: [info('a', { name: 'Renamed' })] });
    clock.advance(100);
    expect(batches.map((batch) => batch.subjectsChanged)).toEqual([true]);
    expect(of(batches[0]?.changes ?? [], ALL_QUEUES, 'waiting').map((change) => change.value)).toEqual([3]);
    expect(engine.value(queueA, 'waiting')?.value).toBe(3);
    expect(engine.value(subjectKey('all', '', 'voice'), 'waiting')?.value).toBe(3);
    expect(engine.subject(queueA)).toEqual({
      subject: queueA,
      name: 'Renamed',
      shortName: 'Renamed',
      timeZone: 'UTC',
    });
    expect(engine.subject(queueB)).toBeNull();
    batches.length = 0;
    engine.sink({ kind: 'queuesListed', queues: [info('a', { name: 'Renamed' })] });
    clock.advance(100);
    expect(batches).toEqual([]);
  });

  it('KPI-19 gives rates of roll-ups from sums, not from averages', () => {
    const { engine, interval, backfill } = start();
    for (const id of [A, B]) backfill(id);
    const told = (met: number, counted: number, ms: number) => [
      { metric: 'oServiceLevel', stats: { numerator: met, denominator: counted } },
      { metric: 'tAnswered', stats: { count: counted, sum: ms } },
      { metric: 'nOffered', stats: { count: counted } },
    ];
    interval(A, told(1, 1, 2_000), 'voice', 1);
    interval(B, told(1, 3, 30_000), 'voice', 1);
    for (const subject of [ALL_QUEUES, subjectKey('group', 'g'), subjectKey('division', 'd', 'voice')]) {
      expect(engine.value(subject, 'serviceLevel')?.value).toBe(0.5);
      expect(engine.value(subject, 'asaMs')?.value).toBe(8_000);
      expect(engine.value(subject, 'offered')?.value).toBe(4);
    }
  });

  it('KPI-19 keeps the roll-ups right whatever comes: as if they were added up anew', () => {
    const random = seededRandom(7);
    const stand = start();
    const { clock, engine, gauges, interval, backfill } = stand;
    for (let step = 0; step < 600; step++) {
      clock.advance(Math.floor(random() * 400));
      const id = random() < 0.5 ? A : B;
      const media = random() < 0.7 ? 'voice' : 'chat';
      const n = Math.floor(random() * 9);
      if (random() < 0.05) backfill(id);
      else if (random() < 0.4)
        gauges(
          id,
          [...waiting(n), { metric: 'oLongestWaiting', stats: { calculatedMetricValue: clock.now() - n } }],
          media,
        );
      else if (random() < 0.6)
        interval(
          id,
          [
            { metric: 'nOffered', stats: { count: step + n } },
            { metric: 'tWait', stats: { count: n, sum: n * 9, max: n * 5 } },
          ],
          media,
        );
      else gauges(id, [{ metric: 'oOnQueueUsers', qualifier: 'IDLE', stats: { count: n } }], null);
      if (random() < 0.2) engine.value(ALL_QUEUES, 'waiting');
    }
    for (const media of [null, 'voice', 'chat']) {
      const value = (kind: 'all' | 'queue', id: string, kpi: KpiKey) =>
        engine.value(subjectKey(kind, id, media), kpi)?.value;
      for (const kpi of ['waiting', 'offered'] as const) {
        expect(value('all', '', kpi)).toBe((value('queue', 'a', kpi) ?? 0) + (value('queue', 'b', kpi) ?? 0));
      }
      const known = (kpi: KpiKey) => ['a', 'b'].flatMap((id) => value('queue', id, kpi) ?? []);
      expect(value('all', '', 'longestWaitSince')).toBe(
        known('longestWaitSince').length === 0 ? null : Math.min(...known('longestWaitSince')),
      );
      expect(value('all', '', 'maxWaitMs')).toBe(
        known('maxWaitMs').length === 0 ? null : Math.max(...known('maxWaitMs')),
      );
    }
    // A target is as of when the queues were listed, and they are listed again below.
    const kpis = KPI_KEYS.filter((kpi) => kpi !== 'serviceLevelTarget');
    const everything = () =>
      ['all', 'all|voice', 'all|chat', 'group:g', 'group:g|chat', 'division:d', 'division:d|voice'].map(
        (key) => kpis.map((kpi) => engine.value(key as typeof ALL_QUEUES, kpi)),
      );
    const kept = everything();
    // A changed list of queues builds all roll-ups anew.
    engine.sink({ kind: 'queuesListed', queues: [info('a', { name: 'Renamed' }), info('b')] });
    expect(everything()).toEqual(kept);
    const agents = ['a', 'b'].map((id) => engine.value(subjectKey('queue', id), 'agentsOnQueue')?.value ?? 0);
    expect(engine.value(ALL_QUEUES, 'agentsOnQueue')?.value).toBe((agents[0] ?? 0) + (agents[1] ?? 0));
  });

  it('KPI-19 counts many queues over several turns, and tells their sum once', () => {
    const { clock, engine, gauges, batches } = start();
    const ids = Array.from({ length: 1_000 }, (_, at) => `q${at}`);
    engine.sink({ kind: 'queuesListed', queues: ids.map((id) => info(id)) });
    clock.advance(1_000);
    batches.length = 0;
    for (const id of ids) gauges(queueId(id), waiting(2));
    engine.sink({ kind: 'linkRestored', queueIds: ids.map(queueId), at: clock.now() });
    // In the middle of it nobody is told anything, also who asks.
    for (let n = 0; n < 10; n += 1) engine.flush();
    expect(batches).toEqual([]);
    clock.advance(0);
    const told = of(
      batches.flatMap((batch) => batch.changes),
      ALL_QUEUES,
      'waiting',
    );
    expect(told.map(({ value, stale }) => [value, stale])).toEqual([[2_000, false]]);
  });

  it('KPI-16 shows a queue’s target for its media types, and over them where those with work share it', () => {
    const { engine, gauges, backfill } = start();
    const level = (mediaType: string, percentage: number) => ({ mediaType, percentage, durationMs: 20_000 });
    engine.sink({
      kind: 'queuesListed',
      queues: [info('a', { serviceLevels: [level('voice', 0.8), level('chat', 0.9)] }), info('b')],
    });
    for (const id of [A, B]) backfill(id);
    expect(engine.value(queueA, 'serviceLevelTarget')?.value).toBeNull();
    expect(engine.value(ALL_QUEUES, 'serviceLevelTarget')?.value).toBeNull();
    gauges(A, waiting(1));
    expect(engine.value(queueA, 'serviceLevelTarget')?.value).toBe(0.8);
    expect(engine.value(ALL_QUEUES, 'serviceLevelTarget')?.value).toBe(0.8);
    gauges(A, waiting(1), 'chat');
    expect(engine.value(subjectKey('queue', 'a', 'chat'), 'serviceLevelTarget')?.value).toBe(0.9);
    expect(engine.value(queueA, 'serviceLevelTarget')?.value).toBeNull();
  });

  it('KPI-18 names off-queue agents by their presence', () => {
    const { engine, gauges, backfill } = start();
    engine.sink({
      kind: 'presencesListed',
      presences: [
        { id: 'p1', name: 'Lunch' },
        { id: 'p2', name: 'Lunch' },
      ],
    });
    backfill(A);
    const off = (qualifier: string, count: number) => ({
      metric: 'oOffQueueUsers',
      qualifier,
      stats: { count },
    });
    gauges(A, [off('p1', 2), off('p2', 1), off('unheard-of', 5), off('p4', 0)], null);
    expect(engine.value(queueA, 'agentsOffQueue')).toMatchObject({
      value: 8,
      detail: [
        { label: 'Other', count: 5 },
        { label: 'Lunch', count: 3 },
      ],
    });
  });

  it('KPI-22 is stale until it was linked, and five seconds after the link is lost', () => {
    const { clock, engine, gauges, backfill, changes } = start();
    expect(engine.value(queueA, 'waiting')).toEqual({
      value: null,
      asOf: null,
      origin: null,
      status: 'unknown',
      stale: true,
    });
    backfill(A);
    gauges(A, waiting(3));
    clock.advance(1_000);
    changes();
    const heardAt = clock.now() - 400;
    engine.sink({ kind: 'linkLost', queueIds: [A], at: clock.now(), heardAt });
    clock.advance(4_000);
    expect(changes()).toEqual([]);
    clock.advance(2_000);
    const [told] = of(changes(), queueA, 'waiting');
    expect(told).toEqual({
      subject: queueA,
      kpi: 'waiting',
      value: 3,
      asOf: heardAt,
      origin: 'live',
      status: 'unknown',
      stale: true,
    });
    engine.sink({ kind: 'linkRestored', queueIds: [A], at: clock.now() });
    clock.advance(100);
    expect(of(changes(), queueA, 'waiting')).toMatchObject([{ value: 3, status: 'normal', stale: false }]);
  });

  it('KPI-21 does not show a blip, and shows a long silence at once', () => {
    const { clock, engine, backfill, changes } = start();
    backfill(A);
    clock.advance(1_000);
    changes();
    engine.sink({ kind: 'linkLost', queueIds: [A], at: clock.now(), heardAt: clock.now() - 100 });
    clock.advance(3_000);
    engine.sink({ kind: 'linkRestored', queueIds: [A], at: clock.now() });
    clock.advance(10_000);
    expect(changes()).toEqual([]);
    engine.sink({ kind: 'linkLost', queueIds: [A], at: clock.now(), heardAt: clock.now() - 35_000 });
    clock.advance(50);
    expect(of(changes(), queueA, 'waiting')).toMatchObject([{ stale: true, status: 'unknown' }]);
  });

  it('KPI-20 makes a roll-up stale while a member with data is, as of the earliest of those', () => {
    const { clock, engine, gauges, backfill } = start();
    backfill(A);
    expect(engine.value(ALL_QUEUES, 'waiting')).toMatchObject({ value: 0, stale: false });
    gauges(A, waiting(1));
    backfill(B);
    gauges(B, waiting(2));
    const heardAt = clock.now() + 500;
    clock.advance(1_000);
    engine.sink({ kind: 'linkLost', queueIds: [A], at: clock.now(), heardAt });
    clock.advance(6_000);
    gauges(B, waiting(5));
    expect(engine.value(ALL_QUEUES, 'waiting')).toMatchObject({
      value: 6,
      stale: true,
      status: 'unknown',
      asOf: heardAt,
    });
    engine.sink({ kind: 'linkRestored', queueIds: [A], at: clock.now() });
    expect(engine.value(ALL_QUEUES, 'waiting')).toMatchObject({ value: 6, stale: false, asOf: clock.now() });
  });

  it('KPI-25 judges the longest wait by its running age, with no event in between', () => {
    const { clock, engine, gauges, backfill, changes } = start();
    backfill(A);
    gauges(A, [...waiting(1), { metric: 'oLongestWaiting', stats: { calculatedMetricValue: clock.now() } }]);
    clock.advance(64_000);
    changes();
    expect(engine.value(queueA, 'longestWaitSince')?.status).toBe('normal');
    clock.advance(2_000);
    expect(engine.value(queueA, 'longestWaitSince')?.status).toBe('warning');
    expect(of(changes(), queueA, 'longestWaitSince')).toMatchObject([{ status: 'warning' }]);
    clock.advance(60_000);
    expect(engine.value(queueA, 'longestWaitSince')?.status).toBe('critical');
    gauges(A, waiting(0));
    expect(engine.value(queueA, 'longestWaitSince')).toMatchObject({ value: null, status: 'critical' });
    clock.advance(11_000);
    expect(engine.value(queueA, 'longestWaitSince')).toMatchObject({ value: null, status: 'normal' });
  });

  it.each([
    ['is over', 0, []],
    ['lasts', 1, ['warning']],
  ])('KPI-25 judges nothing on half of many queues: a wait that %s then', (_, count, expected) => {
    const { clock, engine, gauges, backfill, changes } = start();
    const others = Array.from({ length: 400 }, (_other, at) => queueId(`q${at}`));
    engine.sink({ kind: 'queuesListed', queues: [info('a'), info('b'), ...others.map((id) => info(id))] });
    for (const id of [A, B, ...others]) backfill(id);
    gauges(A, [...waiting(1), { metric: 'oLongestWaiting', stats: { calculatedMetricValue: clock.now() } }]);
    clock.advance(60_000);
    engine.sink({ kind: 'linkLost', queueIds: others, at: clock.now(), heardAt: clock.now() });
    clock.advance(4_990);
    // It goes out at once, so that the next change waits for a flush after the sweep, which finds the others stale.
    gauges(B, waiting(7));
    clock.advance(5);
    changes();
    gauges(A, waiting(count));
    clock.advance(500);
    expect(
      of(changes(), queueA, 'longestWaitSince').flatMap(({ status }) =>
        status === 'normal' ? [] : [status],
      ),
    ).toEqual(expected);
  });

  it('KPI-24 gives no colour to a ratio of too few, and none to what is not known', () => {
    const { clock, engine, interval, backfill } = start();
    backfill(A);
    const level = (numerator: number, denominator: number) => [
      { metric: 'oServiceLevel', stats: { numerator, denominator } },
    ];
    interval(A, level(0, 4));
    clock.advance(20_000);
    expect(engine.value(queueA, 'serviceLevel')).toMatchObject({ value: 0, status: 'normal' });
    interval(A, level(0, 5));
    clock.advance(20_000);
    expect(engine.value(queueA, 'serviceLevel')).toMatchObject({ value: 0, status: 'critical' });
    expect(engine.value(queueA, 'drift')).toMatchObject({ value: null, status: 'unknown' });
    expect(engine.value(queueA, 'asaMs')).toMatchObject({ value: null, status: 'normal' });
  });

  it('KPI-36 lists the limits in force, with those of subjects that have their own', () => {
    const rule = {
      kpi: 'waiting' as const,
      subject: 'queue:a',
      warning: 5,
      critical: null,
      deadBand: 0,
      onDelayMs: 0,
      offDelayMs: 0,
      minimumCount: 0,
    };
    const { engine, backfill, gauges } = start({ thresholds: [rule] });
    const level = { mediaType: 'voice', percentage: 0.9, durationMs: 20_000 };
    engine.sink({ kind: 'queuesListed', queues: [info('a', { serviceLevels: [level] }), info('b')] });
    backfill(A);
    gauges(A, waiting(6));
    expect(engine.value(queueA, 'waiting')?.status).toBe('warning');
    const limits = engine.limits();
    expect(limits).toContainEqual({ subject: null, kpi: 'serviceLevel', warning: 0.8, critical: 0.7 });
    expect(limits).toContainEqual({ subject: queueA, kpi: 'serviceLevel', warning: 0.9, critical: 0.8 });
    expect(limits).toContainEqual({ subject: queueA, kpi: 'waiting', warning: 5, critical: null });
    expect(limits.some((limit) => limit.subject === queueB)).toBe(false);
    expect(engine.thresholdFor(queueA, 'longestWaitSince')).toMatchObject({
      warning: 60_000,
      critical: 120_000,
    });
    expect(engine.thresholdFor(queueA, 'answered')).toBeNull();
  });

  it('KPI-8 turns the day at midnight of each queue’s own zone', () => {
    const zones = new Map([
      ['a', 'Asia/Kolkata'],
      ['b', 'UTC'],
    ]);
    const { clock, engine, interval, backfill } = start({ timeZoneOf: (id) => zones.get(id) ?? 'UTC' });
    for (const id of [A, B]) backfill(id);
    for (const id of [A, B]) interval(id, [{ metric: 'nOffered', stats: { count: 4 } }], 'voice', 1);
    const offered = () => [engine.value(queueA, 'offered')?.value, engine.value(queueB, 'offered')?.value];
    expect(offered()).toEqual([4, 4]);
    // 09:00 UTC; midnight in Kolkata is at 18:30 UTC.
    clock.advance(9.5 * 3_600_000 + 1_000);
    expect(offered()).toEqual([0, 4]);
    clock.advance(5.5 * 3_600_000);
    expect(offered()).toEqual([0, 0]);
  });

  it('KPI-27 shows what had drifted when no live event explains it in five seconds', () => {
    const { clock, engine, gauges, backfill, changes } = start();
    const told: [number, number][] = [];
    const stop = engine.onReconciled((compared, drift) => told.push([compared, drift]));
    backfill(A);
    gauges(A, [...waiting(3), { metric: 'oInteracting', stats: { count: 2 } }]);
    clock.advance(10_000);
    changes();
    const reconcile = (count: number) => {
      const at = { queueId: A, observedAt: clock.now() };
      const metrics = [...waiting(count), { metric: 'oInteracting', stats: { count: 2 } }];
      engine.sink({ kind: 'gaugesObserved', mediaType: 'voice', origin: 'backfill', ...at, metrics });
      engine.sink({
        kind: 'snapshotCompleted',
        reason: 'reconcile',
        ...at,
        scope: { kind: 'gauges', metrics: ALL_GAUGES },
      });
    };
    reconcile(4);
    clock.advance(4_000);
    expect(engine.value(queueA, 'waiting')?.value).toBe(4);
    expect(engine.value(queueA, 'drift')?.value).toBeNull();
    clock.advance(2_000);
    expect(engine.value(queueA, 'drift')).toMatchObject({
      value: 1,
      detail: [{ label: 'waiting', count: 1 }],
      origin: 'backfill',
    });
    expect(engine.value(ALL_QUEUES, 'drift')?.value).toBe(1);
    expect(of(changes(), queueA, 'drift')).toHaveLength(1);
    reconcile(5);
    clock.advance(500);
    gauges(A, waiting(5));
    clock.advance(2_000);
    expect(engine.value(queueA, 'drift')?.value).toBe(0);
    expect(told).toEqual([
      [2, 1],
      [2, 0],
    ]);
    stop();
  });

  it('KPI-27 takes a difference that a backfill finds as a catch-up', () => {
    const { clock, engine, gauges, backfill } = start();
    backfill(A);
    gauges(A, waiting(3));
    clock.advance(1_000);
    backfill(A);
    clock.advance(10_000);
    expect(engine.value(queueA, 'waiting')?.value).toBe(0);
    expect(engine.value(queueA, 'drift')?.value).toBeNull();
  });

  it('KPI-28 samples watched gauges at whole minutes, a wait by its age, and nothing while stale', () => {
    const { clock, engine, gauges, backfill } = start();
    backfill(A);
    const points: TrendPoint[] = [];
    const unsubscribe = engine.subscribePoints((told) => points.push(...told));
    const stops = [
      engine.watchTrend(queueA, 'waiting', 'minute'),
      engine.watchTrend(queueA, 'longestWaitSince', 'minute'),
    ];
    clock.advance(30_000);
    points.length = 0;
    gauges(A, [
      ...waiting(4),
      { metric: 'oLongestWaiting', stats: { calculatedMetricValue: clock.now() - 1_000 } },
    ]);
    clock.advance(30_000);
    const at = clock.now();
    expect(points).toEqual([
      { trend: trendKey(queueA, 'waiting', 'minute'), at, value: 4 },
      { trend: trendKey(queueA, 'longestWaitSince', 'minute'), at, value: 31_000 },
    ]);
    engine.sink({ kind: 'linkLost', queueIds: [A], at, heardAt: at - 40_000 });
    clock.advance(60_000);
    expect(
      engine
        .trend(queueA, 'waiting', 'minute')
        .slice(-2)
        .map((point) => point.value),
    ).toEqual([4, null]);
    for (const stop of [...stops, unsubscribe]) stop();
    expect(engine.trend(queueA, 'waiting', 'minute')).toEqual([]);
  });

  it('KPI-29 tells watched half hours of queues and roll-ups as they change, at most every five seconds', () => {
    const { clock, engine, interval, backfill } = start();
    for (const id of [A, B]) backfill(id);
    const points: TrendPoint[] = [];
    engine.subscribePoints((told) => points.push(...told));
    const offered = (count: number) => [{ metric: 'nOffered', stats: { count } }];
    const subjects = [queueA, ALL_QUEUES, subjectKey('group', 'g', 'voice')];
    const stops = subjects.map((subject) => engine.watchTrend(subject, 'offered', 'halfHour'));
    interval(A, offered(3), 'voice', 1);
    interval(B, offered(4), 'voice', 1);
    clock.advance(6_000);
    points.length = 0;
    interval(A, offered(5), 'voice');
    clock.advance(2_000);
    interval(A, offered(6), 'voice');
    clock.advance(4_000);
    const last = (subject: typeof ALL_QUEUES) =>
      points.filter((p) => p.trend === trendKey(subject, 'offered', 'halfHour')).map((p) => p.value);
    expect(subjects.map((subject) => last(subject).at(-1))).toEqual([6, 10, 10]);
    expect(points.length).toBeLessThanOrEqual(6);
    expect(engine.trend(ALL_QUEUES, 'offered', 'halfHour').map((p) => p.value)).toEqual([
      ...Array(18).fill(0),
      10,
    ]);
    clock.advance(30 * 60_000);
    interval(B, offered(1), 'voice');
    expect(
      engine
        .trend(ALL_QUEUES, 'offered', 'halfHour')
        .slice(-2)
        .map((p) => p.value),
    ).toEqual([10, 1]);
    for (const stop of stops) stop();
    expect(
      engine
        .trend(ALL_QUEUES, 'offered', 'halfHour')
        .slice(-2)
        .map((p) => p.value),
    ).toEqual([10, 1]);
    expect(engine.trend(ALL_QUEUES, 'waiting', 'halfHour')).toEqual([]);
  });

  it('KPI-1 gives the rows of a queue: over all media types, then one a media type seen', () => {
    const { engine, gauges, backfill } = start();
    backfill(A);
    gauges(A, waiting(1), 'voice');
    gauges(A, waiting(2), 'chat');
    const rows = engine.rows('a');
    expect(rows.map((row) => [row.name, row.mediaType, row.values.get('waiting')?.value])).toEqual([
      ['Queue a', null, 3],
      ['Queue a', 'voice', 1],
      ['Queue a', 'chat', 2],
    ]);
    expect(rows.map((row) => row.values.has('agentsOnQueue'))).toEqual([true, false, false]);
    expect(engine.rows(null)).toHaveLength(4);
    expect(engine.rows('stranger')).toEqual([]);
  });

  it('KPI-30 stops its timers', () => {
    const { clock, engine, gauges, backfill } = start();
    backfill(A);
    clock.advance(60);
    gauges(A, waiting(1));
    gauges(A, waiting(2));
    engine.stop();
    expect(clock.pendingCount).toBe(0);
  });
});
