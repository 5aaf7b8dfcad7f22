/** Averages of routing events, as other dashboards read them in Redis: of all queues of the allow-list, or of those named. */
import { canonicalQueueId, type RoutingResponse } from '../../lib/contracts/routing';
import type { RoutingDesk } from '../routing/routing-desk';
import type { Clock } from '../runtime/clock';
import { type HttpProblem, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface RoutingRoutesOptions {
  /** `null`: there is no Redis. */
  readonly desk: RoutingDesk | null;
  /** Those that are told of where none is named. */
  readonly queueIds: () => readonly string[];
  readonly clock: Clock;
}

const MOST_QUEUES = 5_000;
const OFF: HttpProblem = {
  status: 503,
  code: 'routing.off',
  message: 'routing events are not summed here: REDIS_URL is not set',
};
const AWAY: HttpProblem = {
  status: 503,
  code: 'redis.away',
  message: 'Redis does not answer',
  headers: { 'retry-after': '2' },
};

export function routingRoutes(options: RoutingRoutesOptions): readonly Route[] {
  return [{ method: 'GET', path: '/api/v1/routing', answer: (exchange) => answer(options, exchange) }];
}

async function answer({ desk, queueIds, clock }: RoutingRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, parameters } = exchange;
  if (desk === null) return sendProblem(response, OFF);
  const others = [...parameters.keys()].filter((name) => name !== 'queueId');
  if (others.length > 0)
    return sendProblem(response, { status: 400, code: 'query.invalid', message: 'known here: queueId' });
  const named = parameters.getAll('queueId');
  const wanted = [...new Set((named.length > 0 ? named : queueIds()).map(canonicalQueueId))];
  const read = await desk.averages(wanted.slice(0, MOST_QUEUES));
  if (!read.ok) return sendProblem(response, AWAY);
  sendJson(response, { serverTime: clock.now(), ...read.value } satisfies RoutingResponse);
}
