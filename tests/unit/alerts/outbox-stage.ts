/** An outbox on a store in memory, before a target that answers as it is told. */
import { EventOutbox } from '../../../server/alerts/event-outbox';
import type { Sending } from '../../../server/alerts/event-sender';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { EMPTY_UNIT, type StoredAlert, type StoredDelivery } from '../../../server/store/alert-ports';
import { FakeClock } from '../../support/fake-clock';
import { MemoryAlertStore } from '../../support/memory-alert-store';

export const SENT: Sending = { kind: 'sent' };
export const BUSY: Sending = { kind: 'later', reason: '503', floorMs: 0 };

export type Wish = Partial<Pick<StoredDelivery, 'level' | 'raisedAt' | 'attempts' | 'state'>>;

export function storedAlert(id: string, deviceId: string, more: Partial<StoredAlert> = {}): StoredAlert {
  return {
    ...{ id, deviceId, sensorType: 'temperature', level: 'critical', readingValue: 91.5 },
    ...{ product: 'Thermo', firmwareVersion: '3.2', site: 'Cork', deviceTime: 1, raisedAt: 1, receivedAt: 2 },
    ...{ clockSkewMs: null, extra: null, state: 'active-unacknowledged', clearedAt: null, clearedBy: null },
    ...{ acknowledgedAt: null, acknowledgedBy: null, note: null },
    ...more,
  };
}

export interface OutboxStageOptions {
  readonly perMinute?: number;
  readonly bound?: number;
  readonly store?: MemoryAlertStore;
  readonly clock?: FakeClock;
  readonly mayAct?: () => boolean;
  /** What the target says to an alert, by its id and how often it was tried. */
  readonly answer?: (alertId: string, nth: number) => Sending | Promise<Sending>;
}

export function outboxStage(options: OutboxStageOptions = {}) {
  const { perMinute = 60_000, answer = () => SENT, store = new MemoryAlertStore() } = options;
  const clock = options.clock ?? new FakeClock();
  const tries: { readonly alertId: string; readonly at: number }[] = [];
  let seq = store.deliveryRows.size;
  const outbox = new EventOutbox({
    ...{ store, clock, perMinute, shape: 'webhook', log: silentLog, metrics: createMetrics() },
    random: () => 1,
    queueOf: () => 'q1',
    send: async (body) => {
      const { alertId } = JSON.parse(body);
      tries.push({ alertId, at: clock.monotonicNow() });
      return answer(alertId, tries.filter((one) => one.alertId === alertId).length);
    },
    ...(options.bound === undefined ? {} : { bound: options.bound }),
    ...(options.mayAct === undefined ? {} : { mayAct: options.mayAct }),
  });

  async function put(id: string, deviceId: string, wish: Wish = {}): Promise<StoredDelivery> {
    const level = wish.level ?? 'critical';
    const row: StoredDelivery = {
      ...{ alertId: id, deviceId, level, seq: ++seq, raisedAt: clock.now(), attempts: 0 },
      ...{ state: 'waiting', reason: null, changedAt: clock.now(), ...wish },
    };
    await store.write({
      ...EMPTY_UNIT,
      newAlerts: [storedAlert(id, deviceId, { level })],
      deliveries: [row],
    });
    return row;
  }

  /** Lets promises settle, as long as they lead to more. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }
  async function pass(ms: number, stepMs = ms): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await settle();
    }
  }
  return {
    ...{ outbox, store, clock, tries, put, settle, pass },
    sent: () => tries.map(({ alertId }) => alertId),
    async store1(id: string, deviceId: string, wish: Wish = {}) {
      outbox.onStored([await put(id, deviceId, wish)]);
      await settle();
    },
    stateOf: (id: string) => store.deliveryRows.get(id)?.state,
  };
}
