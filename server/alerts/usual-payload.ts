/**
 * The usual alert, read by hand: names in snake_case and no others, plain ASCII, every type right. The schema would
 * give the same and takes four times as long, which counts at thousands a second. Whatever is not quite like that is
 * left to the schema: here nothing is refused.
 */
import { ALERT_LEVELS } from '../../lib/contracts/alert';
import type { AlertPayload } from './alert-payload';

const NAMES: ReadonlySet<string> = new Set([
  ...['device_id', 'sensor_type', 'alert_level', 'reading_value', 'threshold_exceeded', 'timestamp_ms'],
  ...['alert_id', 'site', 'product', 'firmware_version'],
]);
const LEVELS: ReadonlySet<unknown> = new Set([...ALERT_LEVELS, 'normal']);
/** 1 to 128 printable characters, without blanks around them. */
const PLAIN = /^[!-~](?:[ -~]{0,126}[!-~])?$/;
const LAST_TIME = 8.64e15;

/** `json`: what `JSON.parse` gave. `null`: the schema decides. */
export function usualPayload(json: unknown): AlertPayload | null {
  if (typeof json !== 'object' || json === null) return null;
  for (const name in json) if (!NAMES.has(name)) return null;
  // Of no known shape: each field is looked at below.
  const fields = json as Readonly<Record<string, unknown>>;
  const { device_id, sensor_type, alert_level, timestamp_ms, threshold_exceeded = true } = fields;
  const { reading_value = null, alert_id, site = null, product = null, firmware_version = null } = fields;
  const isUsual =
    isPlain(device_id) &&
    isPlain(sensor_type) &&
    isLevel(alert_level) &&
    isTime(timestamp_ms) &&
    typeof threshold_exceeded === 'boolean' &&
    isReading(reading_value) &&
    (alert_id === undefined || isPlain(alert_id)) &&
    isPlainOrNull(site) &&
    isPlainOrNull(product) &&
    isPlainOrNull(firmware_version);
  if (!isUsual) return null;
  return {
    deviceId: device_id,
    sensorType: sensor_type,
    alertLevel: alert_level,
    readingValue: reading_value,
    thresholdExceeded: threshold_exceeded,
    timestampMs: timestamp_ms,
    ...(alert_id === undefined ? {} : { alertId: alert_id }),
    site,
    product,
    firmwareVersion: firmware_version,
    extra: null,
  };
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && PLAIN.test(value);
}

function isPlainOrNull(value: unknown): value is string | null {
  return value === null || isPlain(value);
}

function isLevel(value: unknown): value is AlertPayload['alertLevel'] {
  return LEVELS.has(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LAST_TIME;
}

/** Text is cleaned, and so left to the schema. */
function isReading(value: unknown): value is number | boolean | null {
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}
