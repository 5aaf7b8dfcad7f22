/** REST of the two analytics queries. Facts, section 5. */
import type { Books } from '../world/books';
import type { SimQueue } from '../world/world';
import { answerAggregates } from './aggregates-query';
import { badRequest, type Problem, type Reply } from './error-body';
import { answerObservations } from './observations-query';
import type { Route } from './router';

export interface AnalyticsRouteOptions {
  readonly queues: readonly SimQueue[];
  readonly queueById: ReadonlyMap<string, SimQueue>;
  readonly books: Books;
  fail(problem: Problem): Reply;
}

export const OBSERVATION_PERMISSION = 'analytics:queueObservation:view';
export const AGGREGATE_PERMISSION = 'analytics:conversationAggregate:view';

export function analyticsRoutes(options: AnalyticsRouteOptions): readonly Route[] {
  const { queues, queueById, books, fail } = options;
  return [
    {
      method: 'POST',
      path: '/api/v2/analytics/queues/observations/query',
      permission: OBSERVATION_PERMISSION,
      handle(call) {
        const answer = answerObservations(call.body, queueById, books);
        return answer.ok ? { status: 200, body: answer.value } : fail(badRequest(answer.error));
      },
    },
    {
      method: 'POST',
      path: '/api/v2/analytics/conversations/aggregates/query',
      permission: AGGREGATE_PERMISSION,
      handle(call) {
        const answer = answerAggregates(call.body, queues, queueById, books);
        return answer.ok ? { status: 200, body: answer.value } : fail(badRequest(answer.error));
      },
    },
  ];
}
