/**
 * The settings: one schema over the environment. Every problem is said in one message, by the setting's name and
 * never with a secret's value. `X_FILE` names a file that holds X, for those marked `secret`.
 */
import { z } from 'zod';
import { isTimeZone } from '../lib/day';
import { err, ok, type Result } from '../lib/result';
import { endpointsOf, REGIONS } from './genesys/regions';
import { LOG_LEVELS, type LogLevel } from './runtime/log';

export interface GenesysConfig {
  readonly apiUrl: string;
  readonly loginUrl: string;
  /** One or more OAuth clients (client credentials). */
  readonly clients: readonly { readonly id: string; readonly secret: string }[];
  /** Empty: all queues that the clients may see. */
  readonly queueIds: readonly string[];
  readonly activityTopics: boolean;
  /** Hosts to which plain `ws:` may go; loopback only. */
  readonly allowPlainSocketsTo: readonly string[];
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Origins from which browsers may open sockets. */
  readonly allowedOrigins: readonly string[];
  readonly publicUrl: string | null;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly timeZone: string;
  /** `null`: the source is off. */
  readonly genesys: GenesysConfig | null;
}

export interface Setting {
  readonly name: string;
  readonly example: string;
  readonly help: string;
  readonly secret: boolean;
}

function setting(name: string, example: string, help: string, secret = false): Setting {
  return { name, example, help, secret };
}

/** Every setting that is read, in the order of `.env.example`. */
export const SETTINGS: readonly Setting[] = [
  setting('PORT', '3000', 'The one port: pages, sockets, REST.'),
  setting('HOST', '127.0.0.1', 'Address to listen on. Loopback only until sign-in is there.'),
  setting(
    'PUBLIC_URL',
    '',
    'The address browsers use, where it differs (a reverse proxy): https://wallboard.example.com',
  ),
  setting('DATA_DIR', './data', 'Where boards, groups and thresholds are kept.'),
  setting('LOG_LEVEL', 'info', `One of ${LOG_LEVELS.join(', ')}.`),
  setting(
    'TIME_ZONE',
    '',
    'IANA zone in which the day of a queue starts, e.g. Europe/Dublin. Empty: the zone of this machine.',
  ),
  setting('GENESYS_REGION', 'mypurecloud.ie', 'Region of the org. Or give the two addresses below instead.'),
  setting('GENESYS_API_URL', '', 'Address of the API, instead of GENESYS_REGION.'),
  setting('GENESYS_LOGIN_URL', '', 'Address of the login service, instead of GENESYS_REGION.'),
  setting('GENESYS_CLIENT_ID', '', 'OAuth client (client credentials). Several: comma-separated.', true),
  setting('GENESYS_CLIENT_SECRET', '', 'Its secret; several in the same order.', true),
  setting(
    'GENESYS_ALLOW_LOOPBACK',
    'false',
    'true: plain http: and ws: to this machine are allowed (the simulator).',
  ),
  setting(
    'GENESYS_ACTIVITY_TOPICS',
    'true',
    'true: the longest wait arrives by push. false: twice the queues a channel, the longest wait by query.',
  ),
  setting('QUEUE_IDS', '', 'Only these queues, comma-separated. Empty: all that the client may see.'),
];

export type Environment = Readonly<Record<string, string | undefined>>;
/** Reads a file's text; throws where it can't. */
export type ReadFile = (path: string) => string;

const LOOPBACK_HOSTS = ['127.0.0.1', '::1', '[::1]', 'localhost'];

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .optional()
    .transform((text) => (text === undefined ? fallback : text === 'true'));
