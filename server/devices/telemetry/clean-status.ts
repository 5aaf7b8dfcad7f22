/**
 * What the device cloud says of a device, as an agent may read it. Pure. A value that cannot be is left out, and takes
 * no other along; a status that is not known here is unknown, which is not offline.
 */
import type { CloudStatus, Telemetry } from '../../../lib/contracts/device';
import { plainName } from '../../../lib/plain-name';
import { notTold, statusNotKnown } from './reasons';

const MAX_FIRMWARE = 64;
/** Epoch seconds and ms: below this number of ms it would be 1973, above this number of seconds the year 5138. */
const SECONDS_END = 1e11;
/** Nobody's device was heard before. */
const EARLIEST = Date.UTC(2000, 0, 1);
/** The cloud's clock may be ahead of ours by so much. */
const AHEAD_MS = 5 * 60_000;
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/i;
const ZONE = /(Z|[+-]\d\d:?\d\d)$/i;

export function cleanTelemetry(deviceId: string, said: CloudStatus, asOf: number): Telemetry {
  const status = said.status.trim().toLowerCase();
  const deviceStatus = status === 'online' || status === 'offline' ? status : 'unknown';
  const why = status === 'unknown' || status === '' ? notTold : statusNotKnown;
  return {
    deviceId,
    deviceStatus,
    battery: cleanBattery(said.battery_level),
    firmwareVersion: cleanFirmware(said.firmware_version),
    lastSeen: cleanLastSeen(said.last_seen, asOf),
    reason: deviceStatus === 'unknown' ? why : null,
    asOf,
  };
}

/** Percent; what is beyond is wrong, not full. */
export function cleanBattery(level: number | null | undefined): number | null {
  if (level === null || level === undefined || !(level >= 0 && level <= 100)) return null;
  // No −0.
  return level + 0;
}

export function cleanFirmware(version: string | null | undefined): string | null {
  const plain = plainName(version ?? '', MAX_FIRMWARE);
  return plain === '' ? null : plain;
}

/** Epoch ms, never after `asOf`; `null` where it is no time, or none that can be. */
export function cleanLastSeen(seen: string | number | null | undefined, asOf: number): number | null {
  const at = Math.round(epochMs(seen ?? Number.NaN));
  if (!(at >= EARLIEST && at <= asOf + AHEAD_MS)) return null;
  return Math.min(at, asOf);
}

function epochMs(seen: string | number): number {
  if (typeof seen === 'number') return Math.abs(seen) < SECONDS_END ? seen * 1_000 : seen;
  const text = seen.trim();
  if (/^\d{1,16}(\.\d{1,9})?$/.test(text)) return epochMs(Number(text));
  if (!ISO.test(text)) return Number.NaN;
  // Without a zone the language takes it for the server's own.
  const hasTime = text.length > 10;
  return Date.parse(hasTime && !ZONE.test(text) ? `${text}Z` : text);
}
