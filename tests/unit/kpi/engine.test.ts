import { afterEach, describe, expect, it } from 'vitest';
import type { KpiKey } from '../../../lib/contracts/kpi';
import type { ValueChange } from '../../../lib/contracts/push';
import { ALL_QUEUES, queueId, subjectKey } from '../../../lib/ids';
import { KpiEngine } from '../../../server/kpi/engine';
import type { MetricSample, QueueInfo } from '../../../server/kpi/events';
import type { KpiSettings } from '../../../server/kpi/kpi-settings';
import type { KpiBatch } from '../../../server/kpi/reader';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
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
  const interval = (queue: typeof A, metrics: MetricSample[], mediaType = 'voice') => {
    const intervalStart = Math.floor(clock.now() / 1_800_000) * 1_800_000;
    const span = { intervalStart, intervalEnd: intervalStart + 1_800_000 };
    engine.sink({
      kind: 'intervalObserved',
      queueId: queue,
      mediaType,
      observedAt: clock.now(),
      origin: 'live',
      ...span,
      metrics,
    });
  };
  const backfill = (queue: typeof A) => {
    const observedAt = clock.now();
    const dayStart = Math.floor(observedAt / 86_400_000) * 86_400_000;
    const common = { kind: 'snapshotCompleted', queueId: queue, observedAt, reason: 'backfill' } as const;
    engine.sink({ ...common, scope: { kind: 'gauges', metrics: ALL_GAUGES } });
    engine.sink({
      ...common,
      scope: { kind: 'intervals', from: dayStart, to: dayStart + 86_400_000, metrics: ALL_INTERVALS },
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
});
