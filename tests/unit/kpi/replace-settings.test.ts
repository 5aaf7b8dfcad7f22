/** Thresholds and groups that become others while the engine runs. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ThresholdRule } from '../../../lib/contracts/settings';
import { queueId, type SubjectKey, subjectKey } from '../../../lib/ids';
import { DeviceEngine } from '../../../server/kpi/devices/device-engine';
import { KpiEngine } from '../../../server/kpi/engine';
import type { KpiSettings } from '../../../server/kpi/kpi-settings';
import type { KpiBatch } from '../../../server/kpi/reader';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { FakeClock } from '../../support/fake-clock';

const QUEUES = ['a', 'b', 'c'];
const [A, GROUP] = [subjectKey('queue', 'a'), subjectKey('group', 'g')];
const SETTINGS: KpiSettings = {
  ...{ timeZone: 'UTC', timeZoneOf: () => 'UTC', excludeShortAbandons: false },
  ...{ groups: [{ id: 'g', name: 'G', queueIds: ['a', 'b'] }], thresholds: [] },
};

function rule(more: Partial<ThresholdRule> = {}): ThresholdRule {
  const rest = { deadBand: 0, onDelayMs: 0, offDelayMs: 0, minimumCount: 0 };
  return { kpi: 'waiting', warning: 5, critical: 10, ...rest, ...more };
}

const engines: { stop(): void }[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.stop();
});

function start(settings: Partial<KpiSettings> = {}) {
  const clock = new FakeClock();
  const all = { ...SETTINGS, ...settings };
  const engine = new KpiEngine({ clock, log: silentLog, metrics: createMetrics(), settings: all });
  engines.push(engine);
  engine.start();
  const queues = QUEUES.map((id) => ({
    ...{ id: queueId(id), name: `Queue ${id}`, divisionId: 'd', divisionName: 'Home' },
    serviceLevels: [{ mediaType: 'voice', percentage: 0.8, durationMs: 20_000 }],
  }));
  engine.sink({ kind: 'queuesListed', queues });
  const wait = (id: string, count: number) =>
    engine.sink({
      ...{ kind: 'gaugesObserved', queueId: queueId(id), mediaType: 'voice', observedAt: clock.now() },
      ...{ origin: 'live', metrics: [{ metric: 'oWaiting', stats: { count } }] },
    });
  engine.sink({ kind: 'linkRestored', queueIds: queues.map(({ id }) => id), at: clock.now() });
  for (const [index, id] of QUEUES.entries()) wait(id, 4 + index);
  const statusOf = (subject: SubjectKey) => engine.value(subject, 'waiting')?.status;
  const figureOf = (subject: SubjectKey) => engine.value(subject, 'waiting')?.value;
  return { clock, engine, wait, statusOf, figureOf };
}

function heard(engine: KpiEngine, subjects?: ReadonlySet<SubjectKey>) {
  const batches: KpiBatch[] = [];
  engine.subscribe((batch) => batches.push(batch), subjects === undefined ? {} : { subjects });
  return {
    changes: (subject: string) =>
      batches
        .flatMap((batch) => batch.changes)
        .filter((change) => change.subject === subject && change.kpi === 'waiting'),
    batches,
  };
}

describe('new thresholds', () => {
  it('BOARD-35 hold at once, for queues, media types and roll-ups, whether somebody listens or not', () => {
    const { engine, clock, statusOf } = start();
    const subjects = [A, subjectKey('queue', 'a', 'voice'), GROUP, subjectKey('group', 'g', 'voice')];
    expect(subjects.map(statusOf)).toEqual(['normal', 'normal', 'normal', 'normal']);
    const { changes } = heard(engine);
    clock.advance(1_000);
    engine.replaceSettings({ thresholds: [rule({ warning: 4, onDelayMs: 60_000 })] });
    expect(subjects.map(statusOf)).toEqual(['warning', 'warning', 'warning', 'warning']);
    clock.advance(1_000);
    for (const subject of subjects) {
      expect(
        changes(subject).map(({ status }) => status),
        subject,
      ).toEqual(['warning']);
    }
    engine.replaceSettings({ thresholds: [] });
    clock.advance(1_000);
    for (const subject of subjects) expect(changes(subject).at(-1)?.status, subject).toBe('normal');
  });

  it('BOARD-35 of one subject leave the others as they are', () => {
    const { engine, statusOf } = start({ thresholds: [rule()] });
    const before = QUEUES.map((id) => statusOf(subjectKey('queue', id)));
    expect(before).toEqual(['normal', 'warning', 'warning']);
    engine.replaceSettings({ thresholds: [rule(), rule({ subject: A, warning: 1, critical: 2 })] });
    expect(QUEUES.map((id) => statusOf(subjectKey('queue', id)))).toEqual(['critical', 'warning', 'warning']);
  });

  it('BOARD-35 a delay that runs by a rule that stays goes on; one by a rule that went is over', () => {
    const slow = rule({ subject: A, onDelayMs: 10_000 });
    const { engine, clock, wait, statusOf } = start({ thresholds: [slow] });
    const { changes } = heard(engine, new Set([A]));
    clock.advance(1_000);
    wait('a', 6);
    clock.advance(6_000);
    engine.replaceSettings({ thresholds: [slow, rule({ kpi: 'offered' })] });
    clock.advance(3_000);
    expect(statusOf(A)).toBe('normal');
    clock.advance(2_000);
    expect(statusOf(A)).toBe('warning');
    expect(changes(A).map(({ value, status }) => [value, status])).toEqual([
      [6, 'normal'],
      [6, 'warning'],
    ]);
    engine.replaceSettings({ thresholds: [rule({ subject: A, warning: 7, offDelayMs: 60_000 })] });
    expect(statusOf(A)).toBe('normal');
  });

  it('BOARD-35 a running wait is judged by them without an event', () => {
    const { engine, clock } = start();
    const { batches } = heard(engine, new Set([A]));
    clock.advance(1_000);
    engine.sink({
      ...{ kind: 'gaugesObserved', queueId: queueId('a'), mediaType: 'voice', observedAt: clock.now() },
      ...{
        origin: 'live',
        metrics: [{ metric: 'oLongestWaiting', stats: { calculatedMetricValue: clock.now() } }],
      },
    });
    clock.advance(20_000);
    engine.replaceSettings({
      thresholds: [rule({ kpi: 'longestWaitSince', warning: 30_000, critical: 40_000 })],
    });
    clock.advance(9_000);
    batches.splice(0);
    clock.advance(2_000);
    const told = batches.flatMap((batch) => batch.changes).map(({ kpi, status }) => [kpi, status]);
    expect(told).toEqual([['longestWaitSince', 'warning']]);
  });

  it('BOARD-35 a queue that is looked at for the first time by who follows it has its status at once', () => {
    const { engine, statusOf } = start({ thresholds: [rule({ warning: 4 })] });
    heard(engine, new Set([A]));
    expect(statusOf(A)).toBe('warning');
  });

  it('BOARD-35 the limits in force follow, and readers are told to ask anew', () => {
    const { engine, clock } = start();
    const { batches } = heard(engine, new Set([A]));
    engine.replaceSettings({ thresholds: [rule({ warning: 7 }), rule({ subject: A, warning: 2 })] });
    clock.advance(1_000);
    expect(batches.filter(({ subjectsChanged }) => subjectsChanged)).toHaveLength(1);
    expect(engine.limits().filter(({ kpi }) => kpi === 'waiting')).toEqual([
      { subject: null, kpi: 'waiting', warning: 7, critical: 10 },
      { subject: A, kpi: 'waiting', warning: 2, critical: 10 },
    ]);
    expect(engine.thresholdFor(A, 'waiting')?.warning).toBe(2);
  });

  it('BOARD-35 for devices: decided anew under another rule, going on under one that stays', () => {
    const clock = new FakeClock();
    const stays = rule({ kpi: 'devicesOffline', warning: 5, critical: null, deadBand: 2 });
    const engine = new DeviceEngine({
      ...{ clock, log: silentLog, settings: { thresholds: [stays] }, flushIntervalMs: 50 },
      ...{ membersOf: () => null, subjects: () => [] },
    });
    engines.push(engine);
    engine.start();
    const all = subjectKey('all', '');
    const tell = (offline: number, critical: number) =>
      engine.sink({
        ...{
          kind: 'deviceFiguresObserved',
          owner: { kind: 'unmapped' },
          observedAt: clock.now(),
          origin: 'live',
        },
        ...{ critical, warning: 0, info: 0, unacknowledged: 0, today: 0, offline },
      } as Parameters<DeviceEngine['sink']>[0]);
    engine.sink({ kind: 'deviceLinkRestored', at: clock.now() });
    const batches: KpiBatch[] = [];
    engine.subscribe((batch) => batches.push(batch), { subjects: new Set([all]) });
    const statuses = () => [
      engine.value(all, 'devicesOffline')?.status,
      engine.value(all, 'alertsCritical')?.status,
    ];
    tell(5, 0);
    expect(statuses()).toEqual(['warning', 'normal']);
    tell(4, 3);
    clock.advance(60_000);
    expect(statuses()).toEqual(['warning', 'warning']);
    batches.splice(0);
    engine.replaceSettings({
      thresholds: [stays, rule({ kpi: 'alertsCritical', warning: 4, critical: 9, offDelayMs: 60_000 })],
    });
    expect(statuses()).toEqual(['warning', 'normal']);
    clock.advance(100);
    expect(batches.flatMap(({ changes }) => changes.map(({ kpi, status }) => [kpi, status]))).toEqual([
      ['alertsCritical', 'normal'],
    ]);
  });
});

describe('new groups', () => {
  it('BOARD-36 hold at once, with their sums, and go on from there', () => {
    const { engine, clock, wait, figureOf } = start();
    const { changes, batches } = heard(engine, new Set([GROUP, subjectKey('group', 'new')]));
    expect([figureOf(GROUP), figureOf(subjectKey('group', 'new'))]).toEqual([9, undefined]);
    clock.advance(1_000);
    engine.replaceSettings({
      groups: [
        { id: 'g', name: 'G', queueIds: ['b', 'c'] },
        { id: 'new', name: 'New', queueIds: ['a', 'nobody', 'a'] },
      ],
    });
    expect([figureOf(GROUP), figureOf(subjectKey('group', 'new'))]).toEqual([11, 4]);
    clock.advance(1_000);
    expect(changes(GROUP).map(({ value }) => value)).toEqual([11]);
    expect(changes(subjectKey('group', 'new')).map(({ value }) => value)).toEqual([4]);
    expect(batches.some(({ subjectsChanged }) => subjectsChanged)).toBe(true);
    wait('c', 10);
    expect([figureOf(GROUP), figureOf(subjectKey('all', ''))]).toEqual([15, 19]);
    engine.replaceSettings({ groups: [] });
    expect([engine.subject(GROUP), figureOf(GROUP), figureOf(A)]).toEqual([null, undefined, 4]);
    expect(engine.membersOf(GROUP)).toBeNull();
  });

  it('BOARD-36 a roll-up that stays as it is keeps its status, and is not told again', () => {
    const { engine, clock, statusOf } = start({
      thresholds: [rule({ subject: GROUP, warning: 9, deadBand: 3 })],
    });
    const { changes } = heard(engine, new Set([GROUP]));
    expect(statusOf(GROUP)).toBe('warning');
    engine.replaceSettings({ groups: [...SETTINGS.groups, { id: 'h', name: 'H', queueIds: ['c'] }] });
    clock.advance(1_000);
    expect([statusOf(GROUP), changes(GROUP)]).toEqual(['warning', []]);
  });
});
