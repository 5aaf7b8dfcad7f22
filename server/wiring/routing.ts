/** The part of the composition root that opens the sums of routing events, where there is a Redis to keep them in. */
import { randomUUID } from 'node:crypto';
import type { RedisConfig } from '../config/redis-settings';
import type { RedisLink } from '../redis/redis-link';
import { openRouting, type RoutingRoom } from '../routing/open-routing';
import type { Clock } from '../runtime/clock';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';

export interface WireRoutingOptions {
  readonly config: RedisConfig;
  readonly redis: RedisLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

export function openRoutingSums(options: WireRoutingOptions): RoutingRoom {
  const { config, lifecycle } = options;
  const routing = openRouting({ ...options, config: config.routing, writer: randomUUID() });
  lifecycle.onStop('routing events', () => routing.stop());
  return routing;
}
