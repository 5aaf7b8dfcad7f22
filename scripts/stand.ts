/**
 * A stand: the simulated Genesys Cloud and a Floorcast that looks at it, on one machine, each its own process.
 * The demo and the replay are stands with different worlds.
 */
import path from 'node:path';
import { freePort, getJson, PROJECT_DIR, printed, type Started, startProcess, waitFor } from './processes';

export interface Stand {
  readonly url: string;
  readonly simulatorUrl: string;
  readonly logDir: string;
  stop(): Promise<void>;
}

export interface StandOptions {
  readonly name: string;
  readonly world: readonly string[];
  readonly port: number;
  readonly timeZone: string;
}

export const DEMO_CLIENT = { id: 'floorcast-demo', secret: 'floorcast-demo-secret' };

/** Starts both, and resolves when the server says that it is ready. Rejects, with the log's end, when it can't. */
export async function startStand(options: StandOptions): Promise<Stand> {
  const logDir = path.join(PROJECT_DIR, 'data', options.name);
  const started: Started[] = [];
  const stop = async () => {
    for (const one of [...started].reverse()) await one.stop();
  };
  try {
    const args = ['--port', '0', ...options.world];
    // It refuses to be part of a production; a stand is none, though its server runs as one.
    const simulator = startProcess({ bundle: 'simulator', args, env: { NODE_ENV: 'development' }, logDir });
    started.push(simulator);
    const [simulatorUrl] = await printed(simulator, /http:\/\/127\.0\.0\.1:\d+/);
    const port = await freePort(options.port);
    const url = `http://127.0.0.1:${port}`;
    const server = startProcess({
      bundle: 'main',
      env: serverEnvironment(options, simulatorUrl, port, logDir),
      logDir,
    });
    started.push(server);
    const ended = printed(server, /(?!)/).catch((thrown: Error) => Promise.reject(thrown));
    const ready = await Promise.race([ended, waitFor(() => getJson(`${url}/readyz`), 60_000)]);
    if (ready === null) throw new Error(`not ready after 60 s; see ${server.logFile}`);
    return { url, simulatorUrl, logDir, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function serverEnvironment(
  options: StandOptions,
  simulatorUrl: string,
  port: number,
  logDir: string,
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: path.join(logDir, 'store'),
    TIME_ZONE: options.timeZone,
    GENESYS_API_URL: simulatorUrl,
    GENESYS_LOGIN_URL: simulatorUrl,
    GENESYS_CLIENT_ID: DEMO_CLIENT.id,
    GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret,
    GENESYS_ALLOW_LOOPBACK: 'true',
    // A person's own settings must not leak into the stand.
    ...Object.fromEntries(
      [
        'GENESYS_REGION',
        'QUEUE_IDS',
        'PUBLIC_URL',
        'GENESYS_CLIENT_ID_FILE',
        'GENESYS_CLIENT_SECRET_FILE',
      ].map((n) => [n, '']),
    ),
  };
}
