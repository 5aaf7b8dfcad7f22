/**
 * The figures of devices by owner: by queue (or unmapped) and by site. Pure but for being filled in place. A device
 * carries its share with it, so that it moves whole when it belongs elsewhere. Alerts of devices that are not kept
 * belong to no queue and no site. What has nothing left is forgotten.
 */
import { ALERT_LEVELS, type AlertLevel } from '../../lib/contracts/alert';
import type { QueueId } from '../../lib/ids';
import type { DeviceOwner } from '../kpi/events';
import type { StoredAlert, StoredDevice } from '../store/alert-ports';
import { isActive } from './alert-state';
import type { AlertChange } from './ledger-memory';
import { addToQuarter, forgetQuarters, type Quarters, quarterOf } from './quarters';

/** Of active alerts by level, of those that nobody has taken, and of devices that are offline. */
interface Share {
  readonly levels: Record<AlertLevel, number>;
  unacknowledged: number;
  offline: number;
  readonly quarters: Quarters;
}

export interface OwnerShare extends Share {
  readonly owner: DeviceOwner;
  /** Its devices; an owner without any is forgotten. */
  deviceCount: number;
}

interface DeviceShare extends Share {
  queue: OwnerShare;
  site: OwnerShare | null;
}

export interface CountBookOptions {
  readonly queueOf: (device: StoredDevice) => string | null;
  /** Told of an owner whose figures moved. */
  readonly moved: (share: OwnerShare) => void;
  /** Sites that have figures of their own at most; devices of others count for their queue only. */
  readonly maxSites?: number;
  /** Quarters remembered by device at most: past it, today's alerts stay with the owner they were raised for. */
  readonly maxQuarters?: number;
}

export class CountBook {
  readonly #options: Required<CountBookOptions>;
  readonly #devices = new Map<string, DeviceShare>();
  readonly #queues = new Map<string, OwnerShare>();
  readonly #sites = new Map<string, OwnerShare>();
  readonly #unmapped = newOwner({ kind: 'unmapped' });
  readonly #strangers: DeviceShare = { ...emptyShare(), queue: this.#unmapped, site: null };
  #quarterCount = 0;
  #oldest = Number.NEGATIVE_INFINITY;

  constructor(options: CountBookOptions) {
    this.#options = { maxSites: 5_000, maxQuarters: 1_000_000, ...options };
  }

  /** A device is known, says something else of itself, or the rules are others. */
  place(device: StoredDevice): void {
    const known = this.#devices.get(device.deviceId);
    const offline = device.connection === 'offline' ? 1 : 0;
    const queue = this.#queueShare(this.#options.queueOf(device));
    const site = this.#siteShare(device.site);
    if (known !== undefined && known.queue === queue && known.site === site && known.offline === offline)
      return;
    const left = known === undefined ? [] : ownersOf(known);
    if (known !== undefined) this.#leave(known);
    const share = known ?? { ...emptyShare(), queue, site };
    Object.assign(share, { queue, site, offline });
    this.#devices.set(device.deviceId, share);
    this.#enter(share);
    for (const owner of left) if (owner.deviceCount === 0) this.#forgetOwner(owner);
  }

  /** `isRestored`: raised before the start; what was raised today is told by `restore`. */
  change({ before, after }: AlertChange, isRestored: boolean): void {
    const alert = after ?? before;
    if (alert === null) return;
    const device = this.#devices.get(alert.deviceId) ?? this.#strangers;
    if (before !== null && isActive(before.state)) this.#count(device, before, -1);
    if (after !== null && isActive(after.state)) this.#count(device, after, 1);
    if (before === null && !isRestored) this.raised(alert.deviceId, quarterOf(alert.raisedAt), 1);
  }

