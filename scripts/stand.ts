/**
 * A stand: the simulated Genesys Cloud and a Floorcast that looks at it, on one machine, each its own process.
 * The demo and the replay are stands with different worlds.
 */
import path from 'node:path';
import { freePort, getJson, PROJECT_DIR, printed, type Started, startProcess, waitFor } from './processes';
import { beginStandingCall, connectDevices, STAND_CLIENT, type StandingCall } from './stand-devices';
import { type Settings, standSettings } from './stand-settings';

export interface Stand {
  readonly url: string;
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
    const dataDir = path.join(logDir, 'store');
    const devices = mqttUrl === null ? {} : await connectDevices({ mqttUrl, simulatorUrl, dataDir });
    const port = await freePort(options.port);
    const url = `http://127.0.0.1:${port}`;
    const server = startProcess({
      bundle: 'main',
      env: standSettings({
        ...{ port, dataDir, timeZone: options.timeZone, simulatorUrl },
        more: { ...devices, ...options.settings },
      }),
      logDir,
    });
    started.push(server);
    const ended = printed(server, /(?!)/);
    const ready = await Promise.race([ended, waitFor(() => getJson(`${url}/readyz`), 60_000)]);
    if (ready === null) throw new Error(`not ready after 60 s; see ${server.logFile}`);
    const call = mqttUrl === null ? null : await beginStandingCall(simulatorUrl);
    return { url, simulatorUrl, logDir, call, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
