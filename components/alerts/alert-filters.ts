/** Which groups and alerts the page of alerts shows: by queue, site, level and state. Pure. */
import {
  type AlertGroup,
  type AlertLevel,
  type AlertRecord,
  type AlertsQuery,
  alertLevelSchema,
  alertsQuerySchema,
} from '../../lib/contracts/alert';

export interface AlertFilters {
  /** '' any. */
  readonly queueId: string;
  readonly site: string;
  readonly level: AlertLevel | '';
  readonly state: AlertsQuery['state'];
}

export const NO_FILTERS: AlertFilters = { queueId: '', site: '', level: '', state: 'open' };

export const ALERT_STATE_FILTERS = ['open', 'active', 'unacknowledged', 'all'] as const;

/** As a form gives it; what is none of ours is as if nothing were chosen. */
export function withFilter(filters: AlertFilters, name: keyof AlertFilters, value: string): AlertFilters {
  const level = alertLevelSchema.safeParse(value);
  const state = alertsQuerySchema.shape.state.safeParse(value);
  switch (name) {
    case 'level':
      return { ...filters, level: level.success ? level.data : '' };
    case 'state':
      return { ...filters, state: state.success ? state.data : 'open' };
    default:
      return { ...filters, [name]: value };
  }
}

export function isFiltered(filters: AlertFilters): boolean {
  return Object.entries(NO_FILTERS).some(([name, value]) => filters[name as keyof AlertFilters] !== value);
}

/** A group at several sites may be at this one: its alerts tell. */
export function groupFits(group: AlertGroup, { queueId, site, level, state }: AlertFilters): boolean {
  if (queueId !== '' && group.queueId !== queueId) return false;
  if (site !== '' && group.site !== null && group.site !== site) return false;
  if (level !== '' && group.level !== level) return false;
  if (state === 'active') return group.active > 0;
  return state !== 'unacknowledged' || group.unacknowledged > 0;
}

/** The level is not the server's to filter by. */
export function recordFits(record: Pick<AlertRecord, 'level'>, { level }: AlertFilters): boolean {
  return level === '' || record.level === level;
}

/** Where these alerts are asked for. */
export function alertsPath(
  filters: AlertFilters,
  more: { readonly limit: number; readonly group?: string; readonly before?: string | undefined },
): string {
  const query = new URLSearchParams({ state: filters.state, limit: String(more.limit) });
  const given = { queueId: filters.queueId, site: filters.site, group: more.group, before: more.before };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  return `/api/v1/alerts?${query}`;
}

/** The sites that the groups name, by name. */
export function sitesOf(groups: readonly AlertGroup[]): readonly string[] {
  const sites = new Set(groups.flatMap(({ site }) => (site === null ? [] : [site])));
  return [...sites].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
