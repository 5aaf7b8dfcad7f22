/** What the operator sees of routing events. */
import type { Metrics } from '../runtime/metrics';
import type { GatewayCounts } from './gateway-link';
import type { RoutingTotals } from './routing-totals';

export interface Counted {
  readonly totals: RoutingTotals;
  /** Events that counted. */
  readonly counted: () => number;
  /** `null`: there is no gateway. */
  readonly gateway: (() => GatewayCounts) | null;
}

export function exposeRouting(metrics: Metrics, { totals, counted, gateway }: Counted): void {
  metrics.counterFrom('floorcast_routing_events_total', 'Routing events that counted', counted);
  metrics.counterFrom(
    'floorcast_routing_events_left_out_total',
    'Routing events that found no room, or whose place in Redis holds something else',
    () => totals.leftOut,
  );
  metrics.gaugeFrom(
    'floorcast_routing_unwritten_queues',
    'Queues of which something waits to be written to Redis',
    () => totals.waiting,
  );
  if (gateway === null) return;
  metrics.countersFrom(
    'floorcast_routing_frames_rejected_total',
    'Frames of the routing gateway that could not be read, by reason',
    'reason',
    () => Object.entries(gateway().rejected),
  );
}
