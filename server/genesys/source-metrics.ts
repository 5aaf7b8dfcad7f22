/** The collector's figures for the operator's Prometheus. */
import type { Metrics } from '../runtime/metrics';
import type { Backfill } from './backfill';
import type { ChannelPool } from './channel-pool';
import type { FrameCounts } from './frame-counts';
import type { StatusClass } from './rest-client';
import type { RoutingTopics } from './routing/open-routing-topics';

export interface Counted {
  readonly counts: FrameCounts;
  readonly statusClasses: ReadonlyMap<StatusClass, number>;
  readonly pool: ChannelPool;
  readonly backfills: readonly Backfill[];
  /** `null`: nobody wants routing events of the platform's topics. */
  readonly routing: RoutingTopics | null;
}

export function exposeSourceMetrics(metrics: Metrics, counted: Counted): void {
  const { counts, statusClasses, pool, backfills, routing } = counted;
  const received = 'Frames received: applied + ignored + rejected.';
  metrics.counterFrom('floorcast_frames_total', received, () => counts.received());
  metrics.counterFrom('floorcast_frames_applied_total', 'Frames that made KPI events.', () =>
    counts.applied(),
  );
  metrics.counterFrom('floorcast_frames_ignored_total', 'Frames of other topics.', () => counts.ignored());
  const rejected = 'Frames that were not of the contract, by reason.';
  metrics.countersFrom('floorcast_frames_rejected_total', rejected, 'reason', () => counts.rejected());
  const reconnects = 'Channels that were lost after being live.';
  metrics.counterFrom('floorcast_channel_reconnects_total', reconnects, () => pool.report().reconnects);
  const evictions = 'Channels that the platform evicted before their time.';
  metrics.counterFrom('floorcast_channel_evictions_total', evictions, () => pool.report().evictions);
  metrics.gaugeFrom('floorcast_channels_live', 'Channels that are live.', () => pool.report().channels.live);
  const calls = 'REST calls by class of status; none: no answer.';
  metrics.countersFrom('floorcast_rest_calls_total', calls, 'status', () => statusClasses);
  const pending = 'Queues that wait for REST to catch up.';
  metrics.gaugeFrom('floorcast_backfill_pending_queues', pending, () =>
    sum(backfills.map((b) => b.pendingCount())),
  );
  const duration = 'How long the last batch of a backfill took.';
  metrics.gaugeFrom('floorcast_backfill_seconds', duration, () => {
    return Math.max(0, ...backfills.map((backfill) => backfill.lastDurationMs())) / 1_000;
  });
  const agents = 'Agents seen in conversations whose status is wanted for routing events.';
  metrics.gaugeFrom('floorcast_routing_agents', agents, () => routing?.feed.agents.size ?? 0);
  const subscribed = 'Topics of agents that the platform lets this client have.';
  metrics.gaugeFrom('floorcast_routing_agent_topics', subscribed, () => routing?.agents().subscribed ?? 0);
  const refused = 'Topics of agents that the platform refused.';
  metrics.gaugeFrom('floorcast_routing_agent_topics_rejected', refused, () => {
    return routing?.agents().rejected.length ?? 0;
  });
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
