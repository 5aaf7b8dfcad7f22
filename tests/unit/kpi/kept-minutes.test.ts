import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '../../../lib/contracts/push';
import { ALL_QUEUES, queueId, subjectKey } from '../../../lib/ids';
import { DeviceEngine } from '../../../server/kpi/devices/device-engine';
import { KpiEngine } from '../../../server/kpi/engine';
import { keptMinutes, MAX_MINUTES } from '../../../server/kpi/history';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { FakeClock } from '../../support/fake-clock';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 9, 0, 20);
const MINUTE_NOW = NOW - 20_000;
const TREND = 'all#waiting#minute';
const ago = (minutes: number, value: number | null = minutes, trend = TREND): TrendPoint => ({
  ...{ trend, at: MINUTE_NOW - minutes * MINUTE, value },
});

describe('minutes from before a start', () => {
  it('KPI-61 have a gap where some are missing, in between and up to now', () => {
    const kept = keptMinutes([ago(9), ago(8), ago(5), ago(4, null), ago(2)], NOW);
    expect(kept.get(TREND)).toEqual([
      ago(9),
      ago(8),
      ago(7, null),
      ago(5),
      ago(4, null),
      ago(2),
      ago(1, null),
    ]);
    expect(keptMinutes([ago(2), ago(1)], NOW).get(TREND)).toEqual([ago(2), ago(1)]);
    expect(keptMinutes([ago(1), ago(0)], NOW).get(TREND)).toEqual([ago(1), ago(0)]);
  });

  it('KPI-62 are those of four hours, of so many trends; the future brings none', () => {
    const points = Array.from({ length: 400 }, (_, n) => ago(400 - n));
    const kept = keptMinutes([...points, ago(-1), ago(-600)], NOW).get(TREND) ?? [];
    expect(kept).toHaveLength(MAX_MINUTES - 1);
    expect(kept[0]?.at).toBe(MINUTE_NOW - (MAX_MINUTES - 1) * MINUTE);
    const many = Array.from({ length: 5_002 }, (_, n) => ago(1, 1, `queue:${n}#waiting#minute`));
    expect(keptMinutes(many, NOW).size).toBe(5_000);
  });

  function engineWith(keptPoints: readonly TrendPoint[]) {
    const clock = new FakeClock(NOW);
    const settings = {
      timeZone: 'UTC',
      timeZoneOf: () => 'UTC',
      groups: [],
      thresholds: [],
      excludeShortAbandons: false,
    };
    const engine = new KpiEngine({ clock, log: silentLog, metrics: createMetrics(), settings, keptPoints });
    engine.start();
    return { clock, engine };
  }

  it('KPI-60 are given back to who watches first, and gone on with', () => {
    const { clock, engine } = engineWith([ago(3), ago(2)]);
    expect(engine.trend(ALL_QUEUES, 'waiting', 'minute')).toEqual([]);
    const unwatch = engine.watchTrend(ALL_QUEUES, 'waiting', 'minute');
    expect(engine.trend(ALL_QUEUES, 'waiting', 'minute')).toEqual([ago(3), ago(2), ago(1, null)]);
    clock.advance(MINUTE);
    expect(engine.trend(ALL_QUEUES, 'waiting', 'minute').map(({ at }) => at)).toEqual([
      ...[ago(3), ago(2), ago(1), ago(0), ago(-1)].map(({ at }) => at),
    ]);
    unwatch();
    engine.watchTrend(ALL_QUEUES, 'waiting', 'minute')();
    expect(engine.trend(ALL_QUEUES, 'waiting', 'minute')).toEqual([]);
    engine.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('KPI-63 half hours come from the first backfill, whatever was kept', () => {
    const { clock, engine } = engineWith([ago(30, 9, 'queue:a#offered#halfHour')]);
    const [id, hour] = [queueId('a'), MINUTE_NOW - 60 * MINUTE];
    const queue = { id, name: 'A', divisionId: 'd', divisionName: 'Home', serviceLevels: [] };
    engine.sink({ kind: 'queuesListed', queues: [queue] });
    const common = { queueId: id, observedAt: clock.now() } as const;
    const offered = (intervalStart: number, count: number) =>
      engine.sink({
        ...{ ...common, kind: 'intervalObserved', mediaType: 'voice', origin: 'backfill', intervalStart },
        ...{ intervalEnd: intervalStart + 30 * MINUTE, metrics: [{ metric: 'nOffered', stats: { count } }] },
      });
    offered(hour, 4);
    offered(hour + 30 * MINUTE, 6);
    const scope = {
      kind: 'intervals',
      from: hour - 12 * 60 * MINUTE,
      to: clock.now(),
      metrics: ['nOffered'],
    } as const;
    engine.sink({ ...common, kind: 'snapshotCompleted', reason: 'backfill', scope });
    const values = engine.trend(subjectKey('queue', id), 'offered', 'halfHour').map(({ value }) => value);
    expect(values.slice(-3)).toEqual([4, 6, 0]);
    engine.stop();
  });

  it('KPI-60 of devices come back as well', () => {
    const clock = new FakeClock(NOW);
    const trend = 'all#devicesOffline#minute';
    const engine = new DeviceEngine({
      ...{ clock, log: silentLog, settings: { thresholds: [] }, membersOf: () => [], subjects: () => [] },
      ...{ flushIntervalMs: 50, keptPoints: [ago(1, 4, trend)] },
    });
    engine.watchTrend(ALL_QUEUES, 'devicesOffline');
    expect(engine.trend(trend)).toEqual([ago(1, 4, trend)]);
  });
});
