/**
 * `POST /api/v2/analytics/conversations/aggregates/query`: what happened in an interval, by half hours or other steps.
 * Steps of up to an hour are aligned to the UTC clock and clipped to the interval; longer ones begin with it. Groups
 * and steps without data are left out. Source: platform facts, section 5.
 */
import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';
import type { Books } from '../world/books';
import { INTERVAL_METRICS, type IntervalMetric, intervalMetric, MEDIA_TYPES } from '../world/catalogue';
import { emptyRow, type IntervalRow, mergeRow } from '../world/interval-row';
import type { SimQueue } from '../world/world';
import { metricsOf, type WireMetric } from './floor-view';
import { isObject, type QueryFilter, readFilter } from './query-filter';

export interface AggregatesAnswer {
  readonly results: readonly {
    readonly group: Readonly<Record<string, string>>;
    readonly data: readonly { readonly interval: string; readonly metrics: readonly WireMetric[] }[];
  }[];
}

interface Step {
  readonly from: number;
  readonly to: number;
}
interface Query {
  readonly steps: readonly Step[];
  readonly metrics: readonly IntervalMetric[];
  readonly byQueue: boolean;
  readonly byMedia: boolean;
  readonly filter: QueryFilter | null;
}

const MAX_STEPS = 5_000;
const MAX_INTERVAL_MS = 31 * 86_400_000;
const HOUR_MS = 3_600_000;

/** The answer, or what is wrong with the query (400). */
export function answerAggregates(
  body: unknown,
  queues: readonly SimQueue[],
  queueById: ReadonlyMap<string, SimQueue>,
  books: Books,
): Result<AggregatesAnswer, string> {
  const query = readQuery(body, books.rowMs);
  if (!query.ok) return query;
  const { filter } = query.value;
  const named =
    filter === null || filter.queueIds.length === 0
      ? queues
      : filter.queueIds.flatMap((id) => queueById.get(id) ?? []);
  return ok({ results: collect(query.value, named, books) });
}

function readQuery(body: unknown, rowMs: number): Result<Query, string> {
  if (!isObject(body)) return err('The body must be an object.');
  const interval = readInterval(body.interval);
  if (!interval.ok) return interval;
  const steps = readSteps(interval.value, body.granularity, rowMs);
  if (!steps.ok) return steps;
  const metrics = readMetrics(body.metrics);
  if (!metrics.ok) return metrics;
  const groupBy = body.groupBy ?? [];
  if (!Array.isArray(groupBy) || groupBy.some((name) => name !== 'queueId' && name !== 'mediaType')) {
    return err('groupBy can hold queueId and mediaType');
  }
  const filter = body.filter === undefined || body.filter === null ? ok(null) : readFilter(body.filter);
  if (!filter.ok) return filter;
  return ok({
    steps: steps.value,
    metrics: metrics.value,
    byQueue: groupBy.includes('queueId'),
    byMedia: groupBy.includes('mediaType'),
    filter: filter.value,
  });
}

function readMetrics(raw: unknown): Result<readonly IntervalMetric[], string> {
  if (!Array.isArray(raw) || raw.length === 0) return err('metrics must name at least one metric');
  const unknown = (raw as unknown[]).find((name) => typeof name !== 'string' || !intervalMetric(name));
  if (unknown !== undefined) return err(`metrics holds an unknown metric: ${String(unknown).slice(0, 60)}`);
  return ok(INTERVAL_METRICS.filter((metric) => raw.includes(metric.name)));
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/;

function readInterval(raw: unknown): Result<Step, string> {
  const [start = '', end = '', ...more] = typeof raw === 'string' ? raw.split('/') : [];
  if (more.length > 0 || !ISO.test(start) || !ISO.test(end))
    return err('interval must be <ISO 8601>/<ISO 8601> with zones');
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (Number.isNaN(from) || Number.isNaN(to)) return err('interval holds a date that does not exist');
  if (to <= from) return err('interval must end after it starts');
  if (to - from > MAX_INTERVAL_MS) return err('interval is longer than 31 days');
  return ok({ from, to });
}

function readSteps(interval: Step, granularity: unknown, rowMs: number): Result<readonly Step[], string> {
  if (granularity === undefined || granularity === null) return ok([interval]);
  const stepMs = durationMs(granularity);
  if (stepMs === null) return err('granularity must be a duration such as PT30M, PT1H or P1D');
  if (stepMs % rowMs !== 0) return err(`granularity must be a multiple of ${rowMs / 60_000} minutes`);
  const first = stepMs <= HOUR_MS ? Math.floor(interval.from / stepMs) * stepMs : interval.from;
  if ((interval.to - first) / stepMs > MAX_STEPS) return err(`the interval has more than ${MAX_STEPS} steps`);
  const steps: Step[] = [];
  for (let start = first; start < interval.to; start += stepMs) {
    steps.push({ from: Math.max(start, interval.from), to: Math.min(start + stepMs, interval.to) });
  }
  return ok(steps);
}

function durationMs(raw: unknown): number | null {
  const match = typeof raw === 'string' ? /^P(?:(\d{1,2})D|T(\d{1,4})(M|H))$/.exec(raw) : null;
  if (match === null) return null;
  const [, days, amount, unit] = match;
  const ms =
    days !== undefined ? Number(days) * 24 * HOUR_MS : Number(amount) * (unit === 'H' ? HOUR_MS : 60_000);
  return ms > 0 ? ms : null;
}

interface Group {
  readonly labels: Record<string, string>;
  readonly target: number;
  /** Step → Σ of the group's rows. */
  readonly rows: Map<Step, IntervalRow>;
}

function collect(query: Query, queues: readonly SimQueue[], books: Books): AggregatesAnswer['results'] {
  const groups = new Map<string, Group>();
  for (const queue of queues) {
    for (const [media, mediaType] of MEDIA_TYPES.entries()) {
      if (query.filter !== null && !query.filter.matches(queue.id, mediaType)) continue;
      addSeries(query, groups, queue, media, books);
    }
  }
  return [...groups.values()].flatMap(({ labels, target, rows }) => {
    const inOrder = [...rows].sort(([a], [b]) => a.from - b.from);
    const data = inOrder.flatMap(([step, row]) => {
      const metrics = metricsOf(row, query.metrics, target);
      return metrics.length === 0 ? [] : [{ interval: `${iso(step.from)}/${iso(step.to)}`, metrics }];
    });
    return data.length === 0 ? [] : [{ group: labels, data }];
  });
}

function addSeries(
  query: Query,
  groups: Map<string, Group>,
  queue: SimQueue,
  media: number,
  books: Books,
): void {
  const mediaType = MEDIA_TYPES[media] ?? '';
  const key = `${query.byMedia ? mediaType : ''}|${query.byQueue ? queue.id : ''}`;
  for (const step of query.steps) {
    const row = books.interval(queue.index, media, step.from, step.to);
    if (row === null) continue;
    let group = groups.get(key);
    if (group === undefined) {
      const labels = {
        ...(query.byMedia ? { mediaType } : {}),
        ...(query.byQueue ? { queueId: queue.id } : {}),
      };
      group = { labels, target: queue.targets[media]?.percentage ?? 0, rows: new Map() };
      groups.set(key, group);
    }
    const sum = group.rows.get(step) ?? emptyRow();
    mergeRow(sum, row);
    group.rows.set(step, sum);
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
