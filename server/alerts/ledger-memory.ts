/**
 * What the ledger holds in memory: the open alerts and the devices. Moves only by changes that are on the disk. Every
 * active alert of the store is here; of cleared ones that nobody has taken, as many as fit. Ids are Map keys.
 */
import type { StoredAlert, StoredDelivery, StoredDevice } from '../store/alert-ports';
import { isActive, isOpen } from './alert-state';

export interface AlertChange {
  /** `null`: raised just now. */
  readonly before: StoredAlert | null;
  /** `null`: it made room and is in the store only. */
  readonly after: StoredAlert | null;
}

export interface DeviceChange {
  readonly before: StoredDevice | null;
  readonly after: StoredDevice;
}

/** What one write changed, in its order. Devices are to be read before alerts: these may be of new devices. */
export interface LedgerChanges {
  /** Read from the store at the start: nothing new happened. */
  readonly isRestored: boolean;
  readonly devices: readonly DeviceChange[];
  readonly alerts: readonly AlertChange[];
  readonly deliveries: readonly StoredDelivery[];
}

/** What deciding may look at. */
export interface LedgerView {
  alert(id: string): StoredAlert | undefined;
  device(deviceId: string): StoredDevice | undefined;
  activeOf(deviceId: string, sensorType: string): Iterable<StoredAlert>;
  /** How many more devices can be kept. */
  deviceRoom(): number;
}

export class LedgerMemory implements LedgerView {
  readonly #maxDevices: number;
  /** Both in the order in which they came: the oldest first. */
  readonly #active = new Map<string, StoredAlert>();
  readonly #cleared = new Map<string, StoredAlert>();
  readonly #devices = new Map<string, StoredDevice>();
  readonly #openByDevice = new Map<string, Set<string>>();
  readonly #activeBySensor = new Map<string, Set<string>>();

  constructor(maxDevices: number) {
    this.#maxDevices = maxDevices;
  }

  get openCount(): number {
    return this.#active.size + this.#cleared.size;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  get deviceCount(): number {
    return this.#devices.size;
  }

  deviceRoom(): number {
    return this.#maxDevices - this.#devices.size;
  }

  alert(id: string): StoredAlert | undefined {
    return this.#active.get(id) ?? this.#cleared.get(id);
  }

  device(deviceId: string): StoredDevice | undefined {
    return this.#devices.get(deviceId);
  }

  devices(): Iterable<StoredDevice> {
    return this.#devices.values();
  }

  *open(): Iterable<StoredAlert> {
    yield* this.#active.values();
    yield* this.#cleared.values();
  }

  *openOf(deviceId: string): Iterable<StoredAlert> {
    for (const id of this.#openByDevice.get(deviceId) ?? []) {
      const alert = this.alert(id);
      if (alert !== undefined) yield alert;
    }
  }

  *activeOf(deviceId: string, sensorType: string): Iterable<StoredAlert> {
    for (const id of this.#activeBySensor.get(sensorKey(deviceId, sensorType)) ?? []) {
      const alert = this.#active.get(id);
      if (alert !== undefined) yield alert;
    }
  }

  /** Active ones raised at or before, at most so many. */
  dueBy(raisedBy: number, limit: number): StoredAlert[] {
    return first(this.#active.values(), limit, (alert) => alert.raisedAt <= raisedBy);
  }

  oldestActive(limit: number): StoredAlert[] {
    return first(this.#active.values(), limit, () => true);
  }

  oldestCleared(limit: number): StoredAlert[] {
    return first(this.#cleared.values(), limit, () => true);
  }

  apply(changes: Pick<LedgerChanges, 'alerts' | 'devices'>): void {
    for (const { after } of changes.devices) this.#devices.set(after.deviceId, after);
    for (const { before, after } of changes.alerts) {
      // Also where it holds it already: loading and repairing may say a thing twice.
      const held = before ?? (after === null ? undefined : this.alert(after.id));
      if (held !== undefined && (after === null || !isOpen(after.state))) this.#remove(held);
      else if (after !== null && isOpen(after.state)) this.#put(after, held);
    }
  }

  #put(alert: StoredAlert, held: StoredAlert | undefined): void {
    const { id, deviceId, sensorType } = alert;
    addTo(this.#openByDevice, deviceId, id);
    if (isActive(alert.state)) {
      this.#active.set(id, alert);
      addTo(this.#activeBySensor, sensorKey(deviceId, sensorType), id);
      return;
    }
    if (held !== undefined) this.#deactivate(held);
    this.#cleared.set(id, alert);
  }

  #remove(alert: StoredAlert): void {
    this.#deactivate(alert);
    this.#cleared.delete(alert.id);
    removeFrom(this.#openByDevice, alert.deviceId, alert.id);
  }

  #deactivate({ id, deviceId, sensorType }: StoredAlert): void {
    if (this.#active.delete(id)) removeFrom(this.#activeBySensor, sensorKey(deviceId, sensorType), id);
  }
}

/** The length keeps two pairs apart whose texts run together to the same. */
export function sensorKey(deviceId: string, sensorType: string): string {
  return `${deviceId.length}:${deviceId}${sensorType}`;
}

function addTo(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}

function removeFrom(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set?.delete(id) && set.size === 0) sets.delete(key);
}

function first(
  alerts: Iterable<StoredAlert>,
  limit: number,
  isWanted: (a: StoredAlert) => boolean,
): StoredAlert[] {
  const found: StoredAlert[] = [];
  if (limit <= 0) return found;
  for (const alert of alerts) {
    if (isWanted(alert)) found.push(alert);
    if (found.length >= limit) break;
  }
  return found;
}
