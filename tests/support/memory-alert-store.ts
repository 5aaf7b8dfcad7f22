/** An alert store in memory, for tests of what stands on one; it can be made to fail, before and after it has written. */
import type { RefusalReason } from '../../lib/contracts/alert';
import type {
  AlertFilter,
  AlertStore,
  AlertUnit,
  StoredAlert,
  StoredDelivery,
  StoredDevice,
  StoredRefusal,
} from '../../server/store/alert-ports';

const PAGE = 1_000;
const MAX_REFUSALS = 1_000;
const QUARTER_MS = 900_000;

type RaisedCount = { readonly deviceId: string; readonly quarter: number; readonly count: number };

export class MemoryAlertStore implements AlertStore {
  readonly alerts = new Map<string, StoredAlert>();
  readonly deviceRows = new Map<string, StoredDevice>();
  readonly deliveryRows = new Map<string, StoredDelivery>();
  /** Oldest first. */
  refusalRows: StoredRefusal[] = [];
  /** Every unit that was written, in order. */
  readonly units: AlertUnit[] = [];
  /** While it is set every write rejects with it, and writes nothing. */
  failure: Error | null = null;
  /** While it is set every write writes, and then rejects with it: the answer is lost. */
  lateFailure: Error | null = null;
  /** Every write waits for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #refusalCounts = new Map<RefusalReason, number>();
  #isClosed = false;

  async knownIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.#assertOpen();
    return new Set(ids.filter((id) => this.alerts.has(id)));
  }

  async write(unit: AlertUnit): Promise<void> {
    await this.gate;
    this.#assertOpen();
    if (this.failure !== null) throw this.failure;
    this.#apply(structuredClone(unit));
    if (this.lateFailure !== null) throw this.lateFailure;
  }

  openAlerts(): AsyncIterable<readonly StoredAlert[]> {
    const open = [...this.alerts.values()].filter(({ state }) => state !== 'cleared-acknowledged');
    return pages(open.sort((a, b) => -newestFirst(a, b)));
  }

  devices(): AsyncIterable<readonly StoredDevice[]> {
    return pages([...this.deviceRows.values()].sort((a, b) => order(a.deviceId, b.deviceId)));
  }

  async find(filter: AlertFilter): Promise<readonly StoredAlert[]> {
    this.#assertOpen();
    const found = [...this.alerts.values()].filter((alert) => isWanted(alert, filter));
    return found.sort(newestFirst).slice(0, filter.limit);
  }

  raisedSince(since: number): AsyncIterable<readonly RaisedCount[]> {
    const counts = new Map<string, RaisedCount>();
    for (const { deviceId, raisedAt } of this.alerts.values()) {
      if (raisedAt < since) continue;
      const quarter = Math.floor(raisedAt / QUARTER_MS) * QUARTER_MS;
      const key = JSON.stringify([deviceId, quarter]);
      counts.set(key, { deviceId, quarter, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return pages([...counts.values()]);
  }

  recentlyRaised(since: number): AsyncIterable<readonly StoredAlert[]> {
    const order = new Map([...this.alerts.keys()].map((id, at) => [id, at]));
    const raised = [...this.alerts.values()].filter(({ raisedAt }) => raisedAt >= since);
    return pages(
      raised.sort((a, b) => b.raisedAt - a.raisedAt || (order.get(b.id) ?? 0) - (order.get(a.id) ?? 0)),
    );
  }

  waitingDeliveries(): AsyncIterable<readonly StoredDelivery[]> {
    const waiting = [...this.deliveryRows.values()].filter(({ state }) => state === 'waiting');
    return pages(waiting.sort((a, b) => a.seq - b.seq || order(a.alertId, b.alertId)));
  }

  async deadDeliveries(limit: number): Promise<readonly StoredDelivery[]> {
    this.#assertOpen();
    const dead = [...this.deliveryRows.values()].filter(({ state }) => state === 'dead');
    return dead.sort((a, b) => b.changedAt - a.changedAt || b.seq - a.seq).slice(0, limit);
  }

  async delivery(alertIds: readonly string[]): Promise<readonly StoredDelivery[]> {
    this.#assertOpen();
    const wanted = new Set(alertIds);
    return [...this.deliveryRows.values()].filter(({ alertId }) => wanted.has(alertId));
  }

  async countDeliveries(): Promise<{ readonly waiting: number; readonly dead: number }> {
    this.#assertOpen();
    const states = [...this.deliveryRows.values()].map(({ state }) => state);
    const countOf = (wanted: string) => states.filter((state) => state === wanted).length;
    return { waiting: countOf('waiting'), dead: countOf('dead') };
  }

  async refusals(limit: number): Promise<readonly StoredRefusal[]> {
    this.#assertOpen();
    return this.refusalRows.toReversed().slice(0, limit);
  }

  async refusalCounts(): Promise<readonly { readonly reason: RefusalReason; readonly count: number }[]> {
    this.#assertOpen();
    const counts = [...this.#refusalCounts].map(([reason, count]) => ({ reason, count }));
    return counts.sort((a, b) => order(a.reason, b.reason));
  }

  async count(): Promise<number> {
    this.#assertOpen();
    return this.alerts.size;
  }

  async forget(receivedBefore: number): Promise<number> {
    this.#assertOpen();
    let forgotten = 0;
    for (const { id, state, receivedAt } of [...this.alerts.values()]) {
      if (state !== 'cleared-acknowledged' || receivedAt >= receivedBefore) continue;
      this.alerts.delete(id);
      this.deliveryRows.delete(id);
      forgotten += 1;
    }
    return forgotten;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** What was closed is there again. */
  reopen(): this {
    this.#isClosed = false;
    return this;
  }

  #apply(unit: AlertUnit): void {
    this.units.push(unit);
    for (const alert of unit.newAlerts) if (!this.alerts.has(alert.id)) this.alerts.set(alert.id, alert);
    for (const alert of unit.changedAlerts) this.alerts.set(alert.id, alert);
    for (const device of unit.devices) this.deviceRows.set(device.deviceId, device);
    for (const delivery of unit.deliveries) this.deliveryRows.set(delivery.alertId, delivery);
    for (const refusal of unit.refusals) this.#refuse(refusal);
    this.refusalRows = this.refusalRows.slice(-MAX_REFUSALS);
  }

  #refuse(refusal: StoredRefusal): void {
    if (this.refusalRows.some(({ id }) => id === refusal.id)) return;
    this.refusalRows.push(refusal);
    this.#refusalCounts.set(refusal.reason, (this.#refusalCounts.get(refusal.reason) ?? 0) + 1);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('the store is closed');
  }
}

async function* pages<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < rows.length; from += PAGE) yield rows.slice(from, from + PAGE);
}

function isWanted(alert: StoredAlert, { states, deviceId, site, ids, before }: AlertFilter): boolean {
  if (states !== undefined && !states.includes(alert.state)) return false;
  if (deviceId !== undefined && alert.deviceId !== deviceId) return false;
  if (site !== undefined && alert.site !== site) return false;
  if (ids !== undefined && !ids.includes(alert.id)) return false;
  return before === undefined || newestFirst(before, alert) < 0;
}

type Place = Pick<StoredAlert, 'receivedAt' | 'id'>;

function newestFirst(a: Place, b: Place): number {
  return b.receivedAt - a.receivedAt || -order(a.id, b.id);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
