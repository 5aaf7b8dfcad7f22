/**
 * The part of the composition root that opens what stands on Redis, where there is one: the link to it, and the sums of
 * routing events. Stopped with the rest, in the right order.
 */
import { randomUUID } from 'node:crypto';
import type { RedisConfig } from './config/redis-settings';
import { openRedisLink } from './redis/redis-link';
import { openRouting, type RoutingRoom } from './routing/open-routing';
import type { Clock } from './runtime/clock';
import type { Lifecycle } from './runtime/lifecycle';
import type { Log } from './runtime/log';
import type { Metrics } from './runtime/metrics';
import type { Random } from './runtime/random';

export interface WireRedisOptions {
  /** `null`: there is no Redis. */
  readonly config: RedisConfig | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

export interface OnRedis {
  readonly routing: RoutingRoom | null;
}

export function openOnRedis(options: WireRedisOptions): OnRedis {
  const { config, clock, random, log, metrics, lifecycle } = options;
  if (config === null) return { routing: null };
  const redis = openRedisLink({ address: config.address, ca: config.ca, clock, random, log });
  lifecycle.onStop('redis', async () => redis.stop());
  metrics.gaugeFrom('floorcast_redis_up', 'Whether Redis answers', () =>
    Number(redis.status().state === 'live'),
  );
  const routing = openRouting({
    ...{ config: config.routing, redis, writer: randomUUID(), clock, random, log, metrics },
  });
  lifecycle.onStop('routing events', () => routing.stop());
  return { routing };
}
