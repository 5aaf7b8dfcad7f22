/** `npm run demo`: a made-up contact centre and its wallboard on this machine; nothing else is needed. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../server/runtime/clock';
import { systemRandom } from '../server/runtime/random';
import { accountSettings } from './demo-accounts';
import { type DemoArguments, HELP, readDemoCommand } from './demo-arguments';
import { demoWords } from './demo-words';
import { stopOnSignals } from './processes';
import { startStand } from './stand';
import { startAgents } from './stand-agents';

/** The simulator's own: people are known by its address, so it is the same one at each start where it can be. */
const SIMULATOR_PORT = 9100;

async function demo({ accounts, nodes, port, world }: DemoArguments, timeZone: string): Promise<void> {
  process.stdout.write('Starting a simulated Genesys Cloud and Floorcast …\n');
  const stand = await startStand({
    ...{ world, port, timeZone, simulatorPort: SIMULATOR_PORT },
    devices: true,
    name: `demo${accounts ? '-accounts' : ''}${nodes === null ? '' : '-nodes'}`,
    ...(nodes === null ? {} : { nodes }),
    settings: accounts ? accountSettings(randomBytes(48).toString('base64')) : {},
  });
  // With accounts whoever signs in is the one to diagnose.
  const stopAgents = accounts
    ? async () => {}
    : startAgents({ ...stand, clock: systemClock, random: systemRandom });
  stopOnSignals(() => stopAgents().then(stand.stop));
  process.stdout.write(demoWords(stand, accounts));
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const npmAccounts = process.env.npm_config_accounts;
const command = readDemoCommand(process.argv.slice(2), { timeZone, npmAccounts });
switch (command.kind) {
  case 'help':
    process.stdout.write(HELP);
    break;
  case 'problems':
    process.stderr.write(`${command.problems.join('\n')}\n\nSee npm run demo -- --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    demo(command.demo, timeZone).catch((thrown: unknown) => {
      process.stderr.write(
        `The demo cannot start: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`,
      );
      process.exit(1);
    });
}
