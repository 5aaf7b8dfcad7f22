/** Alerts on a stage: messages as the parser would make them, and a ledger on a store that can be made to fail. */
import type { AlertLevel } from '../../../lib/contracts/alert';
import { type AlertsOptions, createAlerts } from '../../../server/alerts/alerts';
import type {
  BrokerMessage,
  ClearedAlert,
  Incoming,
  PresenceNoted,
  RaisedAlert,
} from '../../../server/alerts/incoming';
import type { DeviceEvent, DeviceFiguresObserved } from '../../../server/kpi/events';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { seededRandom } from '../../../server/runtime/random';
import type { StoredDelivery } from '../../../server/store/alert-ports';
import { FakeClock } from '../../support/fake-clock';
import { MemoryAlertStore } from '../../support/memory-alert-store';

export const START = Date.UTC(2026, 10, 20, 9, 0, 0);
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** Raised at START + `time`, received a second later; the id is made of device, sensor and time. */
export function raised(deviceId: string, time: number, more: Partial<RaisedAlert> = {}): RaisedAlert {
  const sensorType = more.sensorType ?? 'temperature';
  return {
    kind: 'raised',
    id: `${deviceId}/${sensorType}/${time}`,
    deviceId,
    sensorType,
    level: 'critical',
    readingValue: 71.5,
    product: null,
    firmwareVersion: null,
    site: null,
    deviceTime: START + time,
    raisedAt: START + time,
    receivedAt: START + time + 1_000,
    clockSkewMs: null,
    extra: null,
    ...more,
  };
}

export function cleared(deviceId: string, time: number, more: Partial<ClearedAlert> = {}): ClearedAlert {
  return {
    kind: 'cleared',
    deviceId,
    sensorType: 'temperature',
    by: 'normal',
    product: null,
    firmwareVersion: null,
    site: null,
    deviceTime: START + time,
    clearedAt: START + time,
    receivedAt: START + time + 1_000,
    clockSkewMs: null,
    ...more,
  };
}

export function presence(deviceId: string, connection: 'online' | 'offline', time = 0): PresenceNoted {
  return { kind: 'presence', deviceId, connection, receivedAt: START + time, retained: false };
}

/** `parse` below reads it back. */
export function message(incoming: Incoming): BrokerMessage {
  const payload = new TextEncoder().encode(JSON.stringify(incoming));
  return { topic: 'devices/x/alerts', payload, receivedAt: START, retained: false };
}

export function parse({ payload }: BrokerMessage): Incoming {
  // Written by `message`.
  return JSON.parse(new TextDecoder().decode(payload)) as Incoming;
}

export class Stage {
  readonly clock: FakeClock;
  readonly store: MemoryAlertStore;
  readonly told: DeviceEvent[] = [];
  readonly handedOn: StoredDelivery[] = [];
  readonly metrics = createMetrics();
  readonly alerts: ReturnType<typeof createAlerts>;

  constructor(
    more: Partial<AlertsOptions> = {},
    store = new MemoryAlertStore(),
    clock = new FakeClock(START),
  ) {
    this.store = store;
    this.clock = clock;
    this.alerts = createAlerts({
      store,
      clock,
      parse,
      random: seededRandom(1),
      log: silentLog,
      metrics: this.metrics,
      levelsToForward: new Set<AlertLevel>(['critical']),
      maxAgeMs: 24 * HOUR,
      keepMs: 90 * 24 * HOUR,
      defer: (run) => void setImmediate(run),
      zones: { timeZone: 'UTC', timeZoneOf: () => 'UTC' },
      sink: (event) => this.told.push(event),
      rules: [],
      saveRules: async () => {},
      outbox: {
        onStored: (deliveries) => this.handedOn.push(...deliveries),
        forwarding: () => ({
          state: 'closed',
          since: 0,
          backlog: 0,
          oldestAt: null,
          dead: 0,
          lastSentAt: null,
        }),
        retry: async (ids) => ids.length,
      },
      ...more,
    });
  }

  get desk() {
    return this.alerts.desk;
  }

  async start(): Promise<this> {
    await this.alerts.start();
    await this.clock.advanceAsync(0.5);
    return this;
  }

  async take(...incoming: readonly Incoming[]): Promise<void> {
    await this.alerts.intake(incoming.map(message));
  }

  /** Stopped, and another one on the same store. */
  async restarted(more: Partial<AlertsOptions> = {}): Promise<Stage> {
    await this.alerts.stop();
    return new Stage(more, this.store, this.clock).start();
  }

  /** Lets everything paced come through. */
  async settle(): Promise<void> {
    await this.clock.advanceAsync(1_000, 250);
    await this.clock.advanceAsync(250);
  }

  /** What was said last of each owner, zeros left out. */
  figures(): ReadonlyMap<string, Figures> {
    const last = new Map<string, Figures>();
    for (const event of this.told) {
      if (event.kind !== 'deviceFiguresObserved') continue;
      const figures = figuresOf(event);
      if (Object.values(figures).every((count) => count === 0)) last.delete(ownerKey(event));
      else last.set(ownerKey(event), figures);
    }
    return last;
  }

  stop(): Promise<void> {
    return this.alerts.stop();
  }
}

export type Figures = Omit<DeviceFiguresObserved, 'kind' | 'owner' | 'observedAt' | 'origin'>;

function figuresOf({ kind: _, owner: __, observedAt: ___, origin: ____, ...figures }: DeviceFiguresObserved) {
  return figures;
}

export function ownerKey({ owner }: DeviceFiguresObserved): string {
  if (owner.kind === 'queue') return `queue:${owner.queueId}`;
  return owner.kind === 'site' ? `site:${owner.site}` : 'unmapped';
}

export function figures(more: Partial<Figures> = {}): Figures {
  return { critical: 0, warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0, ...more };
}
