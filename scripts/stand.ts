/**
 * A stand: the simulated Genesys Cloud and a Floorcast that looks at it, on one machine, each its own process; or
 * several nodes of one, with their Redis.
 * The demo and the replay are stands with different worlds.
 */
import path from 'node:path';
import type { Role } from '../server/config/redis-settings';
import { freePort, getJson, PROJECT_DIR, printed, type Started, startProcess, waitFor } from './processes';
import { beginStandingCall, connectDevices, STAND_CLIENT, type StandingCall } from './stand-devices';
import { startStandRedis } from './stand-redis';
import { type Settings, standSettings } from './stand-settings';

export interface Stand {
  readonly url: string;
  /** The other nodes that serve screens; empty where one process does it all. */
  readonly otherUrls: readonly string[];
  readonly simulatorUrl: string;
  readonly logDir: string;
  /** About a device that is online, and still there when the others have hung up; `null`: there are no devices. */
  readonly call: StandingCall | null;
  stop(): Promise<void>;
}

export interface StandOptions {
  readonly name: string;
  readonly world: readonly string[];
  readonly port: number;
  readonly timeZone: string;
  /** Where the simulator is to be, if it can; absent: anywhere. */
  readonly simulatorPort?: number;
  /** Simulated devices, their broker, cloud and links, and somewhere to hand alerts on to. */
  readonly devices?: boolean;
  /** Of accounts; absent: there are none. */
  readonly settings?: Settings;
  /** So many that serve screens, one that collects, and a Redis. Absent: one process alone. */
  readonly nodes?: number;
}

/** Starts both, and resolves when the server says that it is ready. Rejects, with the log's end, when it can't. */
export async function startStand(options: StandOptions): Promise<Stand> {
  const logDir = path.join(PROJECT_DIR, 'data', options.name);
  const started: Started[] = [];
  const stop = async () => {
    for (const one of [...started].reverse()) await one.stop();
  };
  try {
    const wanted = options.simulatorPort;
    const simulatorPort = wanted === undefined ? 0 : await freePort(wanted);
    const args = ['--port', String(simulatorPort), ...options.world];
    if (options.devices === true) args.push('--mqtt-port', '0', '--mqtt-session', STAND_CLIENT);
    // It refuses to be part of a production; a stand is none, though its server runs as one.
    const simulator = startProcess({ bundle: 'simulator', args, env: { NODE_ENV: 'development' }, logDir });
    started.push(simulator);
    const [[simulatorUrl], [mqttUrl]] = await Promise.all([
      printed(simulator, /http:\/\/127\.0\.0\.1:\d+/),
      options.devices === true ? printed(simulator, /mqtt:\/\/127\.0\.0\.1:\d+/) : [null],
    ]);
    const redis =
      options.nodes === undefined ? null : await startStandRedis(logDir, (one) => started.push(one));
    const redisUrl = redis?.url ?? null;
    const dataDir = path.join(logDir, 'store');
    const devices =
      mqttUrl === null ? {} : await connectDevices({ mqttUrl, simulatorUrl, dataDir, redisUrl });
    const urls: string[] = [];
    for (const { name, role, port } of processesOf(options)) {
      const own = await freePort(port);
      const shared = redisUrl === null ? {} : { REDIS_URL: redisUrl, FLOORCAST_ROLE: role };
      const server = startProcess({
        ...{ bundle: 'main', name, logDir },
        env: standSettings({
          ...{ port: own, timeZone: options.timeZone, simulatorUrl },
          dataDir: name === 'main' ? dataDir : path.join(logDir, `store-${name}`),
          more: { ...devices, ...options.settings, ...shared },
        }),
      });
      started.push(server);
      const at = `http://127.0.0.1:${own}`;
      const ended = printed(server, /(?!)/);
      const ready = await Promise.race([ended, waitFor(() => getJson(`${at}/readyz`), 60_000)]);
      if (ready === null) throw new Error(`not ready after 60 s; see ${server.logFile}`);
      if (role !== 'collector') urls.push(at);
    }
    const [url = '', ...otherUrls] = urls;
    const call = mqttUrl === null ? null : await beginStandingCall(simulatorUrl);
    return { url, otherUrls, simulatorUrl, logDir, call, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

interface StandProcess {
  /** Of its log, and of its folder. */
  readonly name: string;
  readonly role: Role;
  /** 0: any. */
  readonly port: number;
}

/** Who collects comes first: the others are ready when they have its picture. */
function processesOf({ nodes, port }: StandOptions): readonly StandProcess[] {
  if (nodes === undefined) return [{ name: 'main', role: 'all', port }];
  const gateways = Array.from({ length: nodes }, (_, at) => ({
    ...{ name: `gateway-${at + 1}`, role: 'gateway' as const },
    port: port === 0 ? 0 : port + at,
  }));
  return [{ name: 'collector', role: 'collector', port: 0 }, ...gateways];
}
