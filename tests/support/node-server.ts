/**
 * One node of several as a process of its own, without pages: `node-server.ts SETTINGS`, settings as one object of JSON,
 * by the names that the environment has. It prints its address as one line of JSON, and ends in order on SIGTERM.
 */
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';

async function serve(): Promise<void> {
  // Of the test that started it.
  const settings = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'test', startPages: null },
    log: createLog(config.value.logLevel, (line) => process.stderr.write(line)),
  });
  process.on('SIGTERM', () => void floorcast.stop().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ url: floorcast.url })}\n`);
}

serve().catch((thrown: unknown) => {
  process.stderr.write(`${String(thrown)}\n`);
  process.exit(3);
});
