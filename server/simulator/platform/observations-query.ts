/**
 * `POST /api/v2/analytics/queues/observations/query`: the instant state of queues, in the flat shape. Media groups come
 * with count 0, qualifiers with no users are left out. Source: platform facts, section 5.
 */
import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';
import type { Books } from '../world/books';
import { MEDIA_TYPES, PRESENCES } from '../world/catalogue';
import type { SimQueue } from '../world/world';
import {
  MEDIA_GAUGES,
  type MediaGauge,
  mediaGauge,
  USER_GAUGES,
  type UserGauge,
  userGauge,
  type WireMetric,
} from './floor-view';
import { isObject, type QueryFilter, readFilter } from './query-filter';

interface ResultGroup {
  readonly group: Readonly<Record<string, string>>;
  readonly data: readonly WireMetric[];
}
export interface ObservationsAnswer {
  readonly systemToOrganizationMappings?: Readonly<Record<string, readonly string[]>>;
  readonly results: readonly ResultGroup[];
}

interface Asked {
  readonly media: readonly MediaGauge[];
  readonly users: readonly UserGauge[];
}

/** The answer, or what is wrong with the query (400). */
export function answerObservations(
  body: unknown,
  queueById: ReadonlyMap<string, SimQueue>,
  books: Books,
): Result<ObservationsAnswer, string> {
  if (!isObject(body)) return err('The body must be an object.');
  const asked = readMetrics(body.metrics);
  if (!asked.ok) return asked;
  const filter = readFilter(body.filter);
  if (!filter.ok) return filter;
  if (filter.value.queueIds.length === 0) return err('filter must name at least one queueId');
  const queues = filter.value.queueIds.flatMap((id) => queueById.get(id) ?? []);
  const results = queues.flatMap((queue) => groupsOf(queue, asked.value, filter.value, books));
  const mappings = asked.value.users.some((name) => PRESENCE_METRICS.has(name));
  return ok(mappings ? { systemToOrganizationMappings: presenceMappings(), results } : { results });
}

const PRESENCE_METRICS: ReadonlySet<UserGauge> = new Set(['oOffQueueUsers', 'oUserPresences']);

function readMetrics(raw: unknown): Result<Asked, string> {
  if (!Array.isArray(raw) || raw.length === 0) return err('metrics must name at least one metric');
  const unknown = (raw as unknown[]).find((name) => !isMediaGauge(name) && !isUserGauge(name));
  if (unknown !== undefined) return err(`metrics holds an unknown metric: ${String(unknown).slice(0, 60)}`);
  return ok({
    media: MEDIA_GAUGES.filter((name) => raw.includes(name)),
    users: USER_GAUGES.filter((name) => raw.includes(name)),
  });
}

function isMediaGauge(name: unknown): boolean {
  return MEDIA_GAUGES.some((known) => known === name);
}
function isUserGauge(name: unknown): boolean {
  return USER_GAUGES.some((known) => known === name);
}

function groupsOf(queue: SimQueue, asked: Asked, filter: QueryFilter, books: Books): ResultGroup[] {
  const groups: ResultGroup[] = [];
  if (asked.users.length > 0 && !filter.namesMediaTypes && filter.matches(queue.id, null)) {
    const users = books.users(queue.index);
    const data = asked.users.flatMap((name) => userGauge(users, queue.memberCount, name));
    groups.push({ group: { queueId: queue.id }, data: data.filter((metric) => metric.stats.count !== 0) });
  }
  if (asked.media.length === 0) return groups;
  for (const [media, mediaType] of MEDIA_TYPES.entries()) {
    if (!filter.matches(queue.id, mediaType)) continue;
    const data = asked.media.map((name) => mediaGauge(books, queue.index, media, name));
    groups.push({ group: { queueId: queue.id, mediaType }, data });
  }
  return groups;
}

/** System presence → the organisation's presences of that kind. */
function presenceMappings(): Record<string, readonly string[]> {
  const kinds = new Map<string, string[]>();
  for (const presence of PRESENCES) {
    const kind = presence.systemPresence.toUpperCase().replace(' ', '_');
    kinds.set(kind, [...(kinds.get(kind) ?? []), presence.id]);
  }
  return Object.fromEntries(kinds);
}
