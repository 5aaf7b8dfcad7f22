/**
 * A process of its own with a Floorcast, accounts and devices, without pages: `kept-server.ts FOLDER BROKER`. It prints its
 * address and a link that signs an administrator in as one line of JSON, and ends in order on SIGTERM.
 */
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';

const [folder = '', broker = ''] = process.argv.slice(2);
const SECRET = 'zb7Kq0vT4nX9sWc2yLr6uH3fEe8m0123';

async function serve(): Promise<void> {
  const settings = {
    ...{ PORT: '0', DATA_DIR: folder, SIGN_IN: 'local', SESSION_SECRET: SECRET },
    ...{ MQTT_URL: broker, MQTT_CLIENT_ID: 'floorcast' },
  };
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'test', startPages: null },
    log: createLog('error', (line) => process.stderr.write(line)),
  });
  process.on('SIGTERM', () => void floorcast.stop().then(() => process.exit(0)));
  const said = { url: floorcast.url, token: (await floorcast.oneTimeLink()).split('#once=')[1] };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

serve().catch((thrown: unknown) => {
  process.stderr.write(`${String(thrown)}\n`);
  process.exit(3);
});
