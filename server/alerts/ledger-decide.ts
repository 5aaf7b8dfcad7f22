/**
 * What a batch of messages does to the ledger: pure. It reads the open alerts and devices, and gives what changed;
 * nothing moves before that is on the disk. A batch cut anywhere into two gives the same in the end.
 *
 * Whether an alert was raised before a clearing is told by the device's own clock, so that messages may come late, and
 * twice. A clock that is ahead of ours beyond belief (2099) would let a clearing swallow all that comes after it: then
 * an alert counts from when it was received, and a clearing is not remembered for alerts that come late.
 */

import { unreachable } from '../../lib/assert';
import type { AlertLevel } from '../../lib/contracts/alert';
import type { StoredAlert, StoredDelivery, StoredDevice, StoredRefusal } from '../store/alert-ports';
import { isActive, nextState, RAISED } from './alert-state';
import { clearedThrough, heardDevice, isSameDevice, unknownDevice, withClearing } from './device-row';
import type { ClearedAlert, Incoming, PresenceNoted, RaisedAlert, RefusedIncoming } from './incoming';
import { type AlertChange, type DeviceChange, type LedgerView, sensorKey } from './ledger-memory';

export interface DecideContext {
  /** Ids of this batch that the store has already. */
  readonly known: ReadonlySet<string>;
  readonly now: number;
  readonly levelsToForward: ReadonlySet<AlertLevel>;
  /** Of the next delivery. */
  readonly nextSeq: number;
  /** A new id for a refused message. */
  readonly newId: () => string;
}

export interface Decision {
  readonly devices: readonly DeviceChange[];
  readonly alerts: readonly AlertChange[];
  readonly deliveries: readonly StoredDelivery[];
  readonly refusals: readonly StoredRefusal[];
  /** Raises that had come before. */
  readonly repeatedCount: number;
  /** Messages of devices for which there was no room. */
  readonly strangerCount: number;
}

export function decideBatch(view: LedgerView, batch: readonly Incoming[], context: DecideContext): Decision {
  const draft = newDraft(view, context);
  for (const incoming of batch) takeOne(draft, incoming);
  return {
    devices: [...draft.devices.values()],
    alerts: [...draft.alerts.values()],
    deliveries: draft.deliveries,
    refusals: draft.refusals,
    repeatedCount: draft.repeatedCount,
    strangerCount: draft.strangerCount,
  };
}

/** The same alert where somebody has taken it already. */
export function acknowledgedAlert(
  alert: StoredAlert,
  { by, note, at }: { readonly by: string; readonly note: string; readonly at: number },
): StoredAlert {
  const state = nextState(alert.state, 'acknowledged');
  if (state === alert.state) return alert;
  return { ...alert, state, acknowledgedAt: at, acknowledgedBy: by, note };
}

/** Cleared because nothing cleared it for too long; the same alert where it is cleared. */
export function agedAlert(alert: StoredAlert, at: number): StoredAlert {
  const state = nextState(alert.state, 'aged');
  return state === alert.state ? alert : { ...alert, state, clearedAt: at, clearedBy: 'age' };
}

/** The batch so far, over what the ledger holds. Filled in place: it lives for one batch. */
interface Draft {
  readonly view: LedgerView;
  readonly context: DecideContext;
  readonly alerts: Map<string, AlertChange & { readonly after: StoredAlert }>;
  readonly devices: Map<string, DeviceChange>;
  /** New alerts of the batch by device and sensor. */
  readonly fresh: Map<string, string[]>;
  readonly deliveries: StoredDelivery[];
  readonly refusals: StoredRefusal[];
  newDevices: number;
  repeatedCount: number;
  strangerCount: number;
}

function newDraft(view: LedgerView, context: DecideContext): Draft {
  return {
    view,
    context,
    alerts: new Map(),
    devices: new Map(),
    fresh: new Map(),
    deliveries: [],
    refusals: [],
    newDevices: 0,
    repeatedCount: 0,
    strangerCount: 0,
  };
}

function takeOne(draft: Draft, incoming: Incoming): void {
  switch (incoming.kind) {
    case 'raised':
      raise(draft, incoming);
      break;
    case 'cleared':
      clear(draft, incoming);
      break;
    case 'presence':
      notePresence(draft, incoming);
      break;
    case 'refused':
      refuse(draft, incoming);
      break;
    default:
      unreachable(incoming);
  }
}

function refuse({ refusals, context }: Draft, { kind: _, receivedAt, ...refused }: RefusedIncoming): void {
  refusals.push({ id: context.newId(), at: receivedAt, ...refused });
}

function raise(draft: Draft, raised: RaisedAlert): void {
  const { id, deviceId, sensorType } = raised;
  if (draft.alerts.has(id) || draft.view.alert(id) !== undefined || draft.context.known.has(id)) {
    draft.repeatedCount++;
    return;
  }
  const device = deviceOf(draft, deviceId);
  const alert = storedAlert(raised, device, clearedThrough(device, sensorType));
  draft.alerts.set(id, { before: null, after: alert });
  noteFresh(draft, alert);
  if (alert.state === RAISED && draft.context.levelsToForward.has(alert.level)) deliver(draft, alert);
  const lastAlertAt = Math.max(raised.raisedAt, device?.lastAlertAt ?? raised.raisedAt);
  putDevice(draft, heardDevice(raised, device, { lastAlertAt }));
}

