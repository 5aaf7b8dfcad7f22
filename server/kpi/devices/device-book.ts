/**
 * The figures of devices by owner, and their sums by subject. Pure but for its own maps; every figure is a count, so
 * that roll-ups are sums. `all` counts every device, also those of no queue and of queues nobody lists. Bounded.
 */
import type { AlertKpiKey, KpiOrigin, KpiValue } from '../../../lib/contracts/kpi';
import { parseSubject, type QueueId, type SubjectKey } from '../../../lib/ids';
import type { DeviceFiguresObserved, DeviceOwner } from '../events';

export interface DeviceFigures {
  readonly critical: number;
  readonly warning: number;
  readonly info: number;
  readonly unacknowledged: number;
  readonly today: number;
  readonly offline: number;
  /** Of the newest observation in it; `null`: none, so that all is 0. */
  readonly observedAt: number | null;
  readonly origin: KpiOrigin;
}

export const NO_DEVICES: DeviceFigures = {
  ...{ critical: 0, warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 },
  observedAt: null,
  origin: 'live',
};

/** Sites come from devices: past this many the next ones are counted in `all` only. */
export const MAX_SITES = 5_000;
const MAX_QUEUES = 100_000;

/** The queues of a group, a division; `null`: no such subject. */
export type MembersOf = (subject: SubjectKey) => readonly QueueId[] | null;

export interface DeviceBook {
  /** False where nothing of it is new, or there is no room. */
  take(event: DeviceFiguresObserved): boolean;
  /** `null`: devices have no such subject (one media type of it, or one that is not known). */
  figuresOf(subject: SubjectKey): DeviceFigures | null;
  /** By name. */
  sites(): readonly string[];
}

export function createDeviceBook(membersOf: MembersOf): DeviceBook {
  const queues = new Map<string, DeviceFigures>();
  const sites = new Map<string, DeviceFigures>();
  const rest = new Map<'unmapped', DeviceFigures>();
  let sorted: readonly string[] | null = null;

  function place(owner: DeviceOwner): { readonly map: Map<string, DeviceFigures>; readonly key: string } {
    if (owner.kind === 'queue') return { map: queues, key: owner.queueId };
    return owner.kind === 'site' ? { map: sites, key: owner.site } : { map: rest, key: 'unmapped' };
  }

  function take(event: DeviceFiguresObserved): boolean {
    const { map, key } = place(event.owner);
    const held = map.get(key);
    const limit = map === sites ? MAX_SITES : MAX_QUEUES;
    if (held === undefined && map.size >= limit) return false;
    if (held !== undefined && (held.observedAt ?? 0) > event.observedAt) return false;
    if (held === undefined && map === sites) sorted = null;
    map.set(key, figuresOf(event));
    return held === undefined || !isSame(held, event);
  }

  function ofSubject(subject: SubjectKey): DeviceFigures | null {
    const parsed = parseSubject(subject);
    if (parsed === null || parsed.mediaType !== null) return null;
    if (parsed.kind === 'all') return sum([...queues.values(), ...rest.values()]);
    if (parsed.kind === 'site') return sites.get(parsed.id) ?? null;
    const members = membersOf(subject);
    return members && sum(members.flatMap((id) => queues.get(id) ?? []));
  }

  return {
    take,
    figuresOf: ofSubject,
    sites: () => {
      sorted ??= [...sites.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
      return sorted;
    },
  };
}

/** The value of a KPI of alerts. */
export function deviceKpi(kpi: AlertKpiKey, figures: DeviceFigures): number {
  switch (kpi) {
    case 'alertsActive':
      return figures.critical + figures.warning + figures.info;
    case 'alertsCritical':
      return figures.critical;
    case 'alertsUnacknowledged':
      return figures.unacknowledged;
    case 'alertsToday':
      return figures.today;
    case 'devicesOffline':
      return figures.offline;
  }
}

/** Active alerts by level, the worst first; the others are numbers of one kind. */
export function deviceDetail(
  kpi: AlertKpiKey,
  { critical, warning, info }: DeviceFigures,
): KpiValue['detail'] {
  if (kpi !== 'alertsActive') return undefined;
  return [
    { label: 'critical', count: critical },
    { label: 'warning', count: warning },
    { label: 'info', count: info },
  ];
}

const COUNTS = ['critical', 'warning', 'info', 'unacknowledged', 'today', 'offline'] as const;

function figuresOf(event: DeviceFiguresObserved): DeviceFigures {
  const { critical, warning, info, unacknowledged, today, offline, observedAt, origin } = event;
  return { critical, warning, info, unacknowledged, today, offline, observedAt, origin };
}

function isSame(a: DeviceFigures, b: DeviceFiguresObserved): boolean {
  return COUNTS.every((count) => a[count] === b[count]);
}

function sum(parts: readonly DeviceFigures[]): DeviceFigures {
  return parts.reduce((total, part) => {
    const isNewer = (part.observedAt ?? 0) >= (total.observedAt ?? 0);
    return {
      critical: total.critical + part.critical,
      warning: total.warning + part.warning,
      info: total.info + part.info,
      unacknowledged: total.unacknowledged + part.unacknowledged,
      today: total.today + part.today,
      offline: total.offline + part.offline,
      observedAt: isNewer ? part.observedAt : total.observedAt,
      origin: isNewer ? part.origin : total.origin,
    };
  }, NO_DEVICES);
}
