/** What the device cloud says of a device at a moment. Pure. */
import { seededRandom } from '../../runtime/random';
import type { FleetDevice } from '../world/device-fleet';
import type { Reach } from '../world/device-life';

export interface CloudStatusEntity {
  readonly status: 'online' | 'offline';
  /** Percent, of the battery that keeps its module alive; prototypes have none. */
  readonly battery_level: number | null;
  readonly firmware_version: string;
  /** ISO 8601; of some models epoch seconds, of some epoch ms. */
  readonly last_seen: string | number;
}

const HOUR_MS = 3_600_000;
/** A device that is there was seen within this time. */
const SEEN_WITHIN_MS = 30_000;
const CHARGED_EVERY_HOURS = 400;
const PROTOTYPES = 'FieldTest *';

export function deviceStatus(device: FleetDevice, reach: Reach, now: number): CloudStatusEntity {
  const seenAt = reach.online ? now - ((now + device.index * 977) % SEEN_WITHIN_MS) : reach.since;
  return {
    status: reach.online ? 'online' : 'offline',
    battery_level: device.product.pattern === PROTOTYPES ? null : batteryLevel(device, now),
    firmware_version: device.firmwareVersion,
    last_seen: written(device, seenAt),
  };
}

/** Falls slowly, and is charged now and then; each device at its own time. */
function batteryLevel(device: FleetDevice, now: number): number {
  const phase = seededRandom(device.index ^ 0xba77)() * CHARGED_EVERY_HOURS;
  const hours = (now / HOUR_MS + phase) % CHARGED_EVERY_HOURS;
  return Math.round(100 - (88 * hours) / CHARGED_EVERY_HOURS);
}

function written({ index }: FleetDevice, at: number): string | number {
  if (index % 10 === 8) return Math.round(at / 1_000);
  return index % 10 === 9 ? Math.round(at) : new Date(at).toISOString();
}
