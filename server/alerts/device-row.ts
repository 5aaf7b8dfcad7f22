/** What the ledger knows of a device, and what a message adds to it. Pure; written out, for it runs for every message. */
import type { StoredDevice } from '../store/alert-ports';
import type { ClearedAlert, RaisedAlert } from './incoming';

/** Sensors of a device whose newest clearing is remembered; past it the oldest is forgotten. */
export const MAX_SENSORS = 64;

const NOTHING_CLEARED: StoredDevice['clearedThrough'] = [];

/** What a message adds to what is known of its device; what it does not say of it stays. */
export function heardDevice(
  said: RaisedAlert | ClearedAlert,
  known: StoredDevice | null,
  news: {
    readonly lastAlertAt?: number;
    readonly clearedThrough?: StoredDevice['clearedThrough'] | undefined;
  },
): StoredDevice {
  return {
    deviceId: said.deviceId,
    product: said.product ?? known?.product ?? null,
    firmwareVersion: said.firmwareVersion ?? known?.firmwareVersion ?? null,
    site: said.site ?? known?.site ?? null,
    connection: known?.connection ?? 'unknown',
    connectionSince: known?.connectionSince ?? null,
    lastAlertAt: news.lastAlertAt ?? known?.lastAlertAt ?? null,
    clockSkewMs: said.clockSkewMs,
    clearedThrough: news.clearedThrough ?? known?.clearedThrough ?? NOTHING_CLEARED,
  };
}

export function unknownDevice(deviceId: string): StoredDevice {
  return {
    deviceId,
    product: null,
    firmwareVersion: null,
    site: null,
    connection: 'unknown',
    connectionSince: null,
    lastAlertAt: null,
    clockSkewMs: null,
    clearedThrough: NOTHING_CLEARED,
  };
}

export function isSameDevice(a: StoredDevice, b: StoredDevice): boolean {
  // The keys are those of our own type.
  return (Object.keys(b) as (keyof StoredDevice)[]).every((key) => a[key] === b[key]);
}

export function clearedThrough(device: StoredDevice | null, sensorType: string): number | null {
  return device?.clearedThrough.find(([sensor]) => sensor === sensorType)?.[1] ?? null;
}

/** The same list where it knows a clearing at least as new. */
export function withClearing(
  device: StoredDevice | null,
  { sensorType, deviceTime }: ClearedAlert,
): StoredDevice['clearedThrough'] {
  const through = device?.clearedThrough ?? NOTHING_CLEARED;
  const known = clearedThrough(device, sensorType);
  if (known !== null && known >= deviceTime) return through;
  const next = [...through.filter(([sensor]) => sensor !== sensorType), [sensorType, deviceTime] as const];
  if (next.length <= MAX_SENSORS) return next;
  const oldest = Math.min(...next.map(([, at]) => at));
  next.splice(
    next.findIndex(([, at]) => at === oldest),
    1,
  );
  return next;
}
