/** Devices counted by site, the troubled first: what panels of boards show. Pure; one pass, nothing is listed. */
import type { SiteCounts } from '../../lib/contracts/site-counts';
import { isActive } from './alert-state';
import type { DeviceBooks } from './device-list';

const MAX_SITES = 200;

type Counts = { -readonly [Key in keyof SiteCounts]: SiteCounts[Key] };

export interface CountedSites {
  readonly sites: readonly SiteCounts[];
  readonly more: number;
}

export function countSites(books: DeviceBooks): CountedSites {
  const bySite = new Map<string | null, Counts>();
  for (const device of books.devices()) {
    const counts = bySite.get(device.site) ?? noneAt(device.site);
    bySite.set(device.site, counts);
    counts.devices += 1;
    if (device.connection !== 'online') counts[device.connection] += 1;
    for (const { state, level } of books.openOf(device.deviceId)) if (isActive(state)) counts[level] += 1;
  }
  const sites = [...bySite.values()].sort(compareSites);
  return { sites: sites.slice(0, MAX_SITES), more: Math.max(0, sites.length - MAX_SITES) };
}

function noneAt(site: string | null): Counts {
  return { site, devices: 0, offline: 0, unknown: 0, critical: 0, warning: 0, info: 0 };
}

function compareSites(a: SiteCounts, b: SiteCounts): number {
  return (
    b.critical - a.critical ||
    b.offline - a.offline ||
    b.warning - a.warning ||
    b.info - a.info ||
    Number(a.site === null) - Number(b.site === null) ||
    compareText(a.site ?? '', b.site ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
