/**
 * The command line of `npm run simulator`: reads the arguments into options, or says everything that is wrong with them
 * at once. Pure but for the file, which it is handed a reader for.
 */
import { parseArgs } from 'node:util';
import { isTimeZone } from '../../lib/day';
import { err, ok, type Result } from '../../lib/result';
import { LOG_LEVELS, type LogLevel } from '../runtime/log';
import {
  DEFAULT_DEVICES,
  DEMO_CLIENT,
  DEVICE_CLIENT,
  SIGN_IN_CLIENTS,
  type SimulatorOptions,
} from './options';
import type { SimClient } from './platform/tokens';
import { parseCallRecords } from './world/call-records';

export const USAGE = `Floorcast's simulated Genesys Cloud.

  npm run simulator -- [options]

  --port N              port on 127.0.0.1 (default 9100; 0: any free one)
  --queues N            a made-up contact centre of that many queues (default 12)
  --seed N              the same seed makes the same centre and the same day (default 1)
  --calls-per-hour N    interactions a queue and hour at the day's peak
  --no-warm-up          start with an empty house instead of the day so far
  --replay FILE         replay call records from a CSV file instead (columns: see README)
  --speed N             how fast the file is replayed (default 1; 600: a day in 2.4 minutes)
  --hold                wait for POST /simulator/replay/start
  --service-level P/S   of the replayed file: P percent within S seconds (default 80/20)
  --time-zone ZONE      IANA zone of the day (default: this machine's)
  --mqtt-port N         an MQTT broker on 127.0.0.1 with devices that report to it (0: any free one)
  --mqtt-session ID     a listener whose session that broker knows from before
  --devices N           how many of them (default ${DEFAULT_DEVICES}); with a device cloud at /cloud
                        (client ${DEVICE_CLIENT.id}:${DEVICE_CLIENT.secret}) and links at /appliances/{deviceId}
  --metrics-hz N        how often an appliance measures, on its link (default 10)
  --heartbeat-ms N      how often it beats there (default 5000)
  --client ID:SECRET    an OAuth client; may be repeated (default ${DEMO_CLIENT.id}:${DEMO_CLIENT.secret})
                        (people sign in with ${SIGN_IN_CLIENTS.map((client) => client.id).join(' or ')})
  --token-seconds N     how long a token lives (default 86400)
  --requests-per-minute N   rate limit of a token (default 300)
  --log LEVEL           ${LOG_LEVELS.join(', ')} (default warn)
  --allow-production    run although NODE_ENV is production
  --help

While it runs: GET /simulator/truth, POST /simulator/faults,
GET /simulator/device-rules, alerts, events, conversations, customers, cloud, appliances,
appliance-commands, messages; POST /simulator/conversations; see server/simulator/faults.
`;

export type CliSettings = Pick<
  SimulatorOptions,
  'port' | 'world' | 'devices' | 'clients' | 'tokenLifetimeSeconds' | 'limits' | 'timeZone'
> & {
  readonly logLevel: LogLevel;
  readonly seed: number;
};

export type CliOutcome =
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }
  | { readonly kind: 'run'; readonly settings: CliSettings };

export interface CliSurroundings {
  readonly nodeEnv: string | undefined;
  readonly localTimeZone: string;
  /** The file's text; throws where it cannot be read. */
  readFile(path: string): string;
}

const OPTIONS = {
  port: { type: 'string', default: '9100' },
  queues: { type: 'string', default: '12' },
  seed: { type: 'string', default: '1' },
  'calls-per-hour': { type: 'string' },
  'no-warm-up': { type: 'boolean', default: false },
  replay: { type: 'string' },
  speed: { type: 'string', default: '1' },
  hold: { type: 'boolean', default: false },
  'service-level': { type: 'string', default: '80/20' },
  'time-zone': { type: 'string' },
  'mqtt-port': { type: 'string' },
  'mqtt-session': { type: 'string' },
  devices: { type: 'string', default: String(DEFAULT_DEVICES) },
  'metrics-hz': { type: 'string', default: '10' },
  'heartbeat-ms': { type: 'string', default: '5000' },
  client: { type: 'string', multiple: true },
  'token-seconds': { type: 'string', default: '86400' },
  'requests-per-minute': { type: 'string', default: '300' },
  log: { type: 'string', default: 'warn' },
  'allow-production': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

export function readCommandLine(args: readonly string[], around: CliSurroundings): CliOutcome {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (thrown) {
    return { kind: 'problems', problems: [thrown instanceof Error ? thrown.message : String(thrown)] };
  }
  if (values.help) return { kind: 'help' };
  const problems: string[] = [];
  if (isProduction(around.nodeEnv) && !values['allow-production']) {
    problems.push('NODE_ENV is production: the simulator runs there only with --allow-production');
  }
  const settings = readSettings(values, around, problems);
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'run', settings };
}

/** However it is written: `Production` was meant as well. */
function isProduction(nodeEnv: string | undefined): boolean {
  return /^\s*prod(uction)?\s*$/i.test(nodeEnv ?? '');
}