function noteFresh({ fresh }: Draft, { id, deviceId, sensorType }: StoredAlert): void {
  const key = sensorKey(deviceId, sensorType);
  const ids = fresh.get(key);
  if (ids === undefined) fresh.set(key, [id]);
  else ids.push(id);
}

/** As the device says it, and what it left out as it is known of the device. Written out: it runs for every alert. */
function storedAlert(raised: RaisedAlert, device: StoredDevice | null, through: number | null): StoredAlert {
  const isOver = through !== null && raiseTime(raised) <= through;
  return {
    id: raised.id,
    deviceId: raised.deviceId,
    sensorType: raised.sensorType,
    level: raised.level,
    readingValue: raised.readingValue,
    product: raised.product ?? device?.product ?? null,
    firmwareVersion: raised.firmwareVersion ?? device?.firmwareVersion ?? null,
    site: raised.site ?? device?.site ?? null,
    deviceTime: raised.deviceTime,
    raisedAt: raised.raisedAt,
    receivedAt: raised.receivedAt,
    clockSkewMs: raised.clockSkewMs,
    extra: raised.extra,
    state: isOver ? nextState(RAISED, 'cleared') : RAISED,
    clearedAt: isOver ? Math.max(through, raised.raisedAt) : null,
    clearedBy: isOver ? 'normal' : null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
  };
}

/** When it was raised in the device's time, or, where that is ahead of all belief, when it was received. */
function raiseTime({ deviceTime, raisedAt }: Pick<StoredAlert, 'deviceTime' | 'raisedAt'>): number {
  return Math.min(deviceTime, raisedAt);
}

function deliver(draft: Draft, { id, deviceId, level, raisedAt }: StoredAlert): void {
  draft.deliveries.push({
    alertId: id,
    deviceId,
    level,
    seq: draft.context.nextSeq + draft.deliveries.length,
    raisedAt,
    attempts: 0,
    state: 'waiting',
    reason: null,
    changedAt: draft.context.now,
  });
}

function clear(draft: Draft, cleared: ClearedAlert): void {
  const isAhead = (cleared.clockSkewMs ?? 0) > 0;
  for (const alert of activeOf(draft, cleared)) {
    const since = isAhead ? alert.deviceTime : raiseTime(alert);
    if (since <= cleared.deviceTime) change(draft, clearedAlert(alert, cleared));
  }
  const device = deviceOf(draft, cleared.deviceId);
  const through = isAhead ? undefined : withClearing(device, cleared);
  putDevice(draft, heardDevice(cleared, device, { clearedThrough: through }));
}

function clearedAlert(alert: StoredAlert, { clearedAt, by }: ClearedAlert): StoredAlert {
  const state = nextState(alert.state, 'cleared');
  return { ...alert, state, clearedAt: Math.max(clearedAt, alert.raisedAt), clearedBy: by };
}

function activeOf(draft: Draft, { deviceId, sensorType }: ClearedAlert): StoredAlert[] {
  const held = [...draft.view.activeOf(deviceId, sensorType)].map(
    (alert) => draft.alerts.get(alert.id)?.after ?? alert,
  );
  const fresh = draft.fresh.get(sensorKey(deviceId, sensorType)) ?? [];
  const raised = fresh.flatMap((id) => draft.alerts.get(id)?.after ?? []);
  return [...held, ...raised].filter(({ state }) => isActive(state));
}

function change(draft: Draft, after: StoredAlert): void {
  const drafted = draft.alerts.get(after.id);
  const before = drafted === undefined ? (draft.view.alert(after.id) ?? null) : drafted.before;
  draft.alerts.set(after.id, { before, after });
}

function notePresence(draft: Draft, { deviceId, connection, receivedAt }: PresenceNoted): void {
  const device = deviceOf(draft, deviceId) ?? unknownDevice(deviceId);
  if (device.connection === connection) return;
  putDevice(draft, { ...device, connection, connectionSince: receivedAt });
}

function deviceOf(draft: Draft, deviceId: string): StoredDevice | null {
  return draft.devices.get(deviceId)?.after ?? draft.view.device(deviceId) ?? null;
}

/** Where all places are taken a new device is not kept: its alerts are, and belong to no queue and no site. */
function putDevice(draft: Draft, after: StoredDevice): void {
  const known = deviceOf(draft, after.deviceId);
  if (known === null && draft.view.deviceRoom() <= draft.newDevices) {
    draft.strangerCount++;
    return;
  }
  if (known === null) draft.newDevices++;
  if (known !== null && isSameDevice(known, after)) return;
  const before = draft.view.device(after.deviceId) ?? null;
  draft.devices.set(after.deviceId, { before, after });
}
