/**
 * An alert as Genesys gets it: keys in camelCase, at most 8 KB of JSON, no binary; what devices send beyond the
 * contract goes along as one string, and is the first to be left out where it would be too long. Pure.
 */
import type { StoredAlert } from '../store/alert-ports';

export const MAX_EVENT_BYTES = 8 * 1024;
export const EVENT_NAME = 'iot.device.alert';

/** `webhook`: the alert's fields at the top, as a trigger's JSON path finds them. `gateway`: `{name, data}`. */
export type EventShape = 'webhook' | 'gateway';

/** `queueName` null: the device belongs to no queue. */
export function alertEvent(
  alert: StoredAlert,
  place: { readonly queueId: string | null },
  shape: EventShape,
): string {
  const whole = write(alert, place.queueId, shape, alert.extra);
  if (Buffer.byteLength(whole) <= MAX_EVENT_BYTES) return whole;
  // Its other fields are bounded: without the rest it fits.
  return write(alert, place.queueId, shape, null);
}

function write(alert: StoredAlert, queueId: string | null, shape: EventShape, extra: string | null): string {
  const data = {
    alertId: alert.id,
    deviceId: alert.deviceId,
    sensorType: alert.sensorType,
    alertLevel: alert.level,
    readingValue: alert.readingValue,
    timestamp: new Date(alert.raisedAt).toISOString(),
    ...(alert.site === null ? {} : { site: alert.site }),
    ...(alert.product === null ? {} : { product: alert.product }),
    ...(alert.firmwareVersion === null ? {} : { firmwareVersion: alert.firmwareVersion }),
    ...(queueId === null ? {} : { queueId }),
    ...(extra === null ? {} : { telemetry: extra }),
  };
  const body = shape === 'gateway' ? { name: EVENT_NAME, data } : { eventName: EVENT_NAME, ...data };
  return JSON.stringify(body);
}
