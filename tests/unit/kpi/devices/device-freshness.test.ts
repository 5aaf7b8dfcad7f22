import { afterEach, describe, expect, it } from 'vitest';
import type { KpiKey } from '../../../../lib/contracts/kpi';
import { type TrendPoint, trendKey, type ValueChange } from '../../../../lib/contracts/push';
import type { ThresholdRule } from '../../../../lib/contracts/settings';
import { ALL_QUEUES, type SubjectKey } from '../../../../lib/ids';
import type { KpiBatch } from '../../../../server/kpi/reader';
import { deviceStage, FLUSH_MS, ofQueue, ofSite } from './device-stage';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
function stage(rules: readonly ThresholdRule[] = []) {
  const opened = deviceStage(rules);
  stops.push(opened.stop);
  return opened;
}
const A = 'queue:a' as SubjectKey;
const RULE: ThresholdRule = {
  ...{ kpi: 'alertsCritical', warning: 2, critical: 5, deadBand: 1, minimumCount: 0 },
  ...{ onDelayMs: 5_000, offDelayMs: 10_000 },
};

function heard(s: ReturnType<typeof stage>, subjects: readonly SubjectKey[], kpis?: readonly KpiKey[]) {
  const batches: KpiBatch[] = [];
  const interest = { subjects: new Set(subjects), ...(kpis === undefined ? {} : { kpis: new Set(kpis) }) };
  const end = s.reader.subscribe((batch) => batches.push(batch), interest);
  const told = () =>
    batches.splice(0).flatMap(({ changes }) => changes.map((c: ValueChange) => [c.kpi, c.value, c.stale]));
  return { told, end };
}

describe('the age of devices’ figures', () => {
  it('KPI-44 are unknown before the broker was there, and 0 from then on where nothing is said', () => {
    const s = stage();
    const unknown = { value: null, asOf: null, origin: null, status: 'unknown', stale: true };
    expect(s.reader.value(A, 'alertsActive')).toMatchObject(unknown);
    s.restore();
    const known = { value: 0, asOf: s.clock.now(), origin: 'live', status: 'normal', stale: false };
    expect(s.reader.value(A, 'alertsActive')).toMatchObject(known);
  });

  it('KPI-44 are those of the ledger after a restart, and stale until the broker is there', () => {
    const s = stage();
    s.observe(ofQueue('a'), { critical: 3 }, { origin: 'backfill', observedAt: 7 });
    const held = { value: 3, asOf: 7, origin: 'backfill', status: 'unknown', stale: true };
    expect(s.reader.value(A, 'alertsCritical')).toMatchObject(held);
    s.restore();
    expect(s.reader.value(A, 'alertsCritical')).toMatchObject({ value: 3, stale: false });
  });

  it('KPI-45 a broker that is away makes them stale after 5 s, with the last sign of life; a blip does not', () => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('a'), { critical: 1 });
    s.clock.advance(60_000);
    const heardAt = s.clock.now();
    s.lose();
    s.clock.advance(4_000);
    s.restore();
    s.clock.advance(10_000);
    expect(s.reader.value(A, 'alertsCritical')).toMatchObject({ stale: false });
    s.lose(heardAt);
    s.clock.advance(6_000);
    expect(s.reader.value(A, 'alertsCritical')).toMatchObject({ value: 1, stale: true, status: 'unknown' });
    expect(s.reader.value(ALL_QUEUES, 'devicesOffline')?.asOf).toBeGreaterThanOrEqual(heardAt);
    s.restore();
    expect(s.reader.value(A, 'alertsCritical')).toMatchObject({ value: 1, stale: false });
  });

  it('KPI-46 tells changes once, merged within the pace, of those who are asked after only', () => {
    const s = stage([{ ...RULE, warning: null, critical: null }]);
    s.restore();
    const { told, end } = heard(s, [A], ['alertsCritical']);
    s.observe(ofQueue('a'), { critical: 1 });
    s.observe(ofQueue('a'), { critical: 2 });
    s.observe(ofQueue('b'), { critical: 9 });
    expect(told()).toEqual([]);
    s.clock.advance(FLUSH_MS);
    const changes = told();
    expect(changes).toContainEqual(['alertsCritical', 2, false]);
    expect(changes.filter(([kpi]) => kpi === 'alertsCritical')).toHaveLength(1);
    s.observe(ofQueue('a'), { critical: 2 });
    s.clock.advance(60_000);
    expect(told()).toEqual([]);
    end();
    s.observe(ofQueue('a'), { critical: 3 });
    s.clock.advance(FLUSH_MS);
    expect(told()).toEqual([]);
  });

  it('KPI-46 tells that all went stale, and who listens to none of these KPIs of nothing', () => {
    const s = stage();
    s.restore();
    const devices = heard(s, [ALL_QUEUES]);
    const queues = heard(s, [ALL_QUEUES], ['waiting']);
    s.lose();
    s.clock.advance(6_000 + FLUSH_MS);
    expect(devices.told()).toContainEqual(['alertsActive', 0, true]);
    expect(queues.told()).toEqual([]);
  });

  it('KPI-46 tells that there is a new site', () => {
    const s = stage();
    s.restore();
    const batches: KpiBatch[] = [];
    s.reader.subscribe((batch) => batches.push(batch));
    s.observe(ofSite('Cork'), { offline: 1 });
    s.clock.advance(FLUSH_MS);
    expect(batches.at(-1)).toMatchObject({ subjectsChanged: true });
    expect(batches.at(-1)?.changes).toContainEqual(
      expect.objectContaining({ subject: 'site:Cork', kpi: 'devicesOffline', value: 1 }),
    );
  });

  it('KPI-47 has thresholds with delays and dead-bands, told when time alone decides', () => {
    const s = stage([RULE]);
    s.restore();
    expect(s.reader.value(A, 'alertsCritical')?.status).toBe('normal');
    const { told } = heard(s, [A]);
    s.observe(ofQueue('a'), { critical: 5 });
    s.clock.advance(1_000);
    expect(s.reader.value(A, 'alertsCritical')?.status).toBe('normal');
    told();
    s.clock.advance(6_000);
    expect(s.reader.value(A, 'alertsCritical')?.status).toBe('critical');
    expect(told()).toContainEqual(['alertsCritical', 5, false]);
    s.observe(ofQueue('a'), { critical: 0 });
    s.clock.advance(5_000);
    expect(s.reader.value(A, 'alertsCritical')?.status).toBe('critical');
    s.clock.advance(7_000);
    expect(s.reader.value(A, 'alertsCritical')?.status).toBe('normal');
  });

  it('KPI-48 records watched minutes, with a hole where it was stale', () => {
    const s = stage();
    s.restore();
    const points: TrendPoint[] = [];
    s.reader.subscribePoints((more) => points.push(...more));
    const end = s.reader.watchTrend(A, 'alertsActive', 'minute');
    s.observe(ofQueue('a'), { warning: 2 });
    s.clock.advance(60_000);
    s.lose();
    s.clock.advance(60_000);
    const key = trendKey(A, 'alertsActive', 'minute');
    const own = points.filter(({ trend }) => trend === key).map(({ value }) => value);
    expect(own.slice(-2)).toEqual([2, null]);
    expect(s.reader.trend(A, 'alertsActive', 'minute').map(({ value }) => value)).toEqual(own);
    end();
    expect(s.reader.trend(A, 'alertsActive', 'minute')).toEqual([]);
  });
});
