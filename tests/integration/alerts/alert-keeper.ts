/**
 * Floorcast's part of alerts as a process of its own, to be killed: link, ledger and store, as the server puts them
 * together. Arguments: folder and address of the broker. It says `live` each time the link is, answers each line on
 * its input with how many alerts it has stored, and ends in order on SIGTERM.
 */
import process from 'node:process';
import { createAlerts } from '../../../server/alerts/alerts';
import { createMqttSource } from '../../../server/alerts/mqtt-source';
import { parseMessage } from '../../../server/alerts/parse-message';
import { systemClock } from '../../../server/runtime/clock';
import { createLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { systemRandom } from '../../../server/runtime/random';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { settingsFor } from './settings';

const HOUR_MS = 3_600_000;
const [dataDir = '', url = ''] = process.argv.slice(2);

const store = openAlertStore(dataDir);
const runtime = {
  ...{ clock: systemClock, random: systemRandom, metrics: createMetrics() },
  log: createLog('error', (line) => process.stderr.write(line)),
  defer: (run: () => void) => void setImmediate(run),
};
const alerts = createAlerts({
  ...runtime,
  ...{ store, parse: parseMessage, maxAgeMs: 24 * HOUR_MS, keepMs: 48 * HOUR_MS },
  levelsToForward: new Set(['critical']),
  zones: { timeZone: 'UTC', timeZoneOf: () => 'UTC' },
  ...{ sink: () => {}, rules: [], saveRules: async () => {} },
});
const source = createMqttSource({
  ...runtime,
  ...{ settings: settingsFor(url), intake: alerts.intake },
  onLive: () => process.stdout.write('live\n'),
  onLost: () => {},
});

async function stop(): Promise<void> {
  await source.stop();
  await alerts.stop();
  await store.close();
  process.exit(0);
}

await alerts.start();
source.start();
process.stdin.on('data', () => void store.count().then((count) => process.stdout.write(`${count}\n`)));
process.once('SIGTERM', () => void stop());
