/** `npm run demo`: a made-up contact centre and its wallboard on this machine; nothing else is needed. */
import { parseArgs } from 'node:util';
import { stopOnSignals } from './processes';
import { startStand } from './stand';

const HELP = `npm run demo -- [--port 3000] [--queues 12] [--seed 1]

Starts a simulated Genesys Cloud with a made-up contact centre, and Floorcast looking at it.
`;

async function demo(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      queues: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  process.stdout.write('Starting a simulated Genesys Cloud and Floorcast …\n');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const world = ['--queues', values.queues, '--seed', values.seed, '--time-zone', timeZone];
  const stand = await startStand({ name: 'demo', world, port: Number(values.port), timeZone });
  stopOnSignals(stand.stop);
  process.stdout.write(
    [
      '',
      `  On the wall, 55″ seen from 8 m:  ${stand.url}/screen/default`,
      `  The same wall seen from 5 m:     ${stand.url}/screen/default?distance=5`,
      `  Every queue, every figure:       ${stand.url}/supervisor/queues`,
      `  The simulated world and faults:  ${stand.simulatorUrl}/simulator/truth`,
      `  Logs: ${stand.logDir}`,
      '',
      `  Open the board:  ${stand.url}/supervisor/boards/default`,
      '  Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
}

demo().catch((thrown: unknown) => {
  process.stderr.write(
    `The demo cannot start: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`,
  );
  process.exit(1);
});
