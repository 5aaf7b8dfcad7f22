/**
 * The simulator's own books of its devices: what was handed to the broker, each alert once by its identity, and what of
 * it is active. A clearing ends all that the device's sensor had raised up to its moment; an alert that comes after the
 * clearing it was raised before is cleared already. Acknowledging is not the devices' business.
 */
import type { FleetDevice } from './device-fleet';
import { DEVICE_LEVELS, type DeviceLevel, type DeviceMessage } from './device-message';

export type LevelCounts = Readonly<Record<DeviceLevel, number>>;

export interface PublishedAlert {
  readonly deviceId: string;
  readonly sensorType: string;
  readonly level: DeviceLevel;
  /** The device's own `alert_id`, or device, sensor and its time. */
  readonly key: string;
  /** By the world's clock, not the device's. */
  readonly raisedAt: number;
  /** `null`: active. */
  readonly clearedAt: number | null;
}

export interface DeviceFigures {
  /** Each alert once. */
  readonly published: number;
  /** Messages that said an alert again. */
  readonly repeated: number;
  readonly malformed: number;
  readonly active: LevelCounts;
  readonly offline: number;
}

export interface DeviceBooks {
  /** The broker has taken it. */
  published(message: DeviceMessage): void;
  figures(fits?: (device: FleetDevice) => boolean): DeviceFigures;
  /** The last ones, oldest first. */
  alerts(): readonly PublishedAlert[];
}

/** For people to read; the figures go on counting. */
const LISTED = 20_000;

interface Page {
  readonly device: FleetDevice;
  online: boolean;
  published: number;
  repeated: number;
  malformed: number;
  readonly active: Record<DeviceLevel, number>;
  readonly sensors: Map<string, { open: Entry[]; clearedAt: number }>;
}
type Entry = { -readonly [K in keyof PublishedAlert]: PublishedAlert[K] };

export function createDeviceBooks(fleet: readonly FleetDevice[]): DeviceBooks {
  const pages = fleet.map(newPage);
  const known = new Set<string>();
  const listed: Entry[] = [];

  function raised(page: Page, message: DeviceMessage, fact: Of<'raised'>): void {
    if (known.has(fact.key)) {
      page.repeated += 1;
      return;
    }
    known.add(fact.key);
    const { sensorType, level, key } = fact;
    const sensor = sensorOf(page, sensorType);
    const isOver = message.at <= sensor.clearedAt;
    const entry: Entry = {
      ...{ deviceId: page.device.deviceId, sensorType, level, key, raisedAt: message.at },
      clearedAt: isOver ? sensor.clearedAt : null,
    };
    page.published += 1;
    if (!isOver) {
      sensor.open.push(entry);
      page.active[level] += 1;
    }
    listed.push(entry);
    if (listed.length > 2 * LISTED) listed.splice(0, listed.length - LISTED);
  }
  return {
    published(message) {
      const page = pages[message.device.index];
      if (page === undefined) return;
      const { fact } = message;
      switch (fact.kind) {
        case 'raised':
          raised(page, message, fact);
          break;
        case 'cleared':
          cleared(page, fact.sensorType, message.at);
          break;
        case 'status':
          page.online = fact.online;
          break;
        case 'malformed':
          page.malformed += 1;
      }
    },
    figures: (fits = () => true) => total(pages.filter(({ device }) => fits(device))),
    alerts: () => listed.slice(-LISTED),
  };
}

type Of<K extends DeviceMessage['fact']['kind']> = Extract<DeviceMessage['fact'], { kind: K }>;

function newPage(device: FleetDevice): Page {
  const active = { critical: 0, warning: 0, info: 0 };
  return { device, online: true, published: 0, repeated: 0, malformed: 0, active, sensors: new Map() };
}

function sensorOf(page: Page, sensorType: string) {
  const there = page.sensors.get(sensorType);
  if (there !== undefined) return there;
  const sensor = { open: [], clearedAt: Number.NEGATIVE_INFINITY };
  page.sensors.set(sensorType, sensor);
  return sensor;
}

function cleared(page: Page, sensorType: string, at: number): void {
  const sensor = sensorOf(page, sensorType);
  sensor.clearedAt = Math.max(sensor.clearedAt, at);
  sensor.open = sensor.open.filter((entry) => {
    if (entry.raisedAt > at) return true;
    entry.clearedAt = at;
    page.active[entry.level] -= 1;
    return false;
  });
}

function total(pages: readonly Page[]): DeviceFigures {
  const sum = (count: (page: Page) => number) => pages.reduce((all, page) => all + count(page), 0);
  const levels = DEVICE_LEVELS.map((level) => [level, sum(({ active }) => active[level])]);
  return {
    published: sum((page) => page.published),
    repeated: sum((page) => page.repeated),
    malformed: sum((page) => page.malformed),
    // Made of the three levels, just above.
    active: Object.fromEntries(levels) as LevelCounts,
    offline: sum(({ online }) => (online ? 0 : 1)),
  };
}
