import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ALERT_KPI_KEYS, type AlertKpiKey } from '../../../../lib/contracts/kpi';
import { ALL_QUEUES, type SubjectKey } from '../../../../lib/ids';
import { createDeviceBook, MAX_SITES } from '../../../../server/kpi/devices/device-book';
import type { DeviceOwner } from '../../../../server/kpi/events';
import { type Counts, deviceStage, ofQueue, ofSite, UNMAPPED, ZERO } from './device-stage';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
function stage() {
  const opened = deviceStage();
  stops.push(opened.stop);
  return opened;
}
const SOME: Counts = { critical: 1, warning: 2, info: 4, unacknowledged: 5, today: 9, offline: 3 };

describe('the figures of devices', () => {
  it.each([
    ['alertsActive', 7],
    ['alertsCritical', 1],
    ['alertsUnacknowledged', 5],
    ['alertsToday', 9],
    ['devicesOffline', 3],
  ] as const)('KPI-40 %s of a queue is %i', (kpi, expected) => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('a'), SOME);
    expect(s.value('queue:a', kpi)).toBe(expected);
    expect(s.value('queue:b', kpi)).toBe(0);
    expect(s.value('group:g', kpi)).toBe(expected);
    expect(s.value('division:d', kpi)).toBe(expected);
    expect(s.value('division:e', kpi)).toBe(0);
    expect(s.value('all', kpi)).toBe(expected);
  });

  it('KPI-40 breaks active alerts down by level, the worst first', () => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('a'), SOME);
    expect(s.reader.value(ALL_QUEUES, 'alertsActive')?.detail).toEqual([
      { label: 'critical', count: 1 },
      { label: 'warning', count: 2 },
      { label: 'info', count: 4 },
    ]);
    expect(s.reader.value(ALL_QUEUES, 'alertsToday')?.detail).toBeUndefined();
  });

  it('KPI-41 all counts what belongs to no queue, and to one that nobody lists; sites are not counted twice', () => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('a'), { critical: 1 });
    s.observe(ofQueue('gone'), { critical: 10 });
    s.observe(UNMAPPED, { critical: 100 });
    s.observe(ofSite('Cork'), { critical: 111 });
    expect(s.value('all', 'alertsActive')).toBe(111);
    expect(s.value('site:Cork', 'alertsActive')).toBe(111);
    expect(s.value('queue:gone', 'alertsActive')).toBeUndefined();
  });

  it('KPI-41 any order of observations ends in the sum of the newest of each', () => {
    const owners: DeviceOwner[] = [ofQueue('a'), ofQueue('b'), ofQueue('c'), UNMAPPED];
    const event = fc.record({
      owner: fc.constantFrom(...owners),
      observedAt: fc.integer({ min: 1, max: 50 }),
      critical: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const book = createDeviceBook(() => null);
        const newest = new Map<DeviceOwner, { at: number; critical: number }>();
        for (const { owner, observedAt, critical } of events) {
          book.take({ kind: 'deviceFiguresObserved', owner, observedAt, origin: 'live', ...ZERO, critical });
          if ((newest.get(owner)?.at ?? 0) <= observedAt) newest.set(owner, { at: observedAt, critical });
        }
        const sum = [...newest.values()].reduce((total, { critical }) => total + critical, 0);
        expect(book.figuresOf(ALL_QUEUES)?.critical).toBe(sum);
      }),
    );
  });

  it('KPI-42 a site is a subject with a name of its own, whatever characters are in it', () => {
    const s = stage();
    s.restore();
    for (const site of ['Werk | Süd: 2', '__proto__', 'A']) s.observe(ofSite(site), { offline: 2 });
    const named = s.reader.subjects().filter(({ subject }) => subject.startsWith('site:'));
    expect(named.map(({ name }) => name)).toEqual(['__proto__', 'A', 'Werk | Süd: 2']);
    for (const { subject, name } of named) {
      expect(s.reader.subject(subject as SubjectKey)?.name).toBe(name);
      expect(s.value(subject, 'devicesOffline')).toBe(2);
    }
    expect(s.reader.subject('site:B' as SubjectKey)).toBeNull();
    expect(s.value('site:B', 'devicesOffline')).toBeUndefined();
  });

  it('KPI-42 sites have a bound: those that are there go on, the next ones count in all only', () => {
    const book = createDeviceBook(() => null);
    const take = (owner: DeviceOwner, critical: number) =>
      book.take({
        kind: 'deviceFiguresObserved',
        owner,
        observedAt: critical,
        origin: 'live',
        ...ZERO,
        critical,
      });
    for (let n = 0; n < MAX_SITES; n++) take(ofSite(`s${n}`), 1);
    expect(take(ofSite('one more'), 1)).toBe(false);
    expect(book.figuresOf('site:one more' as SubjectKey)).toBeNull();
    expect(take(ofSite('s0'), 2)).toBe(true);
    expect(book.sites()).toHaveLength(MAX_SITES);
  });

  it('KPI-43 has no figures by media type, and leaves those of queues to their engine', () => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('a'), SOME);
    expect(s.value('queue:a|voice', 'alertsActive')).toBeUndefined();
    expect(s.engine.value('queue:a' as SubjectKey, 'alertsActive')).toBeNull();
    expect(s.reader.value('queue:a' as SubjectKey, 'waiting')).toMatchObject({ value: null });
  });

  it('KPI-43 the rows of queues have both', () => {
    const s = stage();
    s.restore();
    s.observe(ofQueue('b'), SOME);
    const rows = s.reader.rows(null);
    expect(rows.map(({ queueId }) => queueId)).toEqual(['a', 'b', 'c']);
    const values = rows[1]?.values;
    expect(ALERT_KPI_KEYS.map((kpi: AlertKpiKey) => values?.get(kpi)?.value)).toEqual([7, 1, 5, 9, 3]);
    expect(values?.has('waiting')).toBe(true);
  });
});
