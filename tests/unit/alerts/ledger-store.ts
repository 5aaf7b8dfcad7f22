/** A store of alerts in memory for the ledger's tests: it fails when told to, with or without having written. */
import { quarterOf } from '../../../server/alerts/quarters';
import type {
  AlertFilter,
  AlertStore,
  AlertUnit,
  StoredAlert,
  StoredDelivery,
  StoredDevice,
  StoredRefusal,
} from '../../../server/store/alert-ports';

export class LedgerStore implements AlertStore {
  readonly alerts = new Map<string, StoredAlert>();
  readonly rows = new Map<string, StoredDevice>();
  readonly deliveries = new Map<string, StoredDelivery>();
  readonly refused: StoredRefusal[] = [];
  readonly units: AlertUnit[] = [];
  readonly forgotBefore: number[] = [];
  /** `lost`: written, but nobody hears of it. */
  failing: 'never' | 'before' | 'lost' = 'never';
  /** Every write waits for it. */
  gate: Promise<void> = Promise.resolve();

  async knownIds(ids: readonly string[]) {
    return new Set(ids.filter((id) => this.alerts.has(id)));
  }

  async write(unit: AlertUnit): Promise<void> {
    await this.gate;
    if (this.failing === 'before') throw new Error('disk full');
    this.units.push(unit);
    for (const alert of unit.newAlerts) if (!this.alerts.has(alert.id)) this.alerts.set(alert.id, alert);
    for (const alert of unit.changedAlerts) this.alerts.set(alert.id, alert);
    for (const device of unit.devices) this.rows.set(device.deviceId, device);
    for (const delivery of unit.deliveries) this.deliveries.set(delivery.alertId, delivery);
    this.refused.push(...unit.refusals);
    if (this.failing === 'lost') throw new Error('answer lost');
  }

  async *openAlerts() {
    yield* pages([...this.alerts.values()].filter(({ state }) => state !== 'cleared-acknowledged'));
  }

  async *devices() {
    yield* pages([...this.rows.values()]);
  }

  async find({ states, deviceId, site, ids, limit, before }: AlertFilter) {
    return [...this.alerts.values()]
      .filter(
        (alert) =>
          (states?.includes(alert.state) ?? true) &&
          (deviceId === undefined || alert.deviceId === deviceId) &&
          (site === undefined || alert.site === site) &&
          (ids?.includes(alert.id) ?? true) &&
          (before === undefined || isOlder(alert, before)),
      )
      .sort((a, b) => (isOlder(a, b) ? 1 : -1))
      .slice(0, limit);
  }

  async *raisedSince(since: number) {
    const counts = new Map<string, { deviceId: string; quarter: number; count: number }>();
    for (const { deviceId, raisedAt } of this.alerts.values()) {
      const quarter = quarterOf(raisedAt);
      if (quarter < since) continue;
      const key = `${quarter} ${deviceId}`;
      counts.set(key, { deviceId, quarter, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    yield* pages([...counts.values()]);
  }

  async *waitingDeliveries() {
    yield* pages([...this.deliveries.values()].filter(({ state }) => state === 'waiting'));
  }

  async deadDeliveries(limit: number) {
    return [...this.deliveries.values()].filter(({ state }) => state === 'dead').slice(0, limit);
  }

  async delivery(ids: readonly string[]) {
    return ids.flatMap((id) => this.deliveries.get(id) ?? []);
  }

  async countDeliveries() {
    return { waiting: this.deliveries.size, dead: 0 };
  }

  async refusals(limit: number) {
    return this.refused.slice(-limit).reverse();
  }

  async refusalCounts() {
    return this.refused.length === 0 ? [] : [{ reason: 'not-json' as const, count: this.refused.length }];
  }

  async count() {
    return this.alerts.size;
  }

  /** Two at a time. */
  async forget(receivedBefore: number) {
    this.forgotBefore.push(receivedBefore);
    const gone = [...this.alerts.values()].filter(
      ({ state, receivedAt }) => state === 'cleared-acknowledged' && receivedAt < receivedBefore,
    );
    for (const { id } of gone.slice(0, 2)) this.alerts.delete(id);
    return Math.min(2, gone.length);
  }

  async close() {}
}

function isOlder(a: { receivedAt: number; id: string }, b: { receivedAt: number; id: string }): boolean {
  return a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.id < b.id);
}

function* pages<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < rows.length; from += 3) yield rows.slice(from, from + 3);
}
