/** Rows of the alert store for tests, numbered. */
import {
  type AlertUnit,
  EMPTY_UNIT,
  type StoredAlert,
  type StoredDelivery,
  type StoredDevice,
  type StoredRefusal,
} from '../../server/store/alert-ports';

/** A quarter of an hour begins here. */
export const ROWS_BEGIN = Date.UTC(2026, 10, 21, 9, 0);

export function alertRow(n: number, more: Partial<StoredAlert> = {}): StoredAlert {
  return {
    id: `alert-${n}`,
    deviceId: `device-${n % 7}`,
    sensorType: 'temperature',
    level: 'critical',
    readingValue: n,
    product: 'Pump X',
    firmwareVersion: null,
    site: 'Galway',
    deviceTime: ROWS_BEGIN + n,
    raisedAt: ROWS_BEGIN + n,
    receivedAt: ROWS_BEGIN + n,
    clockSkewMs: null,
    extra: '{"__proto__":1,"rssi":-61}',
    state: 'active-unacknowledged',
    clearedAt: null,
    clearedBy: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    ...more,
  };
}

export function deviceRow(deviceId: string, more: Partial<StoredDevice> = {}): StoredDevice {
  return {
    deviceId,
    product: null,
    firmwareVersion: '3.2',
    site: null,
    connection: 'online',
    connectionSince: ROWS_BEGIN,
    lastAlertAt: null,
    clockSkewMs: null,
    clearedThrough: [['temperature', ROWS_BEGIN]],
    ...more,
  };
}

export function deliveryRow(n: number, more: Partial<StoredDelivery> = {}): StoredDelivery {
  return {
    alertId: `alert-${n}`,
    deviceId: `device-${n % 7}`,
    level: 'critical',
    seq: n,
    raisedAt: ROWS_BEGIN + n,
    attempts: 0,
    state: 'waiting',
    reason: null,
    changedAt: ROWS_BEGIN + n,
    ...more,
  };
}

export function refusalRow(n: number, more: Partial<StoredRefusal> = {}): StoredRefusal {
  return {
    id: `refusal-${n}`,
    at: ROWS_BEGIN + n,
    topic: 'devices/a/alerts',
    reason: 'not-json',
    detail: 'it is no JSON',
    bytes: 3,
    text: '{ü\u2028',
    ...more,
  };
}

export function alertUnit(more: Partial<AlertUnit>): AlertUnit {
  return { ...EMPTY_UNIT, ...more };
}

/** So many, from a number on. */
export function numbered<T>(from: number, count: number, row: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => row(from + index));
}
