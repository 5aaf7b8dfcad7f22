/** The devices by site, the troubled first, bounded: what the page of devices shows. Pure. */
import type { AlertLevel, Device, DevicesResponse } from '../../lib/contracts/alert';
import type { StoredAlert, StoredDevice } from '../store/alert-ports';
import { isActive } from './alert-state';
import { topOf } from './top-of';

export interface DeviceBooks {
  devices(): Iterable<StoredDevice>;
  openOf(deviceId: string): Iterable<StoredAlert>;
}

const MAX_PER_SITE = 500;
/** Over all sites: what a page can hold. Totals count every device. */
const MAX_LISTED = 5_000;
const MAX_SITES = 1_000;

interface Weighed {
  readonly device: StoredDevice;
  readonly active: Readonly<Record<AlertLevel, number>>;
  readonly trouble: number;
}

/** `site` absent: all. Sites with the worst trouble first, then by name. */
export function listDevices(
  books: DeviceBooks,
  queueOf: (deviceId: string) => string | null,
  site?: string,
): DevicesResponse['sites'] {
  const bySite = new Map<string | null, StoredDevice[]>();
  for (const device of books.devices()) {
    if (site !== undefined && device.site !== site) continue;
    const devices = bySite.get(device.site);
    if (devices === undefined) bySite.set(device.site, [device]);
    else devices.push(device);
  }
  const sites = [...bySite].map(([name, devices]) => ({
    site: name,
    total: devices.length,
    worst: topOf(weigh(devices, books), MAX_PER_SITE, compareDevices),
  }));
  let room = MAX_LISTED;
  return topOf(sites, MAX_SITES, compareSites).map(({ site: name, total, worst }) => {
    const listed = worst.slice(0, room);
    room -= listed.length;
    return { site: name, total, devices: listed.map((weighed) => deviceOf(weighed, queueOf)) };
  });
}

function* weigh(devices: readonly StoredDevice[], books: DeviceBooks): Iterable<Weighed> {
  for (const device of devices) {
    const active = { critical: 0, warning: 0, info: 0 };
    for (const { state, level } of books.openOf(device.deviceId)) if (isActive(state)) active[level]++;
    yield { device, active, trouble: troubleOf(active, device.connection === 'offline') };
  }
}

function troubleOf({ critical, warning, info }: Weighed['active'], isOffline: boolean): number {
  if (critical > 0) return 4;
  if (isOffline) return 3;
  if (warning > 0) return 2;
  return info > 0 ? 1 : 0;
}

function compareDevices(a: Weighed, b: Weighed): number {
  return b.trouble - a.trouble || compareText(a.device.deviceId, b.device.deviceId);
}

type Site = { readonly site: string | null; readonly worst: readonly Weighed[] };

/** Devices that name no site come last among their like. */
function compareSites(a: Site, b: Site): number {
  const trouble = (b.worst[0]?.trouble ?? 0) - (a.worst[0]?.trouble ?? 0);
  if (trouble !== 0) return trouble;
  if (a.site === null || b.site === null) return Number(a.site === null) - Number(b.site === null);
  return compareText(a.site, b.site);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function deviceOf({ device, active }: Weighed, queueOf: (deviceId: string) => string | null): Device {
  const { clearedThrough: _, ...shown } = device;
  return { ...shown, queueId: queueOf(device.deviceId), ...active };
}
