/** Both engines behind their one reader, three queues, a fake clock. */
import type { DeviceKpiKey, KpiKey } from '../../../../lib/contracts/kpi';
import type { ThresholdRule } from '../../../../lib/contracts/settings';
import { queueId, type SubjectKey } from '../../../../lib/ids';
import { DeviceEngine } from '../../../../server/kpi/devices/device-engine';
import { KpiEngine } from '../../../../server/kpi/engine';
import type {
  DeviceFiguresObserved,
  DeviceOwner,
  SessionFiguresObserved,
} from '../../../../server/kpi/events';
import { joinReaders } from '../../../../server/kpi/joined-reader';
import { silentLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { FakeClock } from '../../../support/fake-clock';

export const FLUSH_MS = 250;
export const ZERO = { critical: 0, warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 };

export const NO_COUNTS = {
  ...{ initiated: 0, running: 0, disconnected: 0, completed: 0, error: 0 },
  ...{ solvedRemotely: 0, open: 0, healthy: 0 },
};

export function ofQueue(id: string) {
  return { kind: 'queue', queueId: queueId(id) } as const;
}
export function ofSite(site: string): DeviceOwner {
  return { kind: 'site', site };
}
export const UNMAPPED = { kind: 'unmapped' } as const;

export type Counts = Partial<typeof ZERO>;

/** Queues a, b (division d, group g) and c (division e). */
export function deviceStage(thresholds: readonly ThresholdRule[] = []) {
  const clock = new FakeClock();
  const settings = {
    timeZone: 'UTC',
    timeZoneOf: () => 'UTC',
    groups: [{ id: 'g', name: 'Both', queueIds: ['a', 'b'] }],
    thresholds,
    excludeShortAbandons: false,
  };
  const engine = new KpiEngine({ clock, log: silentLog, metrics: createMetrics(), settings });
  const devices = new DeviceEngine({
    ...{ clock, log: silentLog, settings, flushIntervalMs: FLUSH_MS },
    membersOf: (key) => engine.membersOf(key),
    subjects: () => reader.subjects().map((info) => info.subject as SubjectKey), // the reader's own keys
  });
  const reader = joinReaders(engine, devices, 'UTC');
  engine.start();
  devices.start();
  const queues = [
    { id: 'a', divisionId: 'd' },
    { id: 'b', divisionId: 'd' },
    { id: 'c', divisionId: 'e' },
  ];
  engine.sink({
    kind: 'queuesListed',
    queues: queues.map(({ id, divisionId }) => ({
      ...{ id: queueId(id), name: `Queue ${id}`, divisionId, divisionName: divisionId, serviceLevels: [] },
    })),
  });
  function observe(owner: DeviceOwner, counts: Counts, more: Partial<DeviceFiguresObserved> = {}): void {
    const at = { observedAt: clock.now(), origin: 'live' } as const;
    devices.sink({ kind: 'deviceFiguresObserved', owner, ...at, ...ZERO, ...counts, ...more });
  }
  function sessions(
    owner: SessionFiguresObserved['owner'],
    counts: Partial<typeof NO_COUNTS>,
    more: Partial<SessionFiguresObserved> = {},
  ): void {
    const at = { observedAt: clock.now(), origin: 'live' } as const;
    devices.sessionSink({ kind: 'sessionFiguresObserved', owner, ...at, ...NO_COUNTS, ...counts, ...more });
  }
  function value(subject: string, kpi: DeviceKpiKey): number | null | undefined {
    return reader.value(subject as SubjectKey, kpi as KpiKey)?.value; // text that is only looked up
  }
  return {
    ...{ clock, engine, devices, reader, observe, sessions, value },
    restoreSessions: () => devices.sessionSink({ kind: 'sessionsRestored', at: clock.now() }),
    loseSessions: (heardAt = clock.now()) =>
      devices.sessionSink({ kind: 'sessionsLost', at: clock.now(), heardAt }),
    restore: () => devices.sink({ kind: 'deviceLinkRestored', at: clock.now() }),
    lose: (heardAt = clock.now()) => devices.sink({ kind: 'deviceLinkLost', at: clock.now(), heardAt }),
    stop: () => {
      engine.stop();
      devices.stop();
    },
  };
}
