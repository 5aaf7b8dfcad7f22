/**
 * The collector: everything that Floorcast learns from Genesys Cloud passes here and leaves as KPI events. Finds the
 * queues, spreads their topics over channels, catches up by REST after every connection, and compares while the
 * stream lives. Never throws at start and never gives up: what is wrong is said in its status.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import type { GenesysStatus } from '../../lib/contracts/source';
import type { QueueId } from '../../lib/ids';
import type { KpiEvent, KpiSink } from '../kpi/events';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import { createHttpClient } from '../runtime/http-client';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { type ClientCredentials, createTokenSource } from '../runtime/token-source';
import { type Backfill, createBackfill } from './backfill';
import { type ChannelPool, createChannelPool } from './channel-pool';
import { createFrameCounts } from './frame-counts';
import { createWaitingQueues, startLongestWaitRefresh } from './longest-wait-refresh';
import { createFrameParser, type TopicEntry } from './metric-parser';
import { type Listing, startListing } from './queue-listing';
import { createRatePacer } from './rate-pacer';
import { startReconcile } from './reconcile';
import type { Endpoints } from './regions';
import { createRestClient, type RestClient, type StatusClass } from './rest-client';
import { openRoutingTopics } from './routing/open-routing-topics';
import {
  channelsLeft,
  channelsLeftOfSeveral,
  emptyPlan,
  planShards,
  type Shard,
  type ShardPlan,
} from './shard-plan';
import { exposeSourceMetrics } from './source-metrics';
import { isSameStatus, type StatusFacts, statusOf } from './source-status';
import { advanced, steadyEpoch } from './steady-epoch';
import { hasLawfulTopics } from './topics';
import { wsSockets } from './ws-socket';

export { endpointsOf, REGIONS } from './regions';

export interface GenesysSourceOptions {
  readonly endpoints: Endpoints;
  /** At least one; each carries 20 channels. All see the same queues. */
  readonly clients: readonly ClientCredentials[];
  /** Allow-list; empty: every queue that the first client may see. */
  readonly queueIds: readonly string[];
  readonly activityTopics: boolean;
  /** Loopback hosts to which `ws:` is allowed. */
  readonly allowPlainSocketsTo: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly sink: KpiSink;
  /** IANA zone of a queue's day. */
  readonly timeZoneOf: (queueId: QueueId) => string;
  /** Several nodes: takes the plan when it is made anew; who carries what of it is told by `carry`. Absent: alone. */
  readonly onPlan?: (plan: ShardPlan) => void;
  /** Whether a screen shows this queue now: it is served first. */
  readonly isShown: (queueId: QueueId) => boolean;
  /** Takes what conversations tell of routing; absent: nobody wants it, and nothing is subscribed for it. */
  readonly onRoutingEvent?: ((event: RoutingEvent) => void) | undefined;
}

export interface GenesysSource {
  /** Of the first client, for what others ask of the platform: one token, one budget of calls. `null`: no client. */
  readonly rest: RestClient | null;
  /** Never throws; keeps trying for ever. Of several nodes none lists or carries anything before it is told to. */
  start(): void;
  /** `before`: the plan that holds, so that queues stay where they are. */
  startListing(before: ShardPlan): void;
  stopListing(): void;
  /** Opens the channels of these shards, and closes those of all others, without a word about their queues. */
  carry(plan: ShardPlan, shards: ReadonlySet<number>): void;
  /** Its channel is live, and all its queues are caught up. */
  isCaughtUp(shard: number): boolean;
  stop(): Promise<void>;
  status(): GenesysStatus;
  /** Told of every change of the status but `lastHeardAt`. Gives the way to unsubscribe. */
  subscribe(listener: (status: GenesysStatus) => void): () => void;
  /** What the engine found in the last comparison with REST. */
  noteDrift(compared: number, drift: number): void;
}

/** Of each client, so that a node can get ready for a shard while another still carries it. */
const SPARE_CHANNELS = 1;

const bare = (shard: Shard): Shard => ({ index: shard.index, queueIds: [], topics: [] });