function readSettings(values: Values, around: CliSurroundings, problems: string[]): CliSettings {
  const seed = wholeNumber('--seed', values.seed, 0, 0xffff_ffff, problems);
  const timeZone = values['time-zone'] ?? around.localTimeZone;
  if (!isTimeZone(timeZone))
    problems.push(`--time-zone ${timeZone} is not an IANA time zone such as Europe/Berlin`);
  const logLevel = LOG_LEVELS.find((level) => level === values.log);
  if (logLevel === undefined) problems.push(`--log ${values.log} is not one of ${LOG_LEVELS.join(', ')}`);
  return {
    seed,
    timeZone,
    port: wholeNumber('--port', values.port, 0, 65_535, problems),
    tokenLifetimeSeconds: wholeNumber('--token-seconds', values['token-seconds'], 1, 172_800, problems),
    limits: {
      requestsPerMinute: wholeNumber(
        '--requests-per-minute',
        values['requests-per-minute'],
        1,
        1e6,
        problems,
      ),
    },
    ...readDevices(values, problems),
    clients: readClients(values.client ?? [], problems),
    world:
      values.replay === undefined
        ? madeUp(values, seed, problems)
        : replay(values, values.replay, around, problems),
    logLevel: logLevel ?? 'warn',
  };
}

function readDevices(values: Values, problems: string[]): Pick<CliSettings, 'devices'> {
  const devices = wholeNumber('--devices', values.devices, 0, 50_000, problems);
  const hz = wholeNumber('--metrics-hz', values['metrics-hz'], 1, 50, problems);
  const heartbeatMs = wholeNumber('--heartbeat-ms', values['heartbeat-ms'], 100, 60_000, problems);
  const port = values['mqtt-port'];
  if (port === undefined) return {};
  const keptFor = values['mqtt-session'];
  return {
    devices: {
      port: wholeNumber('--mqtt-port', port, 0, 65_535, problems),
      devices,
      applianceTimes: { metricsMs: Math.round(1_000 / hz), heartbeatMs },
      ...(keptFor === undefined ? {} : { keptFor }),
    },
  };
}

function madeUp(values: Values, seed: number, problems: string[]): SimulatorOptions['world'] {
  const queues = wholeNumber('--queues', values.queues, 1, 100_000, problems);
  const warmUp = !values['no-warm-up'];
  const calls = values['calls-per-hour'];
  if (calls === undefined) return { kind: 'made-up', queues, seed, warmUp };
  return {
    kind: 'made-up',
    queues,
    seed,
    warmUp,
    callsPerHour: positiveNumber('--calls-per-hour', calls, 100_000, problems),
  };
}

function replay(
  values: Values,
  path: string,
  around: CliSurroundings,
  problems: string[],
): SimulatorOptions['world'] {
  const speed = positiveNumber('--speed', values.speed, 100_000, problems);
  const level = readServiceLevel(values['service-level'], problems);
  const records = readRecords(path, around);
  if (!records.ok) problems.push(...records.error);
  return {
    kind: 'replay',
    records: records.ok ? records.value : [],
    speed,
    autoStart: !values.hold,
    ...level,
  };
}

function readRecords(path: string, around: CliSurroundings): ReturnType<typeof parseCallRecords> {
  let text: string;
  try {
    text = around.readFile(path);
  } catch (thrown) {
    return err([
      `--replay ${path} cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    ]);
  }
  const records = parseCallRecords(text);
  return records.ok ? records : err(records.error.map((problem) => `${path}, ${problem}`));
}

function readServiceLevel(
  text: string,
  problems: string[],
): { serviceLevelPercentage: number; serviceLevelTargetMs: number } {
  const match = /^(\d{1,3}(?:\.\d+)?)\/(\d{1,6}(?:\.\d+)?)$/.exec(text);
  const [percent, seconds] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || percent > 100)
    problems.push(`--service-level ${text} is not like 80/20: percent/seconds`);
  return { serviceLevelPercentage: percent / 100, serviceLevelTargetMs: Math.round(seconds * 1_000) };
}

function readClients(texts: readonly string[], problems: string[]): readonly SimClient[] {
  if (texts.length === 0) return [DEMO_CLIENT];
  return texts.map((text, index) => {
    const client = readClient(text);
    // The text may hold a secret: it is not repeated.
    if (!client.ok) problems.push(`--client number ${index + 1} ${client.error}`);
    return client.ok ? client.value : DEMO_CLIENT;
  });
}

function readClient(text: string): Result<SimClient, string> {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return err('is not like id:secret');
  return ok({ id: text.slice(0, colon), secret: text.slice(colon + 1) });
}

function wholeNumber(name: string, text: string, min: number, max: number, problems: string[]): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  problems.push(`${name} ${text} is not a whole number from ${min} to ${max}`);
  return min;
}

function positiveNumber(name: string, text: string, max: number, problems: string[]): number {
  const value = /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= max) return value;
  problems.push(`${name} ${text} is not a number above 0, up to ${max}`);
  return 1;
}
