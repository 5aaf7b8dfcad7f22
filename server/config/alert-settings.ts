/** The settings of devices' alerts: the broker they come from, and where they are handed on to. */
import { z } from 'zod';
import { ALERT_LEVELS, type AlertLevel } from '../../lib/contracts/alert';
import { isLoopback, list } from './fields';
import { type GenesysSettings, genesysEndpoints, namesGenesys } from './genesys-settings';

export interface MqttConfig {
  readonly url: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  /** PEM; `null`: the system's own authorities, no client certificate. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

export interface AlertEventsConfig {
  readonly url: string;
  /** `null`: the address itself is the secret (webhook integration). */
  readonly bearer: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  readonly levels: ReadonlySet<AlertLevel>;
  readonly perMinute: number;
}

export interface AlertsConfig {
  readonly mqtt: MqttConfig;
  /** `null`: nothing is handed on. */
  readonly events: AlertEventsConfig | null;
  /** An alert that nothing cleared is cleared by age. */
  readonly maxAgeMs: number;
  /** Closed alerts are forgotten after. */
  readonly keepMs: number;
}

const HOUR_MS = 3_600_000;
const TOPICS = ['devices/+/alerts', 'devices/+/status'];

const address = (protocols: RegExp, example: string) =>
  z
    .url({ protocol: protocols, error: `must be an address like ${example}` })
    .refine(hasNoUser, 'must have no user name or password in it: they have settings of their own')
    .optional();

const levels = list
  .transform((names) => (names.length === 0 ? ['critical'] : names))
  .pipe(z.array(z.enum(ALERT_LEVELS, { error: `must be of ${ALERT_LEVELS.join(', ')}` })));

export const alertShape = {
  MQTT_URL: address(/^mqtts?$/, 'mqtts://broker.example.com:8883'),
  MQTT_TOPICS: list,
  MQTT_CLIENT_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be letters, digits, ., - and _')
    .default('floorcast'),
  MQTT_USERNAME: z.string().max(200).optional(),
  MQTT_PASSWORD: z.string().max(2_000).optional(),
  MQTT_CA: z.string().optional(),
  MQTT_CERTIFICATE: z.string().optional(),
  MQTT_KEY: z.string().optional(),
  ALERT_MAX_AGE_HOURS: z.coerce.number().min(1, 'must be 1 or more').max(720).default(24),
  ALERT_KEEP_DAYS: z.coerce.number().min(2, 'must be 2 or more').max(3_650).default(90),
  ALERT_EVENTS_URL: address(/^https?$/, 'https://api.mypurecloud.ie/api/v2/integrations/webhooks/…/events'),
  ALERT_EVENTS_AUTH: z.enum(['none', 'bearer'], { error: 'must be none or bearer' }).default('none'),
  ALERT_EVENTS_TOKEN_URL: address(/^https?$/, 'https://login.mypurecloud.ie/oauth/token'),
  ALERT_EVENTS_CLIENT_ID: z.string().optional(),
  ALERT_EVENTS_CLIENT_SECRET: z.string().optional(),
  ALERT_EVENTS_LEVELS: levels,
  ALERT_EVENTS_PER_MINUTE: z.coerce.number().min(1, 'must be 1 or more').max(60_000).default(60),
};
const schema = z.object(alertShape);
export type AlertSettings = z.infer<typeof schema>;

export function alertProblems(p: AlertSettings & GenesysSettings): string[] {
  return [...brokerProblems(p), ...eventProblems(p)];
}

function brokerProblems(p: AlertSettings): string[] {
  const problems: string[] = [];
  const others = [p.MQTT_USERNAME, p.MQTT_PASSWORD, p.MQTT_CA, p.MQTT_CERTIFICATE, p.MQTT_KEY];
  const isNamed = others.some((value) => value !== undefined) || p.MQTT_TOPICS.length > 0;
  if (p.MQTT_URL === undefined && isNamed) problems.push('MQTT_URL is missing');
  if (p.MQTT_URL === undefined && p.ALERT_EVENTS_URL !== undefined) {
    problems.push('ALERT_EVENTS_URL needs MQTT_URL: alerts come from there');
  }
  if ((p.MQTT_CERTIFICATE === undefined) !== (p.MQTT_KEY === undefined)) {
    problems.push('MQTT_CERTIFICATE and MQTT_KEY go together');
  }
  const isPlain = p.MQTT_URL?.startsWith('mqtt:') ?? false;
  const host = p.MQTT_URL === undefined ? '' : new URL(p.MQTT_URL).hostname;
  if (isPlain && !isLoopback(host) && (p.MQTT_PASSWORD ?? p.MQTT_CERTIFICATE) !== undefined) {
    problems.push(
      'MQTT_URL is not encrypted: with a password or certificate only mqtts:, or mqtt: to this machine',
    );
  }
  for (const topic of p.MQTT_TOPICS.filter((name) => !isTopicFilter(name))) {
    problems.push(`MQTT_TOPICS: “${topic}” is not a topic filter ending in alerts or status`);
  }
  return problems;
}

