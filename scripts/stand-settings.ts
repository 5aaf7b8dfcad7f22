/**
 * The settings of a stand's server: its own and no others. Whatever of ours the caller has in the environment, or in
 * the .env that the server reads, is set to nothing here, which counts as not set and wins over both.
 */
import { SETTINGS } from '../server/config/settings-list';
import { DEMO_CLIENT } from '../server/simulator/options';

export type Settings = Readonly<Record<string, string>>;

export interface StandSettings {
  readonly port: number;
  readonly dataDir: string;
  readonly timeZone: string;
  readonly simulatorUrl: string;
  /** Of accounts; absent: there are none. */
  readonly more?: Settings;
}

/** Goes over the caller's environment. */
export function standSettings({ port, dataDir, timeZone, simulatorUrl, more = {} }: StandSettings): Settings {
  return {
    ...nothing(),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    TIME_ZONE: timeZone,
    GENESYS_API_URL: simulatorUrl,
    GENESYS_LOGIN_URL: simulatorUrl,
    GENESYS_CLIENT_ID: DEMO_CLIENT.id,
    GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret,
    GENESYS_ALLOW_LOOPBACK: 'true',
    ...more,
  };
}

/** The list is the one that the server reads, so that a new setting cannot be forgotten here. */
function nothing(): Settings {
  return Object.fromEntries(SETTINGS.flatMap(({ name }) => [name, `${name}_FILE`]).map((name) => [name, '']));
}
