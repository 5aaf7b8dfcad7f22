/**
 * `npm run replay -- FILE`: plays a file of call records through the simulated Genesys Cloud into Floorcast, and
 * prints the day's figures as Floorcast has them. With `--truth` it compares them and ends with 1 on a difference.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { KpisResponse } from '../lib/contracts/api';
import { compareWithTruth, type DayFigures, figuresOf, printFigures } from './day-figures';
import { getJson, stopOnSignals, waitFor } from './processes';
import { type Stand, startStand } from './stand';
import { zoneAtNoon } from './zone-at-noon';

const HELP = `npm run replay -- FILE [--speed 600] [--service-level 80/20] [--port 3000] [--truth FILE] [--exit]

FILE            CSV of call records; the columns are in the README
--speed N       how many times faster than life (default 600: a day in under three minutes)
--service-level P/S   target: P percent within S seconds (default 80/20)
--truth FILE    JSON of the right figures: compared at the end, exit 1 on a difference
--exit          end when the day is over, instead of leaving the board up
`;

interface Truth {
  readonly replay: { readonly state: 'held' | 'running' | 'done' };
}

async function replay(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      speed: { type: 'string', default: '600' },
      'service-level': { type: 'string', default: '80/20' },
      port: { type: 'string', default: '3000' },
      truth: { type: 'string' },
      exit: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const file = positionals[0];
  if (values.help || file === undefined) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const world = [
    '--replay',
    file,
    '--speed',
    values.speed,
    '--service-level',
    values['service-level'],
    '--hold',
  ];
  const stand = await startStand({
    name: 'replay',
    world,
    port: Number(values.port),
    timeZone: zoneAtNoon(Date.now()),
  });
  stopOnSignals(stand.stop);
  process.stdout.write(`\n  Open the board:  ${stand.url}/supervisor/boards/default\n\n`);
  await fetch(`${stand.simulatorUrl}/simulator/replay/start`, {
    method: 'POST',
    signal: AbortSignal.timeout(5_000),
  });
  const figures = await figuresAtTheEnd(stand);
  printFigures(figures);
  const differences =
    values.truth === undefined ? [] : compareWithTruth(figures, readFileSync(values.truth, 'utf8'));
  for (const difference of differences) process.stdout.write(`differs: ${difference}\n`);
  if (values.truth !== undefined && differences.length === 0)
    process.stdout.write('equal to the truth, every figure\n');
  if (values.exit || values.truth !== undefined) {
    await stand.stop();
    return differences.length === 0 ? 0 : 1;
  }
  process.stdout.write('The board stays up; Ctrl-C ends it.\n');
  return new Promise<number>(() => {});
}

async function figuresAtTheEnd(stand: Stand): Promise<readonly DayFigures[]> {
  const day = 24 * 60 * 60_000;
  const ended = async () => {
    const truth = await getJson<Truth>(`${stand.simulatorUrl}/simulator/truth`);
    return truth?.replay.state === 'done' ? truth : null;
  };
  if ((await waitFor(ended, day, 500)) === null) throw new Error('the replay did not end within a day');
  // The last frames may be a second behind the books: the platform sends at most one a second a topic.
  let last = '';
  const settled = await waitFor(
    async () => {
      const answer = await getJson<KpisResponse>(`${stand.url}/api/v1/kpis?mediaType=all`);
      const figures = answer === null ? [] : figuresOf(answer);
      const same = JSON.stringify(figures) === last;
      last = JSON.stringify(figures);
      return same && figures.length > 0 ? figures : null;
    },
    30_000,
    2_500,
  );
  if (settled === null) throw new Error('the figures did not settle');
  return settled;
}

replay().then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`The replay failed: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
