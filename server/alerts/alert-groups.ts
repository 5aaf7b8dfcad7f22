/**
 * Open alerts with one cause as one line: same sensor, level, product, firmware and queue. Pure but for being filled in
 * place: a group is kept up by what changes, and only what a screen shows of it is worked out, when it is asked for.
 */
import { createHash } from 'node:crypto';
import { ALERT_LEVELS, type AlertGroup } from '../../lib/contracts/alert';
import type { StoredAlert } from '../store/alert-ports';
import { isActive, isOpen, isUnacknowledged } from './alert-state';
import type { AlertChange } from './ledger-memory';
import { topOf } from './top-of';

export interface ListedGroups {
  /** Worst first, then those that somebody must take, then what lasts, floods, and the newest. */
  readonly groups: readonly AlertGroup[];
  readonly more: number;
}

interface Group {
  readonly key: string;
  readonly name: string;
  readonly rank: number;
  readonly queueId: string | null;
  readonly members: Map<string, StoredAlert>;
  readonly devices: Map<string, number>;
  readonly sites: Map<string | null, number>;
  unacknowledged: number;
  active: number;
  /** Of those that last, else of all; `null`: something changed, it is to be looked for. */
  since: number | null;
  /** `null`: something changed since it was drawn. */
  line: AlertGroup | null;
}

export class AlertGroups {
  readonly #queueOf: (deviceId: string) => string | null;
  /** By what makes a group, and by what it is called on the wire. */
  readonly #byName = new Map<string, Group>();
  readonly #byKey = new Map<string, Group>();
  readonly #groupOf = new Map<string, Group>();
  /** `null`: something changed since they were asked for. */
  #every: readonly AlertGroup[] | null = null;

  constructor(queueOf: (deviceId: string) => string | null) {
    this.#queueOf = queueOf;
  }

  change({ before, after }: AlertChange): void {
    const alert = after ?? before;
    if (alert === null) return;
    this.#every = null;
    const group = this.#groupOf.get(alert.id);
    const held = group?.members.get(alert.id);
    const isStaying = after !== null && isOpen(after.state);
    if (group !== undefined && held !== undefined && isStaying) replace(group, held, after);
    else if (group !== undefined && held !== undefined) this.#leave(group, held);
    else if (isStaying) this.#enter(after);
  }

  /** Of a device that belongs to another queue now. */
  regroup(alerts: Iterable<StoredAlert>): void {
    for (const alert of [...alerts]) {
      const group = this.#groupOf.get(alert.id);
      if (group === undefined || group.queueId === this.#queueOf(alert.deviceId)) continue;
      this.#every = null;
      this.#leave(group, alert);
      this.#enter(alert);
    }
  }

  /** What is in a group now; nothing where there is no such group. */
  members(key: string): Iterable<StoredAlert> {
    return this.#byKey.get(key)?.members.values() ?? [];
  }

  list(max: number): ListedGroups {
    const groups = topOf(this.#byKey.values(), max, compareGroups).map(lineOf);
    return { groups, more: this.#byKey.size - groups.length };
  }

  /** All of them, in no order; the same array while none changed. */
  every(): readonly AlertGroup[] {
    this.#every ??= [...this.#byKey.values()].map(lineOf);
    return this.#every;
  }

  #enter(alert: StoredAlert): void {
    const group = this.#obtain(alert);
    this.#groupOf.set(alert.id, group);
    group.members.set(alert.id, alert);
    addTo(group.devices, alert.deviceId, 1);
    addTo(group.sites, alert.site, 1);
    weigh(group, alert, 1);
  }

  #leave(group: Group, alert: StoredAlert): void {
    this.#groupOf.delete(alert.id);
    group.members.delete(alert.id);
    if (group.members.size === 0) {
      this.#byName.delete(group.name);
      this.#byKey.delete(group.key);
      return;
    }
    addTo(group.devices, alert.deviceId, -1);
    addTo(group.sites, alert.site, -1);
    weigh(group, alert, -1);
  }

  #obtain(alert: StoredAlert): Group {
    const queueId = this.#queueOf(alert.deviceId);
    const { sensorType, level, product, firmwareVersion } = alert;
    const name = JSON.stringify([sensorType, level, product, firmwareVersion, queueId]);
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const group = newGroup(name, ALERT_LEVELS.indexOf(level), queueId);
    this.#byName.set(name, group);
    this.#byKey.set(group.key, group);
    return group;
  }
}

function newGroup(name: string, rank: number, queueId: string | null): Group {
  return {
    key: createHash('sha256').update(name).digest('base64url').slice(0, 22),
    name,
    rank,
    queueId,
    members: new Map(),
    devices: new Map(),
    sites: new Map(),
    unacknowledged: 0,
    active: 0,
    since: null,
    line: null,
  };
}

/** The same alert in another state: it keeps its place, device, site and time. */
function replace(group: Group, held: StoredAlert, after: StoredAlert): void {
  group.members.set(after.id, after);
  weigh(group, held, -1);
  weigh(group, after, 1);
}

function weigh(group: Group, { state }: StoredAlert, by: 1 | -1): void {
  if (isUnacknowledged(state)) group.unacknowledged += by;
  if (isActive(state)) group.active += by;
  group.since = null;
  group.line = null;
}

function compareGroups(a: Group, b: Group): number {
  const taken = (group: Group) => (group.unacknowledged > 0 ? 0 : 1);
  return (
    a.rank - b.rank ||
    taken(a) - taken(b) ||
    magnitude(b) - magnitude(a) ||
    sinceOf(b) - sinceOf(a) ||
    (a.key < b.key ? -1 : 1)
  );
}

/** 0: it is over; then by tens, so that one alert more moves no line. */
function magnitude({ active }: Group): number {
  return active === 0 ? 0 : 1 + Math.floor(Math.log10(active));
}

function sinceOf(group: Group): number {
  if (group.since === null) {
    let since = Number.POSITIVE_INFINITY;
    // What is over and nobody took does not make a new flood look old.
    for (const { raisedAt, state } of group.members.values())
      if (group.active === 0 || isActive(state)) since = Math.min(since, raisedAt);
    group.since = since;
  }
  return group.since;
}

/** The same object while nothing of the group changed. */
function lineOf(group: Group): AlertGroup {
  if (group.line !== null) return group.line;
  const [alert] = group.members.values();
  if (alert === undefined) throw new Error('invariant: a group without alerts is gone');
  const { level, sensorType, product, firmwareVersion } = alert;
  group.line = {
    key: group.key,
    level,
    sensorType,
    product,
    firmwareVersion,
    queueId: group.queueId,
    devices: group.devices.size,
    alerts: group.members.size,
    unacknowledged: group.unacknowledged,
    active: group.active,
    deviceId: onlyOf(group.devices),
    site: onlyOf(group.sites),
    since: sinceOf(group),
    acknowledgedBy: group.unacknowledged > 0 ? null : lastTaker(group.members.values()),
  };
  return group.line;
}

/** `null`: there are several. */
function onlyOf<T>(counts: ReadonlyMap<T, number>): T | null {
  const [only] = counts.keys();
  return counts.size === 1 && only !== undefined ? only : null;
}

function lastTaker(alerts: Iterable<StoredAlert>): string | null {
  let [takenAt, taker]: [number, string | null] = [Number.NEGATIVE_INFINITY, null];
  for (const { acknowledgedAt, acknowledgedBy } of alerts) {
    if (acknowledgedAt !== null && acknowledgedAt >= takenAt)
      [takenAt, taker] = [acknowledgedAt, acknowledgedBy];
  }
  return taker;
}

function addTo<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
