/** The settings of Redis, and of the routing events whose sums are written there. */
import { z } from 'zod';
import { parseRedisAddress, type RedisAddress } from '../redis/redis-address';
import { isLoopback } from './fields';
import { type GenesysSettings, genesysEndpoints, namesGenesys } from './genesys-settings';

export interface RoutingGatewayConfig {
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `collector` holds duties and has no pages, `gateway` serves screens and holds none, `all` does both. */
export const ROLES = ['all', 'collector', 'gateway'] as const;
export type Role = (typeof ROLES)[number];

export interface RedisConfig {
  /** `null`: this process is alone, and stores nothing in Redis but sums of routing events. */
  readonly role: Role | null;
  readonly address: RedisAddress;
  /** PEM; `null`: the system's own authorities. */
  readonly ca: string | null;
  readonly routing: {
    /** `null`: there is none. */
    readonly gateway: RoutingGatewayConfig | null;
    /** Allow-list; empty: every queue. */
    readonly queueIds: readonly string[];
    readonly ttlSeconds: number;
  };
}

const address = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be an address like ${example}` }).optional();

export const redisShape = {
  REDIS_URL: z
    .string()
    .transform((text, context) => {
      const read = parseRedisAddress(text);
      if (read.ok) return read.value;
      context.addIssue({ code: 'custom', message: read.error });
      return z.NEVER;
    })
    .optional(),
  REDIS_CA: z.string().optional(),
  FLOORCAST_ROLE: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }).optional(),
  ROUTING_EVENTS_URL: address(/^wss?$/, 'wss://gateway.example.com/events'),
  ROUTING_EVENTS_TOKEN_URL: address(/^https?$/, 'https://login.mypurecloud.ie/oauth/token'),
  ROUTING_EVENTS_CLIENT_ID: z.string().optional(),
  ROUTING_EVENTS_CLIENT_SECRET: z.string().optional(),
  ROUTING_METRICS_TTL_SECONDS: z.coerce
    .number()
    .int()
    .min(10, 'must be 10 or more')
    .max(604_800)
    .default(300),
};
const schema = z.object(redisShape);
export type RedisSettings = z.infer<typeof schema>;

export function redisProblems(p: RedisSettings & GenesysSettings): string[] {
  const problems: string[] = [];
  const isPlain = p.REDIS_URL !== undefined && !p.REDIS_URL.tls;
  const isFar = p.REDIS_URL?.nodes.some(({ host }) => !isLoopback(host)) ?? false;
  if (isPlain && isFar && p.REDIS_URL?.password !== null)
    problems.push('REDIS_URL is not encrypted: with a password only rediss:, or redis: to this machine');
  if (p.REDIS_CA !== undefined && p.REDIS_URL?.tls !== true)
    problems.push('REDIS_CA needs a rediss: REDIS_URL');
  if (p.FLOORCAST_ROLE !== undefined && p.REDIS_URL === undefined)
    problems.push('FLOORCAST_ROLE needs REDIS_URL: nodes share their state there');
  return [...problems, ...gatewayProblems(p)];
}

function gatewayProblems(p: RedisSettings & GenesysSettings): string[] {
  if (p.ROUTING_EVENTS_URL === undefined) return [];
  const problems: string[] = [];
  if (p.REDIS_URL === undefined)
    problems.push('ROUTING_EVENTS_URL needs REDIS_URL: sums of events are written there');
  for (const [name, value] of [
    ['ROUTING_EVENTS_URL', p.ROUTING_EVENTS_URL],
    ['ROUTING_EVENTS_TOKEN_URL', p.ROUTING_EVENTS_TOKEN_URL],
  ] as const) {
    if (value !== undefined && /^(ws|http):/.test(value) && !isLoopback(new URL(value).hostname))
      problems.push(`${name} is not encrypted: only wss: or https:, or without to this machine`);
  }
  if (p.ROUTING_EVENTS_TOKEN_URL === undefined && !namesGenesys(p))
    problems.push('ROUTING_EVENTS_TOKEN_URL is missing (or GENESYS_REGION, for its own)');
  const hasOwn = p.ROUTING_EVENTS_CLIENT_ID !== undefined && p.ROUTING_EVENTS_CLIENT_SECRET !== undefined;
  const hasGenesys = p.ROUTING_EVENTS_TOKEN_URL === undefined && p.GENESYS_CLIENT_ID.length > 0;
  if (!hasOwn && !hasGenesys)
    problems.push('ROUTING_EVENTS_CLIENT_ID and ROUTING_EVENTS_CLIENT_SECRET are missing');
  return problems;
}

/** `null`: there is no Redis. */
export function redisConfig(p: RedisSettings & GenesysSettings): RedisConfig | null {
  if (p.REDIS_URL === undefined) return null;
  return {
    role: p.FLOORCAST_ROLE ?? null,
    address: p.REDIS_URL,
    ca: p.REDIS_CA ?? null,
    routing: {
      gateway: gatewayOf(p),
      queueIds: p.QUEUE_IDS,
      ttlSeconds: p.ROUTING_METRICS_TTL_SECONDS,
    },
  };
}

/** Of its own, or the collector's first client at the same Genesys Cloud. */
function gatewayOf(p: RedisSettings & GenesysSettings): RoutingGatewayConfig | null {
  if (p.ROUTING_EVENTS_URL === undefined) return null;
  return {
    url: p.ROUTING_EVENTS_URL,
    tokenUrl: p.ROUTING_EVENTS_TOKEN_URL ?? `${genesysEndpoints(p).loginUrl}/oauth/token`,
    clientId: p.ROUTING_EVENTS_CLIENT_ID ?? p.GENESYS_CLIENT_ID[0] ?? '',
    clientSecret: p.ROUTING_EVENTS_CLIENT_SECRET ?? p.GENESYS_CLIENT_SECRET[0] ?? '',
  };
}
