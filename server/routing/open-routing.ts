/**
 * Opens the room of routing events: their sums, the way to Redis, and the gateway they come from where there is one.
 * Other sources tell it of events by `add`.
 */
import { queueFilter, type RoutingEvent } from '../../lib/contracts/routing';
import type { RedisLink } from '../redis/redis-link';
import type { Clock } from '../runtime/clock';
import { createHttpClient } from '../runtime/http-client';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { createTokenSource } from '../runtime/token-source';
import { GatewayLink } from './gateway-link';
import { wsGatewaySockets } from './gateway-socket';
import { createRedisRoutingStore } from './redis-routing-store';
import { createRoutingDesk, type RoutingDesk } from './routing-desk';
import { exposeRouting } from './routing-metrics';
import { RoutingTotals } from './routing-totals';
import { RoutingWriter } from './routing-writer';

export interface RoutingConfig {
  readonly gateway: {
    readonly url: string;
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  /** Allow-list; empty: every queue. */
  readonly queueIds: readonly string[];
  readonly ttlSeconds: number;
}

export interface OpenRoutingOptions {
  readonly config: RoutingConfig;
  readonly redis: RedisLink;
  /** Names this process, and no other. */
  readonly writer: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface RoutingRoom {
  readonly desk: RoutingDesk;
  add(event: RoutingEvent): void;
  start(): void;
  /** What is gathered is written first, where Redis takes it. */
  stop(): Promise<void>;
}

const SETTINGS = 'ROUTING_EVENTS_CLIENT_ID and ROUTING_EVENTS_CLIENT_SECRET';

export function openRouting(options: OpenRoutingOptions): RoutingRoom {
  const { config, redis, writer, clock, random, metrics } = options;
  const log = options.log.child({ room: 'routing' });
  const { ttlSeconds, queueIds } = config;
  const store = createRedisRoutingStore({ redis, writer, ttlSeconds });
  const totals = new RoutingTotals();
  const writing = new RoutingWriter({ store, totals, clock, random, log });
  const isWanted = queueFilter(queueIds);
  let counted = 0;
  const add = (event: RoutingEvent) => {
    if (!isWanted(event.queueId)) return;
    counted += 1;
    writing.add(event);
  };
  const gateway = config.gateway === null ? null : openGateway({ ...options, log }, config.gateway, add);
  exposeRouting(metrics, {
    totals,
    counted: () => counted,
    gateway: gateway === null ? null : () => gateway.link.counts(),
  });
  return {
    desk: createRoutingDesk({ store, totals, gateway: () => gateway?.link.status() ?? null }),
    add,
    start: () => gateway?.link.start(),
    async stop() {
      await gateway?.stop();
      await writing.stop();
    },
  };
}

function openGateway(
  { clock, random, log }: Pick<OpenRoutingOptions, 'clock' | 'random' | 'log'>,
  { url, tokenUrl, clientId, clientSecret }: NonNullable<RoutingConfig['gateway']>,
  onEvent: (event: RoutingEvent) => void,
): { readonly link: GatewayLink; stop(): Promise<void> } {
  const ending = new AbortController();
  const { http, close } = createHttpClient(clock);
  const tokens = createTokenSource({
    ...{ loginUrl: '', tokenUrl, client: { id: clientId, secret: clientSecret }, http, clock },
    ...{ signal: ending.signal, what: 'signing in for the routing gateway', settings: SETTINGS },
  });
  const link = new GatewayLink({
    ...{ url, tokens, openSocket: wsGatewaySockets, clock, random, log, onEvent },
    onStatus: () => undefined,
  });
  return {
    link,
    async stop() {
      ending.abort();
      link.stop();
      await close();
    },
  };
}
