/**
 * One connection to Redis (ioredis): alone, watched by sentinels or a cluster. It tries for ever, in the background, at
 * a pace; while it is away every command fails at once and nothing is kept to be sent later. Each command has a
 * time-out, after which nobody knows whether it was done; who reads and waits sets another.
 */
import { Cluster, Redis } from 'ioredis';
import type { Random } from '../runtime/random';
import type { RedisAddress } from './redis-address';

export interface RedisConnectOptions {
  readonly address: RedisAddress;
  /** PEM of the authority behind its certificate; `null`: the system's own. */
  readonly ca: string | null;
  readonly random: Random;
}

/** What a connection of another kind has in place of the usual. */
export interface RedisConnectionKind {
  /** `null`: none, for who reads and waits; he has one of his own. */
  readonly commandTimeoutMs?: number | null;
  /** Off where a command waits: what stood behind it in one pipeline would wait too. */
  readonly isPipelined?: boolean;
}

export type RedisClient = Redis | Cluster;

const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Between two tries: by chance, between half of it and it. */
const RETRY_CEILINGS_MS = [250, 500, 1_000, 2_000, 5_000];

/** Whoever calls listens to `error`, and disconnects it. */
export function connectRedis(
  { address, ca, random }: RedisConnectOptions,
  { commandTimeoutMs = COMMAND_TIMEOUT_MS, isPipelined = true }: RedisConnectionKind = {},
): RedisClient {
  const { kind, nodes, name, database, username, password, tls } = address;
  const retryStrategy = (times: number) => {
    const ceiling = RETRY_CEILINGS_MS[Math.min(times, RETRY_CEILINGS_MS.length) - 1] ?? 250;
    return Math.round(ceiling * (0.5 + random() / 2));
  };
  const secured = tls ? { tls: { rejectUnauthorized: true, ...(ca === null ? {} : { ca }) } } : {};
  const user = { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) };
  const common = {
    ...user,
    ...secured,
    connectionName: 'floorcast',
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(commandTimeoutMs === null ? {} : { commandTimeout: commandTimeoutMs }),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: isPipelined,
    keepAlive: 10_000,
    retryStrategy,
  };
  if (kind === 'cluster') {
    return new Cluster([...nodes], {
      redisOptions: common,
      enableOfflineQueue: false,
      enableAutoPipelining: isPipelined,
      clusterRetryStrategy: retryStrategy,
    });
  }
  if (kind === 'sentinel') {
    return new Redis({
      ...common,
      ...{ sentinels: [...nodes], name, db: database, sentinelRetryStrategy: retryStrategy },
      ...(tls ? { enableTLSForSentinelMode: true } : {}),
    });
  }
  return new Redis({ ...common, ...nodes[0], db: database });
}