  /** So many alerts of a device were raised in a quarter. */
  raised(deviceId: string, quarter: number, count: number): void {
    if (quarter < this.#oldest) return;
    const device = this.#devices.get(deviceId) ?? this.#strangers;
    const isKnown = device.quarters.has(quarter);
    if (isKnown || this.#quarterCount < this.#options.maxQuarters) {
      addToQuarter(device.quarters, quarter, count);
      if (!isKnown) this.#quarterCount++;
    }
    for (const share of ownersOf(device)) {
      addToQuarter(share.quarters, quarter, count);
      this.#options.moved(share);
    }
  }

  /** Forgets quarters before `oldest`. */
  forget(oldest: number): void {
    if (oldest <= this.#oldest) return;
    this.#oldest = oldest;
    for (const { quarters } of this.owners()) forgetQuarters(quarters, oldest);
    for (const { quarters } of [...this.#devices.values(), this.#strangers]) {
      if (quarters.size > 0) this.#quarterCount -= forgetQuarters(quarters, oldest);
    }
  }

  *owners(): Iterable<OwnerShare> {
    yield this.#unmapped;
    yield* this.#queues.values();
    yield* this.#sites.values();
  }

  #enter(device: DeviceShare): void {
    for (const share of ownersOf(device)) {
      share.deviceCount++;
      addShare(share, device, 1);
      if (!isEmpty(device)) this.#options.moved(share);
    }
  }

  #leave(device: DeviceShare): void {
    this.#quarterCount -= forgetQuarters(device.quarters, this.#oldest);
    for (const share of ownersOf(device)) {
      share.deviceCount--;
      addShare(share, device, -1);
      if (!isEmpty(device)) this.#options.moved(share);
    }
  }

  #forgetOwner(share: OwnerShare): void {
    const { owner, quarters } = share;
    if (owner.kind === 'unmapped') return;
    quarters.clear();
    this.#options.moved(share);
    if (owner.kind === 'queue') this.#queues.delete(owner.queueId);
    else this.#sites.delete(owner.site);
  }

  #queueShare(queueId: string | null): OwnerShare {
    if (queueId === null) return this.#unmapped;
    // The mapping's queue ids are those of the platform, as people wrote them there.
    return obtain(this.#queues, queueId, () => newOwner({ kind: 'queue', queueId: queueId as QueueId }));
  }

  #siteShare(site: string | null): OwnerShare | null {
    if (site === null) return null;
    if (!this.#sites.has(site) && this.#sites.size >= this.#options.maxSites) return null;
    return obtain(this.#sites, site, () => newOwner({ kind: 'site', site }));
  }

  #count(device: DeviceShare, { level, state }: StoredAlert, by: number): void {
    const unacknowledged = state === 'active-unacknowledged' ? by : 0;
    for (const share of [device, ...ownersOf(device)]) {
      share.levels[level] += by;
      share.unacknowledged += unacknowledged;
    }
    for (const share of ownersOf(device)) this.#options.moved(share);
  }
}

function ownersOf({ queue, site }: DeviceShare): OwnerShare[] {
  return site === null ? [queue] : [queue, site];
}

function emptyShare(): Share {
  return { levels: { critical: 0, warning: 0, info: 0 }, unacknowledged: 0, offline: 0, quarters: new Map() };
}

function newOwner(owner: DeviceOwner): OwnerShare {
  return { owner, deviceCount: 0, ...emptyShare() };
}

function addShare(sum: Share, share: Share, sign: 1 | -1): void {
  for (const level of ALERT_LEVELS) sum.levels[level] += sign * share.levels[level];
  sum.unacknowledged += sign * share.unacknowledged;
  sum.offline += sign * share.offline;
  for (const [quarter, count] of share.quarters) addToQuarter(sum.quarters, quarter, sign * count);
}

function isEmpty({ levels, offline, quarters }: Share): boolean {
  return offline === 0 && quarters.size === 0 && ALERT_LEVELS.every((level) => levels[level] === 0);
}

function obtain<V>(kept: Map<string, V>, key: string, make: () => V): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}
