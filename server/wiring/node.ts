/**
 * The part of the composition root that makes this process one of several nodes: its place in the site, its duties, the
 * stream of what the others tell.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import type { Duty } from '../cluster/duties';
import { hasPicture } from '../cluster/first-picture';
import { ClusterNode } from '../cluster/node';
import { exposeNode } from '../cluster/node-metrics';
import { createRedisFeed, FEED_STREAM } from '../cluster/redis-feed';
import { createRedisLeaseTable } from '../cluster/redis-lease-table';
import { createKeptListing } from '../cluster/redis-listing';
import { RoutingGate } from '../cluster/routing-gate';
import { Site } from '../cluster/site';
import type { SiteOptions } from '../cluster/site-ports';
import type { RedisConfig } from '../config/redis-settings';
import { CHANNELS_PER_CLIENT, clientOfShard } from '../genesys/shard-plan';
import type { KpiEngine } from '../kpi/engine';
import { readStreams } from '../redis/redis-stream';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { Figures } from './figures';
import type { Shared } from './shared';

export interface WireNodeOptions {
  readonly shared: Shared;
  readonly config: RedisConfig;
  readonly figures: Figures;
  readonly log: Log;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** Takes routing events that this node is the one to count. */
  readonly onRoutingEvent: (event: RoutingEvent) => void;
  readonly parts: Pick<SiteOptions, 'genesys' | 'alerts' | 'sessions'>;
  readonly onStatus: () => void;
}

export interface NodeHere {
  readonly site: Site;
  readonly routing: RoutingGate;
  /** The number of this node's lease; the last that it had where it has none now. */
  fenceOf(duty: Duty): number;
  /** Whether it has the duty, as far as it knows by its own clock. */
  isOwner(duty: Duty): boolean;
  isHeard(duty: Duty): boolean;
  /** Whether all that is heard of queues is known here as a whole. */
  hasPicture(): boolean;
  /** Resolves when this node hears the others. `onCalls`: the duty of webhooks came or went. */
  start(onCalls: () => Promise<void>): Promise<void>;
}

/** Channels of a client that carry no shard can be got ready at once; some are agents'. */
const MOST_PREPARING = 8;
const AGENTS_CHANNELS = 2;
/** Of the 20 s that a node may take to end. */
const HANDOVER_MS = 14_000;

export function openNode(options: WireNodeOptions): NodeHere {
  const { shared, figures, log, metrics, lifecycle, parts } = options;
  const { clock, redis, nodeId, role } = shared;
  const { engine, deviceFigures } = figures;
  const routing = new RoutingGate(clock, options.onRoutingEvent);
  const site = new Site({
    ...parts,
    clock,
    engines: {
      queues: figures.sink,
      devices: deviceFigures.sink,
      sessions: deviceFigures.sessionSink,
      stateOf: (id: Parameters<KpiEngine['stateOf']>[0]) => engine.stateOf(id),
    },
    onShard: (shard) => routing.shard(shard),
    onStatus: options.onStatus,
    onCalls: () => hearCalls(),
  });
  let hearCalls = async () => {};
  const fences = new Map<Duty, number>();
  const feed = createRedisFeed(redis);
  const shelf = createKeptListing(redis);
  const node = new ClusterNode({
    ...{ nodeId, feed, clock, log, mayHold: role !== 'gateway', table: createRedisLeaseTable(redis) },
    defer: (run) => void setImmediate(run),
    ...{ duties: site.duties, actor: site.actor, apply: site.apply, onLink: site.onLink },
    ...{ wholeOf: site.wholeOf, onPlan: site.planHeard, onBeat: site.onBeat, status: site.status },
    mostPreparing: () => mostPreparing(site),
    onRound({ at, leases }, tookMs) {
      clock.learn(at, tookMs);
      const own = new Set(leases.flatMap(({ owner, duty }) => (owner === nodeId ? [duty] : [])));
      if ([...node.holder.held.keys()].every((duty) => own.has(duty))) routing.confirmed(at);
      void keepListing();
    },
  });
  site.join(node);
  let kept = '';
  async function keepListing(): Promise<void> {
    const fence = node.holder.fenceOf('listing');
    const state = `${fence} ${site.listing.version}`;
    const text = fence === null || state === kept ? null : site.listing.text();
    if (fence === null || text === null) return;
    if (await shelf.keep(fence, text)) kept = state;
  }
  exposeNode(metrics, node, clock);
  return {
    site,
    routing,
    fenceOf(duty) {
      const fence = node.holder.fenceOf(duty);
      if (fence !== null) fences.set(duty, fence);
      return fence ?? fences.get(duty) ?? 0;
    },
    isOwner: (duty) => node.holder.fenceOf(duty) !== null && node.holder.isConfirmed,
    isHeard: (duty) => node.links.isHeard(duty),
    hasPicture: () => hasPicture(site.duties(), node.links),
    async start(onCalls) {
      hearCalls = onCalls;
      const { address, ca } = options.config;
      const [end, listing] = await Promise.all([feed.end(), shelf.read()]);
      if (listing.ok && listing.value !== null) {
        site.listingKept(listing.value);
        node.links.list(site.listing.plan.flat());
      }
      const reader = readStreams({
        ...{ address, ca, random: options.random, clock },
        // Where its end is not known, what is kept of it does no harm.
        streams: new Map([[FEED_STREAM, end.ok ? end.value : '0-0']]),
        onEntries: (_stream, entries) => node.hear(entries),
      });
      lifecycle.onStop('stream of nodes', async () => reader.stop());
      node.start();
      lifecycle.onStop('duties', () => node.stop(HANDOVER_MS), HANDOVER_MS + 1_000);
    },
  };
}

/** At least one is kept free by the plan. */
function mostPreparing({ listing }: Site): number {
  const carried = new Map<number, number>();
  for (const [index, ids] of listing.plan.entries()) {
    const client = clientOfShard(index);
    if (ids.length > 0) carried.set(client, (carried.get(client) ?? 0) + 1);
  }
  const free = CHANNELS_PER_CLIENT - AGENTS_CHANNELS - Math.max(0, ...carried.values());
  return Math.min(MOST_PREPARING, Math.max(1, free));
}