const list = z
  .string()
  .optional()
  .transform((text) =>
    (text ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
const url = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://api.mypurecloud.ie' })
  .optional();

const schema = z.object({
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: url,
  DATA_DIR: z.string().default('./data'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  TIME_ZONE: z.string().refine(isTimeZone, 'is not an IANA time zone, like Europe/Dublin').optional(),
  GENESYS_REGION: z
    .string()
    .refine((name) => REGIONS.has(name), {
      error: () => `is not a region; known: ${[...REGIONS.keys()].join(', ')}`,
    })
    .optional(),
  GENESYS_API_URL: url,
  GENESYS_LOGIN_URL: url,
  GENESYS_CLIENT_ID: list,
  GENESYS_CLIENT_SECRET: list,
  GENESYS_ALLOW_LOOPBACK: flag(false),
  GENESYS_ACTIVITY_TOPICS: flag(true),
  QUEUE_IDS: list,
});
type Parsed = z.infer<typeof schema>;

/** The settings, or every problem in them, one sentence each. */
export function parseConfig(environment: Environment, readFile: ReadFile): Result<Config, readonly string[]> {
  const problems: string[] = [];
  const values = withFiles(environment, readFile, problems);
  const parsed = schema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map((i) => `${i.path.join('.')} ${i.message}`));
  else problems.push(...crossChecks(parsed.data));
  if (!parsed.success || problems.length > 0) return err(problems);
  return ok(toConfig(parsed.data));
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

function crossChecks(p: Parsed): string[] {
  const problems: string[] = [];
  const say = (wrong: boolean, text: string) => wrong && problems.push(text);
  const addresses = [p.GENESYS_API_URL, p.GENESYS_LOGIN_URL].filter((a) => a !== undefined);
  const somewhere = p.GENESYS_REGION !== undefined || addresses.length > 0;
  const anyGenesys = somewhere || p.GENESYS_CLIENT_ID.length > 0 || p.GENESYS_CLIENT_SECRET.length > 0;
  say(
    !LOOPBACK_HOSTS.includes(p.HOST),
    `HOST ${p.HOST} is not loopback: without sign-in Floorcast listens on 127.0.0.1, ::1 or localhost only`,
  );
  say(
    addresses.length === 1,
    'GENESYS_API_URL and GENESYS_LOGIN_URL go together: give both, or GENESYS_REGION',
  );
  say(
    p.GENESYS_REGION !== undefined && addresses.length > 0,
    'GENESYS_REGION and the two addresses exclude each other',
  );
  if (!anyGenesys) return problems;
  say(!somewhere, 'GENESYS_REGION is missing (e.g. mypurecloud.ie)');
  say(p.GENESYS_CLIENT_ID.length === 0, 'GENESYS_CLIENT_ID is missing');
  say(p.GENESYS_CLIENT_SECRET.length === 0, 'GENESYS_CLIENT_SECRET is missing');
  say(
    p.GENESYS_CLIENT_ID.length > 0 &&
      p.GENESYS_CLIENT_SECRET.length > 0 &&
      p.GENESYS_CLIENT_ID.length !== p.GENESYS_CLIENT_SECRET.length,
    `GENESYS_CLIENT_ID has ${p.GENESYS_CLIENT_ID.length} clients, GENESYS_CLIENT_SECRET ${p.GENESYS_CLIENT_SECRET.length}: same number, same order`,
  );
  for (const address of addresses.filter((a) => a.startsWith('http:'))) {
    const loopback = LOOPBACK_HOSTS.includes(new URL(address).hostname);
    say(!loopback, `${address} is not encrypted: only https:, or http: to this machine`);
    say(loopback && !p.GENESYS_ALLOW_LOOPBACK, `${address} needs GENESYS_ALLOW_LOOPBACK=true`);
  }
  return problems;
}

function toConfig(p: Parsed): Config {
  const publicUrl = p.PUBLIC_URL ?? null;
  return {
    port: p.PORT,
    host: p.HOST,
    allowedOrigins: publicUrl === null ? [] : [new URL(publicUrl).origin],
    publicUrl,
    dataDir: p.DATA_DIR,
    logLevel: p.LOG_LEVEL,
    timeZone: p.TIME_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    genesys: genesysOf(p),
  };
}

function genesysOf(p: Parsed): GenesysConfig | null {
  if (p.GENESYS_CLIENT_ID.length === 0) return null;
  const given = { apiUrl: p.GENESYS_API_URL ?? '', loginUrl: p.GENESYS_LOGIN_URL ?? '' };
  const { apiUrl, loginUrl } = endpointsOf(p.GENESYS_REGION ?? '') ?? given;
  return {
    apiUrl,
    loginUrl,
    clients: p.GENESYS_CLIENT_ID.map((id, i) => ({ id, secret: p.GENESYS_CLIENT_SECRET[i] ?? '' })),
    queueIds: p.QUEUE_IDS,
    activityTopics: p.GENESYS_ACTIVITY_TOPICS,
    allowPlainSocketsTo: p.GENESYS_ALLOW_LOOPBACK ? LOOPBACK_HOSTS : [],
  };
}
