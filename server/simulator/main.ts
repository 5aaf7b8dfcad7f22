/**
 * The simulator as a process of its own: `npm run simulator -- --help`. Loopback only. Prints its address, and
 * the broker's where there is one, and runs until SIGINT or SIGTERM. Wrong arguments: every problem at once, exit code 2.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import { createLog } from '../runtime/log';
import { seededRandom } from '../runtime/random';
import { type CliSettings, readCommandLine, USAGE } from './cli-options';
import { startSimulator } from './simulator';

const outcome = readCommandLine(process.argv.slice(2), {
  nodeEnv: process.env.NODE_ENV,
  localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  readFile: (path) => readFileSync(path, 'utf8'),
});

switch (outcome.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'problems':
    process.stderr.write(`${outcome.problems.join('\n')}\n\nSee --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    await run(outcome.settings);
}

async function run(settings: CliSettings): Promise<void> {
  const { logLevel, seed, ...options } = settings;
  try {
    const simulator = await startSimulator({
      ...options,
      clock: systemClock,
      // Tokens and channel ids are new in every run: an old client's are refused, as they would be.
      random: seededRandom(seed ^ (systemClock.now() & 0x7fff_ffff)),
      log: createLog(logLevel, (line) => process.stderr.write(line)),
    });
    process.stdout.write(`simulator: ${simulator.url}\n`);
    if (simulator.mqttUrl !== null) process.stdout.write(`broker: ${simulator.mqttUrl}\n`);
    const stop = () => void simulator.stop().then(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (thrown) {
    process.stderr.write(`the simulator could not start: ${messageOf(thrown)}\n`);
    process.exitCode = 1;
  }
}