export function createGenesysSource(options: GenesysSourceOptions): GenesysSource {
  const { clock, random, log, endpoints, isShown, timeZoneOf } = options;
  const ending = new AbortController();
  const { http, close: closeHttp } = createHttpClient(clock);
  const counts = createFrameCounts();
  const waiting = createWaitingQueues();
  const topicIndex = new Map<string, TopicEntry>();
  const statusClasses = new Map<StatusClass, number>();
  const listeners = new Set<(status: GenesysStatus) => void>();
  const cancels: Cancel[] = [];
  let cancelListing: Cancel = () => {};
  let steady = steadyEpoch(clock.now(), clock.monotonicNow());
  let plan = emptyPlan;
  let facts: Omit<StatusFacts, 'pool' | 'agents'> = {
    queueCount: null,
    listing: null,
    backfill: null,
    missing: [],
    unplaced: 0,
    unlawful: 0,
    reconciliation: null,
  };

  function stamp(): number {
    steady = advanced(steady, clock.now(), clock.monotonicNow());
    return Math.floor(steady.at);
  }

  // Without activity topics somebody must remember who waits; with them the events pass untouched.
  const sink: KpiSink = options.activityTopics
    ? options.sink
    : (event) => {
        waiting.note(event);
        options.sink(event);
      };

  /** For events that come out of a promise, where nobody would catch. */
  function safeSink(event: KpiEvent): void {
    try {
      sink(event);
    } catch (thrown) {
      log.error('an event could not be applied', { event: event.kind, reason: messageOf(thrown) });
    }
  }

  const clients = options.clients.map((client) => {
    const pacer = createRatePacer(clock);
    cancels.push(() => pacer.stop());
    const rest = createRestClient({
      apiUrl: endpoints.apiUrl,
      tokens: createTokenSource({ loginUrl: endpoints.loginUrl, client, http, clock, signal: ending.signal }),
      pacer,
      http,
      stamp,
      signal: ending.signal,
      onStatusClass: (name) => statusClasses.set(name, (statusClasses.get(name) ?? 0) + 1),
    });
    const backfill: Backfill = createBackfill({
      ...{ rest, clock, random, sink: safeSink, timeZoneOf, isShown },
      onDone: (queueIds) => pool.caughtUp(queueIds),
      onProblem: (problem) => learn({ backfill: problem }),
    });
    cancels.push(() => backfill.stop());
    return { rest, backfill };
  });

  const sockets = {
    ...{ counts, clock, random, log, stamp, openSocket: wsSockets(), onChange: () => publish() },
    uriRule: { apiUrl: endpoints.apiUrl, allowPlainSocketsTo: options.allowPlainSocketsTo },
  };
  const { onRoutingEvent } = options;
  const isAlone = options.onPlan === undefined;
  let lists = isAlone;
  const last = clients.at(-1);

  /** One is kept free: a channel is opened anew before the old one is given up. Of several nodes the one that lists. */
  function roomForAgents(): number | null {
    if (!lists) return null;
    return (isAlone ? channelsLeft : channelsLeftOfSeveral)(plan, clients.length) - 1;
  }

  const routing =
    onRoutingEvent === undefined || last === undefined
      ? null
      : openRoutingTopics({
          ...{ ...sockets, onEvent: onRoutingEvent, rest: last.rest },
          room: roomForAgents,
        });
  const pool: ChannelPool = createChannelPool({
    ...{ ...sockets, clients, topicIndex, sink: safeSink },
    parser: createFrameParser({
      ...{ topicIndex, sink },
      ...(routing === null ? {} : { onConversation: routing.feed.conversation }),
    }),
    ...(routing === null ? {} : { conversations: routing.feed }),
  });
  const factsNow = () => ({ ...facts, pool: pool.report(), agents: routing?.agents() ?? null });

  let status = statusOf(factsNow(), null, clock.now());

  function learn(news: Partial<typeof facts>): void {
    facts = { ...facts, ...news };
    publish();
  }

  function publish(): void {
    const before = status;
    status = statusOf(factsNow(), before, clock.now());
    if (isSameStatus(before, status)) return;
    if (before.state !== status.state) log.info('genesys', { state: status.state, reason: status.message });
    for (const listener of listeners) listener(status);
  }

  function beginListing(rest: RestClient): void {
    cancelListing();
    cancelListing = startListing({
      ...{ rest, clock, random, log, queueIds: options.queueIds, onPresences: safeSink },
      onListed,
      onFailed: (failure) => learn({ listing: failure }),
    });
  }

  function onListed({ event, missing }: Listing): void {
    safeSink(event);
    const lawful = event.queues.map(({ id }) => id).filter(hasLawfulTopics);
    plan = planShards(plan, lawful, {
      activityTopics: options.activityTopics,
      conversationTopics: routing !== null,
      clientCount: options.clients.length,
      spareChannels: options.onPlan === undefined ? 0 : SPARE_CHANNELS,
    });
    const queueCount = event.queues.length;
    const unlawful = queueCount - lawful.length;
    learn({ queueCount, listing: null, missing, unplaced: plan.unplaced.length, unlawful });
    if (options.onPlan === undefined) pool.apply(plan);
    else options.onPlan(plan);
  }

  function startComparing(rest: RestClient, index: number): void {
    const liveQueues = () => pool.liveQueues(index);
    const wanted = () => liveQueues().filter((id) => waiting.has(id) && pool.lacksActivity(id));
    cancels.push(
      startReconcile({ rest, clock, log, sink: safeSink, stamp, timeZoneOf, isShown, liveQueues }),
      startLongestWaitRefresh({ rest, clock, sink: safeSink, isShown, wanted }),
    );
  }

  exposeSourceMetrics(options.metrics, {
    counts,
    statusClasses,
    pool,
    backfills: clients.map((c) => c.backfill),
    routing,
  });

  return {
    rest: clients[0]?.rest ?? null,
    start() {
      const [first] = clients;
      if (first === undefined) return;
      for (const [index, { rest }] of clients.entries()) startComparing(rest, index);
      if (options.onPlan === undefined) beginListing(first.rest);
    },
    startListing(before) {
      plan = before;
      lists = true;
      routing?.roomChanged(true);
      if (clients[0] !== undefined) beginListing(clients[0].rest);
    },
    stopListing() {
      cancelListing();
      lists = isAlone;
      routing?.roomChanged(lists);
      learn({ listing: null });
    },
    carry(whole, shards) {
      plan = whole;
      pool.apply({
        ...whole,
        shards: whole.shards.map((shard) => (shards.has(shard.index) ? shard : bare(shard))),
      });
    },
    isCaughtUp: (shard) => pool.isCaughtUp(shard),
    async stop() {
      ending.abort();
      cancelListing();
      routing?.stop();
      pool.stop();
      for (const cancel of cancels.reverse()) cancel();
      await closeHttp();
    },
    status: () => ({ ...status, lastHeardAt: pool.report().heardAt }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    noteDrift: (compared, drift) => learn({ reconciliation: { at: clock.now(), compared, drift } }),
  };
}
