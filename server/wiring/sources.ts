/**
 * The part of the composition root that opens the collector where Genesys Cloud is configured, and says what all sources
 * say of themselves. Nothing is started here.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import type { GenesysStatus, SourceStatus, Sources } from '../../lib/contracts/source';
import type { QueueId } from '../../lib/ids';
import type { GenesysCarrier, SharedPlan } from '../cluster/site-ports';
import type { GenesysConfig } from '../config/genesys-settings';
import { emptyPlan, planOf } from '../genesys/shard-plan';
import { createGenesysSource, type GenesysSource } from '../genesys/source';
import type { KpiSink } from '../kpi/events';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { Zones } from '../zones';
import type { Rooms } from './rooms';

export interface CollectorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly zones: Zones;
  readonly sink: KpiSink;
  /** Whether some screen shows that queue by itself. */
  readonly isShown: (id: QueueId) => boolean;
  /** Takes what Genesys Cloud itself tells of routing; absent: a gateway does, or nobody wants it. */
  readonly onRoutingEvent: ((event: RoutingEvent) => void) | undefined;
  /** Of several nodes: takes the plan when it is made anew. Absent: alone. */
  readonly onPlan: ((plan: SharedPlan) => void) | undefined;
}

export function openCollector(options: CollectorOptions, genesys: GenesysConfig): GenesysSource {
  const { zones, onPlan, ...ground } = options;
  return createGenesysSource({
    ...{ ...ground, endpoints: genesys, ...genesys },
    timeZoneOf: (id: QueueId) => zones.timeZoneOf(id),
    ...(onPlan === undefined
      ? {}
      : { onPlan: ({ shards }) => onPlan(shards.map(({ queueIds }) => queueIds)) }),
  });
}

/** The collector as one of several nodes has it. */
export function carrierOf(
  source: GenesysSource,
  { activityTopics }: GenesysConfig,
  conversationTopics: boolean,
): GenesysCarrier {
  const wanted = { activityTopics, conversationTopics };
  let last: SharedPlan | null = null;
  let held = emptyPlan;
  // Shards that did not change stay the same, and so do their channels.
  const whole = (plan: SharedPlan) => {
    if (plan !== last) held = planOf(plan, wanted, held);
    last = plan;
    return held;
  };
  return {
    startListing: (plan) => source.startListing(whole(plan)),
    stopListing: () => source.stopListing(),
    carry: (plan, shards) => source.carry(whole(plan), shards),
    isCaughtUp: (shard) => source.isCaughtUp(shard),
    status: () => source.status(),
  };
}

/** What the sources of this process say; `startedAt`: since when those are off that are not configured. */
export function describeSources(
  genesys: GenesysSource | null,
  { alerts, devices }: Pick<Rooms, 'alerts' | 'devices'>,
  startedAt: number,
): () => Sources {
  const off: SourceStatus = { state: 'off', since: startedAt, message: 'not configured', lastHeardAt: null };
  const genesysOff: GenesysStatus = {
    ...off,
    channels: { live: 0, total: 0 },
    topics: { subscribed: 0, rejected: 0 },
    reconciliation: null,
  };
  return () => ({
    genesys: genesys?.status() ?? genesysOff,
    mqtt: alerts?.status() ?? off,
    devices: devices?.status() ?? off,
  });
}
