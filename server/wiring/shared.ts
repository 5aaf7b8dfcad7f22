/**
 * The part of the composition root that opens what stands on Redis: the link to it where there is one, and for one of
 * several nodes what they share: the clock, the store, the bus between them. A node waits for Redis before it begins:
 * without it nobody knows who may do what.
 */
import { randomUUID } from 'node:crypto';
import { DocumentKeeper } from '../cluster/document-keeper';
import { createNodeCalls, type NodeCalls } from '../cluster/node-calls';
import { createRedisFilling } from '../cluster/redis-filling';
import { createSharedClock, type SharedClock } from '../cluster/shared-clock';
import type { Config } from '../config';
import type { RedisConfig, Role } from '../config/redis-settings';
import { type Bus, openRedisBus } from '../redis/redis-bus';
import { openRedisLink, type RedisLink } from '../redis/redis-link';
import type { Clock } from '../runtime/clock';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { PassingStore } from '../store/passing-ports';
import { openRedisPassing } from '../store/redis/passing-redis';
import { checkRedisSchema } from '../store/redis/redis-schema';
import { openRedisStore, type RedisStore } from '../store/redis/redis-store';

export interface Shared {
  readonly role: Role;
  readonly nodeId: string;
  readonly redis: RedisLink;
  readonly store: RedisStore;
  readonly keeper: DocumentKeeper;
  readonly passing: PassingStore;
  readonly bus: Bus;
  readonly calls: NodeCalls;
  readonly clock: SharedClock;
}

interface SharedOptions {
  readonly config: RedisConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

const ASK_AGAIN_MS = 500;
const SAY_AGAIN_MS = 15_000;

export interface OnRedis {
  /** `null`: there is none. */
  readonly redis: RedisLink | null;
  /** `null`: this process is alone. */
  readonly shared: Shared | null;
}

export async function openOnRedis(
  { config, ...services }: Pick<SharedOptions, 'clock' | 'random' | 'log'> & { readonly config: Config },
  lifecycle: Lifecycle,
  metrics: Metrics,
): Promise<OnRedis> {
  if (config.redis === null) return { redis: null, shared: null };
  const options = { ...services, lifecycle, config: config.redis };
  const redis = openRedisLink({ ...options, address: config.redis.address, ca: config.redis.ca });
  lifecycle.onStop('redis', async () => redis.stop());
  metrics.gaugeFrom('floorcast_redis_up', 'Whether Redis answers', () =>
    Number(redis.status().state === 'live'),
  );
  const { role } = config.redis;
  return { redis, shared: role === null ? null : await openShared(options, role, redis) };
}

/** Resolves once Redis answers; until then it says that it waits. Rejects where the stores there are not this program's. */
async function openShared(options: SharedOptions, role: Role, redis: RedisLink): Promise<Shared> {
  const { config, clock: own, log, lifecycle } = options;
  const clock = createSharedClock(own);
  await untilAnswered(redis, clock, options);
  const schema = await checkRedisSchema(redis);
  if (!schema.ok) throw new Error(schema.error);
  const nodeId = randomUUID();
  const bus = openRedisBus({ ...options, address: config.address, ca: config.ca, clock, id: nodeId });
  lifecycle.onStop('bus', async () => bus.stop());
  const calls = createNodeCalls({ bus, nodeId, clock, log, newId: randomUUID });
  lifecycle.onStop('calls between nodes', async () => calls.stop());
  log.info('one of several nodes', { node: nodeId, role, clockOffsetMs: clock.offsetMs() });
  const keeper = new DocumentKeeper({
    ...{ store: openRedisStore(redis), filling: createRedisFilling(redis), clock, log },
  });
  const stores = { keeper, store: keeper.guarded(), passing: openRedisPassing(redis) };
  return { role, nodeId, redis, bus, calls, clock, ...stores };
}

async function untilAnswered(
  redis: RedisLink,
  clock: SharedClock,
  { log }: Pick<SharedOptions, 'log'>,
): Promise<void> {
  let saidAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const askedAt = clock.monotonicNow();
    const answer = await redis.call('EVAL', "return redis.call('TIME')", 0);
    const [seconds, micros] = answer.ok && Array.isArray(answer.value) ? answer.value : [];
    if (answer.ok && seconds !== undefined) {
      clock.learn(Number(seconds) * 1_000 + Number(micros) / 1_000, clock.monotonicNow() - askedAt);
      return;
    }
    if (clock.monotonicNow() - saidAt >= SAY_AGAIN_MS) {
      saidAt = clock.monotonicNow();
      log.warn('waiting for Redis: a node begins when it answers', {
        reason: answer.ok ? 'it has no clock' : answer.error.message,
      });
    }
    await new Promise<void>((resolve) => void clock.after(ASK_AGAIN_MS, resolve));
  }
}
