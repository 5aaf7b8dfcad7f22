/** The platform's REST calls that the collector makes, typed; every path and body is in this file. */
import type { z } from 'zod';
import { ok, type Result } from '../../lib/result';
import type { Failure } from '../runtime/errors';
import type { RejectedTopic } from './channel-contract';
import type { Lane } from './rate-pacer';
import type { RestAnswer, RestClient } from './rest-client';
import {
  type AggregatesAnswer,
  aggregatesAnswerSchema,
  channelSchema,
  type ObservationsAnswer,
  observationsAnswerSchema,
  type PresencePage,
  presencePageSchema,
  type QueuePage,
  queuePageSchema,
  type Subscriptions,
  subscriptionsSchema,
} from './schemas';

/** What the gauges of the catalogue need. */
export const GAUGE_METRICS = [
  'oWaiting',
  'oInteracting',
  'oAlerting',
  'oLongestWaiting',
  'oOnQueueUsers',
  'oOffQueueUsers',
] as const;

/** What the figures of the day need. There is no `nAnswered` and no `nAbandon`: the counts of these stand for them. */
export const INTERVAL_METRICS = [
  'nOffered',
  'tAnswered',
  'tAbandon',
  'tShortAbandon',
  'oServiceLevel',
  'tHandle',
  'tWait',
  'nTransferred',
  'tFlowOut',
] as const;

/** The platform's limit for one query. */
export const QUEUES_PER_QUERY = 100;
const PAGE_SIZE = 500;
const MAX_PAGES = 200;

export interface CreatedChannel {
  readonly id: string;
  readonly connectUri: string;
  /** ISO 8601, on the platform's clock; absent: not said. */
  readonly expires?: string | undefined;
}

type Answer<T> = Promise<Result<T, Failure>>;

export async function createChannel(rest: RestClient): Answer<CreatedChannel> {
  const answer = await rest.call({
    method: 'POST',
    path: '/api/v2/notifications/channels',
    schema: channelSchema,
    lane: 'link',
    what: 'making a notification channel',
  });
  return answer.ok ? ok(answer.value.value) : answer;
}

/** Replaces the topics of a channel, and so renews it. Gives the topics that were refused. */
export async function putTopics(
  rest: RestClient,
  channelId: string,
  topics: readonly string[],
): Answer<readonly RejectedTopic[]> {
  const answer = await rest.call({
    method: 'PUT',
    path: `/api/v2/notifications/channels/${encodeURIComponent(channelId)}/subscriptions?ignoreErrors=true`,
    body: topics.map((id) => ({ id })),
    schema: subscriptionsSchema,
    lane: 'link',
    what: 'subscribing to topics',
  });
  return answer.ok ? ok(rejectedOf(answer.value.value)) : answer;
}

function rejectedOf(answer: Subscriptions): RejectedTopic[] {
  return (answer.entities ?? [])
    .filter((entity) => entity.state?.toLowerCase() === 'rejected')
    .map(({ id, missingPermissions, rejectionReason }) => ({
      topic: id,
      missingPermissions: missingPermissions ?? [],
      reason: rejectionReason ?? null,
    }));
}

/** All queues that the client may see. */
export function listQueues(rest: RestClient): Answer<QueuePage['entities']> {
  return allPages(rest, '/api/v2/routing/queues', { schema: queuePageSchema, what: 'listing the queues' });
}

export function listPresences(rest: RestClient): Answer<PresencePage['entities']> {
  const page = { schema: presencePageSchema, what: 'listing the presences' };
  return allPages(rest, '/api/v2/presence/definitions', page);
}

async function allPages<T>(
  rest: RestClient,
  path: string,
  page: { schema: z.ZodType<{ entities: T[]; pageCount?: number | undefined }>; what: string },
): Answer<T[]> {
  const entities: T[] = [];
  for (let number = 1; number <= MAX_PAGES; number++) {
    const query = `?pageNumber=${number}&pageSize=${PAGE_SIZE}`;
    const answer = await rest.call({ method: 'GET', path: path + query, lane: 'link', ...page });
    if (!answer.ok) return answer;
    const { value } = answer.value;
    entities.push(...value.entities);
    const isLast =
      value.pageCount === undefined ? value.entities.length < PAGE_SIZE : number >= value.pageCount;
    if (isLast || value.entities.length === 0) break;
  }
  return ok(entities);
}

export function queryObservations(
  rest: RestClient,
  lane: Lane,
  query: { queueIds: readonly string[]; metrics: readonly string[] },
): Answer<RestAnswer<ObservationsAnswer>> {
  return rest.call({
    method: 'POST',
    path: '/api/v2/analytics/queues/observations/query',
    body: { filter: queueFilter(query.queueIds), metrics: query.metrics, detailMetrics: [] },
    schema: observationsAnswerSchema,
    lane,
    what: 'asking for the queue observations',
  });
}

/** Aggregates by half hours, cut at the interval's own start. */
export function queryAggregates(
  rest: RestClient,
  lane: Lane,
  query: { queueIds: readonly string[]; metrics: readonly string[]; from: number; to: number },
): Answer<RestAnswer<AggregatesAnswer>> {
  return rest.call({
    method: 'POST',
    path: '/api/v2/analytics/conversations/aggregates/query',
    body: {
      interval: `${new Date(query.from).toISOString()}/${new Date(query.to).toISOString()}`,
      granularity: 'PT30M',
      timeZone: 'UTC',
      groupBy: ['queueId', 'mediaType'],
      filter: queueFilter(query.queueIds),
      metrics: query.metrics,
    },
    schema: aggregatesAnswerSchema,
    lane,
    what: 'asking for the figures of the day',
  });
}

function queueFilter(queueIds: readonly string[]) {
  return {
    type: 'or',
    predicates: queueIds.map((value) => ({
      type: 'dimension',
      dimension: 'queueId',
      operator: 'matches',
      value,
    })),
  };
}
