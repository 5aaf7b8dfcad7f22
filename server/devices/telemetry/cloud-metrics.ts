/** Figures of calls to one of the customer's own APIs, for the operator. */
import type { Metrics } from '../../runtime/metrics';
import type { CloudClient } from './cloud-client';

/** `prefix`: of the figures' names; `what`: “the state of a device”. */
export function cloudMetrics(metrics: Metrics, prefix: string, what: string, client: CloudClient): void {
  metrics.countersFrom(
    `${prefix}_requests_total`,
    `Questions after ${what}, by how they went.`,
    'outcome',
    () => client.counts.byOutcome,
  );
  metrics.counterFrom(
    `${prefix}_retries_total`,
    `Questions after ${what} that were asked once more after a second.`,
    () => client.counts.retries,
  );
  metrics.counterFrom(
    `${prefix}_refused_tokens_total`,
    `Answers 401 to questions after ${what}.`,
    () => client.counts.refusedTokens,
  );
  metrics.gaugeFrom(
    `${prefix}_under_way`,
    `Questions after ${what} that are under way.`,
    () => client.underWayCount,
  );
}
