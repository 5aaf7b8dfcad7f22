/** The settings of a Floorcast that looks at the simulator, as a person would write them. */
import { type Config, parseConfig } from '../../server/config';
import { DEMO_CLIENT } from '../../server/simulator/options';

export interface StageSettings {
  readonly simulatorUrl: string;
  readonly dataDir: string;
  readonly timeZone: string;
  /** Absent: any free one. */
  readonly port?: number;
}

export function stageConfig({ simulatorUrl, dataDir, timeZone, port = 0 }: StageSettings): Config {
  const config = parseConfig(
    {
      PORT: String(port),
      DATA_DIR: dataDir,
      TIME_ZONE: timeZone,
      GENESYS_API_URL: simulatorUrl,
      GENESYS_LOGIN_URL: simulatorUrl,
      GENESYS_CLIENT_ID: DEMO_CLIENT.id,
      GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret,
      GENESYS_ALLOW_LOOPBACK: 'true',
    },
    () => '',
  );
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}
