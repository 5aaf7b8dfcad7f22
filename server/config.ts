/**
 * The settings: one schema over the environment. Every problem is said in one message, by the setting's name and
 * never with a secret's value. `X_FILE` names a file that holds X, for those marked `secret`.
 */
import { z } from 'zod';
import { DEFAULT_LOCALE, LOCALES, type Locale } from '../lib/contracts/locale';
import { isTimeZone } from '../lib/day';
import { err, ok, type Result } from '../lib/result';
import type { AccessConfig } from './access/access-config';
import { accessConfig, accessProblems, accessShape } from './config/access-settings';
import { type AlertsConfig, alertProblems, alertShape, alertsConfig } from './config/alert-settings';
import { type DevicesConfig, deviceProblems, deviceShape, devicesConfig } from './config/device-settings';
import { type GenesysConfig, genesysConfig, genesysProblems, genesysShape } from './config/genesys-settings';
import { type RedisConfig, redisConfig, redisProblems, redisShape } from './config/redis-settings';
import { SETTINGS } from './config/settings-list';
import { LOG_LEVELS, type LogLevel } from './runtime/log';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Origins from which browsers may open sockets. */
  readonly allowedOrigins: readonly string[];
  readonly publicUrl: string | null;
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly timeZone: string;
  /** Of screens and people who say nothing themselves. */
  readonly locale: Locale;
  readonly access: AccessConfig;
  /** `null`: the source is off. */
  readonly genesys: GenesysConfig | null;
  /** `null`: no broker, no devices. */
  readonly alerts: AlertsConfig | null;
  /** `null`: no device cloud and no link to appliances. */
  readonly devices: DevicesConfig | null;
  /** `null`: this process is alone, and nothing is written for others. */
  readonly redis: RedisConfig | null;
  /** The values of all secrets: no log line may hold one. */
  readonly secrets: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;
/** Reads a file's text; throws where it can't. */
export type ReadFile = (path: string) => string;

const schema = z.object({
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535).default(3000),
  DATA_DIR: z.string().default('./data'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  TIME_ZONE: z.string().refine(isTimeZone, 'is not an IANA time zone, like Europe/Dublin').optional(),
  LOCALE: z.enum(LOCALES, { error: `must be one of ${LOCALES.join(', ')}` }).default(DEFAULT_LOCALE),
  ...accessShape,
  ...genesysShape,
  ...alertShape,
  ...deviceShape,
  ...redisShape,
});
type Parsed = z.infer<typeof schema>;

/** The settings, or every problem in them, one sentence each. */
export function parseConfig(environment: Environment, readFile: ReadFile): Result<Config, readonly string[]> {
  const problems: string[] = [];
  const values = withFiles(environment, readFile, problems);
  const parsed = schema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map((i) => `${String(i.path[0])} ${i.message}`));
  else {
    const { data } = parsed;
    problems.push(...genesysProblems(data), ...accessProblems(data), ...alertProblems(data), ...idle(data));
    problems.push(...deviceProblems(data, data.GENESYS_CLIENT_ID.length > 0), ...redisProblems(data));
  }
  if (!parsed.success || problems.length > 0) return err(problems);
  return ok(toConfig(parsed.data, secretsOf(values)));
}

/** Values by name; an empty one counts as not set, and X_FILE stands in for X. */
function withFiles(environment: Environment, readFile: ReadFile, problems: string[]): Record<string, string> {
  const values: [string, string][] = [];
  for (const { name, secret } of SETTINGS) {
    const direct = environment[name];
    const path = secret ? environment[`${name}_FILE`] : undefined;
    if (direct) values.push([name, direct]);
    if (!path) continue;
    if (direct) problems.push(`${name} and ${name}_FILE are both set: give one`);
    try {
      values.push([name, readFile(path).trim()]);
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read: ${path}`);
    }
  }
  return Object.fromEntries(values);
}

function secretsOf(values: Readonly<Record<string, string>>): string[] {
  return SETTINGS.filter(({ secret }) => secret).flatMap(({ name }) => {
    const value = values[name] ?? '';
    return [value, ...value.split(',')];
  });
}

/** A place without anything to do there is most likely a client forgotten. */
function idle(p: Parsed): string[] {
  const named = p.GENESYS_REGION !== undefined || p.GENESYS_API_URL !== undefined;
  const used = p.GENESYS_CLIENT_ID.length + p.GENESYS_CLIENT_SECRET.length > 0 || p.SIGN_IN === 'genesys';
  return named && !used ? ['GENESYS_CLIENT_ID is missing', 'GENESYS_CLIENT_SECRET is missing'] : [];
}

function toConfig(p: Parsed, secrets: readonly string[]): Config {
  const publicUrl = p.PUBLIC_URL ?? null;
  return {
    port: p.PORT,
    host: p.HOST,
    allowedOrigins: publicUrl === null ? [] : [new URL(publicUrl).origin],
    publicUrl,
    trustedProxies: p.TRUSTED_PROXIES,
    dataDir: p.DATA_DIR,
    logLevel: p.LOG_LEVEL,
    timeZone: p.TIME_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: p.LOCALE,
    access: accessConfig(p),
    genesys: genesysConfig(p),
    alerts: alertsConfig(p),
    devices: devicesConfig(p),
    redis: redisConfig(p),
    secrets: [...new Set([...secrets, p.REDIS_URL?.password ?? ''].map((secret) => secret.trim()))].filter(
      (secret) => secret !== '',
    ),
  };
}
