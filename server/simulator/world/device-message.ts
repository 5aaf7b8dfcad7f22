/**
 * What a device puts on the wire, as it is used to: names in snake_case or camelCase, fields of its own, a clock that
 * may be off; and the messages that something on the way has broken. Pure.
 */
import type { Random } from '../../runtime/random';
import type { FleetDevice } from './device-fleet';

export const DEVICE_LEVELS = ['critical', 'warning', 'info'] as const;
export type DeviceLevel = (typeof DEVICE_LEVELS)[number];

/** What a message means, for the simulator's own books. */
export type DeviceFact =
  | {
      readonly kind: 'raised';
      readonly key: string;
      readonly sensorType: string;
      readonly level: DeviceLevel;
    }
  | { readonly kind: 'cleared'; readonly sensorType: string }
  | { readonly kind: 'status'; readonly online: boolean }
  | { readonly kind: 'malformed' };

export interface DeviceMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain: boolean;
  readonly device: FleetDevice;
  /** Epoch ms at which it happened to the device, by the world's clock. */
  readonly at: number;
  readonly fact: DeviceFact;
}

export interface Reading {
  readonly sensorType: string;
  readonly level: DeviceLevel | 'normal';
  readonly value: number;
  readonly exceeded: boolean;
  readonly at: number;
  /** Its own id of the alert; `null`: it sends none. */
  readonly alertId: string | null;
}

/** An alert, or the end of one. */
export function alertMessage(device: FleetDevice, reading: Reading): DeviceMessage {
  const { sensorType, level, alertId, at } = reading;
  const clears = level === 'normal' || !reading.exceeded;
  const key = alertId ?? `${device.deviceId} ${sensorType} ${at + device.habits.clockSkewMs}`;
  return {
    ...{ topic: alertsTopic(device), payload: write(device, reading), retain: false, device, at },
    fact: clears ? { kind: 'cleared', sensorType } : { kind: 'raised', key, sensorType, level },
  };
}

/** Retained: also what the broker says in the name of a device that it has lost (its last will). */
export function statusMessage(device: FleetDevice, online: boolean, at: number): DeviceMessage {
  const topic = `devices/${device.deviceId}/status`;
  const payload = online ? 'online' : 'offline';
  return { topic, payload, retain: true, device, at, fact: { kind: 'status', online } };
}

export function alertsTopic(device: FleetDevice): string {
  return `devices/${device.deviceId}/alerts`;
}

function write(device: FleetDevice, reading: Reading): string {
  const { habits } = device;
  const fields: Record<string, unknown> = {
    device_id: device.deviceId,
    sensor_type: reading.sensorType,
    alert_level: reading.level,
    reading_value: reading.value,
    threshold_exceeded: reading.exceeded,
    timestamp_ms: reading.at + habits.clockSkewMs,
    ...(reading.alertId === null ? {} : { alert_id: reading.alertId }),
    site: device.site,
    product: device.product.name,
    firmware_version: device.firmwareVersion,
    ...(habits.extraFields
      ? { rssi_dbm: -40 - (device.index % 50), net: { band: '2.4 GHz', mesh: true } }
      : {}),
  };
  if (habits.naming === 'snake') return JSON.stringify(fields);
  return JSON.stringify(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value])),
  );
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const TOO_LARGE = 9_000;

/** One of the ways in which a message goes bad. None of them may count as an alert. */
export function malformedMessage(device: FleetDevice, at: number, random: Random): DeviceMessage {
  const good = write(device, {
    ...{ sensorType: 'temperature', level: 'warning', value: 80, exceeded: true, at, alertId: null },
  });
  const ways: readonly (() => string | Buffer)[] = [
    () => good.slice(0, good.length >> 1),
    () => Buffer.from(Array.from({ length: 64 }, () => 128 + Math.floor(random() * 128))),
    () => good.replace(/"(sensor_type|sensorType)":"[^"]*",/, ''),
    () => good.replace('"warning"', '"catastrophic"'),
    () => good.replace(/"(timestamp_ms|timestampMs)":\d+/, '"$1":"yesterday"'),
    () => good.replace('{', `{"dump":"${'x'.repeat(TOO_LARGE)}",`),
    () => good.replace(device.deviceId, 'somebody-else'),
  ];
  const payload = ways[Math.floor(random() * ways.length)]?.() ?? '';
  return { topic: alertsTopic(device), payload, retain: false, device, at, fact: { kind: 'malformed' } };
}