/** Wildcards stand for whole levels; the last level tells alerts from status. */
function isTopicFilter(filter: string): boolean {
  const parts = filter.split('/');
  const isWhole = parts.every((part) => part === '+' || !/[+#\0]/.test(part));
  return isWhole && filter.length <= 512 && /^(alerts|status)$/.test(parts.at(-1) ?? '');
}

function eventProblems(p: AlertSettings & GenesysSettings): string[] {
  const problems: string[] = [];
  if (p.ALERT_EVENTS_URL === undefined) return problems;
  for (const [name, value] of [
    ['ALERT_EVENTS_URL', p.ALERT_EVENTS_URL],
    ['ALERT_EVENTS_TOKEN_URL', p.ALERT_EVENTS_TOKEN_URL],
  ] as const) {
    // The address may be a secret: it is not repeated.
    if (value?.startsWith('http:') && !isLoopback(new URL(value).hostname)) {
      problems.push(`${name} is not encrypted: only https:, or http: to this machine`);
    }
  }
  if (p.ALERT_EVENTS_AUTH === 'none') return problems;
  if (p.ALERT_EVENTS_TOKEN_URL === undefined && !namesGenesys(p)) {
    problems.push('ALERT_EVENTS_TOKEN_URL is missing (or GENESYS_REGION, for its own)');
  }
  const hasOwn = p.ALERT_EVENTS_CLIENT_ID !== undefined && p.ALERT_EVENTS_CLIENT_SECRET !== undefined;
  const hasGenesys = p.ALERT_EVENTS_TOKEN_URL === undefined && p.GENESYS_CLIENT_ID.length > 0;
  if (!hasOwn && !hasGenesys) {
    problems.push('ALERT_EVENTS_CLIENT_ID and ALERT_EVENTS_CLIENT_SECRET are missing');
  }
  return problems;
}

/** `null`: the source is off. */
export function alertsConfig(p: AlertSettings & GenesysSettings): AlertsConfig | null {
  if (p.MQTT_URL === undefined) return null;
  return {
    mqtt: {
      url: p.MQTT_URL,
      topics: p.MQTT_TOPICS.length === 0 ? TOPICS : p.MQTT_TOPICS,
      clientId: p.MQTT_CLIENT_ID,
      username: p.MQTT_USERNAME ?? null,
      password: p.MQTT_PASSWORD ?? null,
      ca: p.MQTT_CA ?? null,
      certificate: p.MQTT_CERTIFICATE ?? null,
      key: p.MQTT_KEY ?? null,
    },
    events: eventsConfig(p),
    maxAgeMs: p.ALERT_MAX_AGE_HOURS * HOUR_MS,
    keepMs: p.ALERT_KEEP_DAYS * 24 * HOUR_MS,
  };
}

function eventsConfig(p: AlertSettings & GenesysSettings): AlertEventsConfig | null {
  if (p.ALERT_EVENTS_URL === undefined) return null;
  return {
    url: p.ALERT_EVENTS_URL,
    bearer: p.ALERT_EVENTS_AUTH === 'none' ? null : bearerOf(p),
    levels: new Set(p.ALERT_EVENTS_LEVELS),
    perMinute: p.ALERT_EVENTS_PER_MINUTE,
  };
}

/** Of its own, or the collector's first client at the same Genesys Cloud. */
function bearerOf(p: AlertSettings & GenesysSettings) {
  return {
    tokenUrl: p.ALERT_EVENTS_TOKEN_URL ?? `${genesysEndpoints(p).loginUrl}/oauth/token`,
    clientId: p.ALERT_EVENTS_CLIENT_ID ?? p.GENESYS_CLIENT_ID[0] ?? '',
    clientSecret: p.ALERT_EVENTS_CLIENT_SECRET ?? p.GENESYS_CLIENT_SECRET[0] ?? '',
  };
}

function hasNoUser(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
