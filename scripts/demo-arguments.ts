/** The command line of `npm run demo`: what to start, or everything that is wrong with it. Pure. */
import { parseArgs } from 'node:util';
import { readCommandLine } from '../server/simulator/cli-options';

export const HELP = `npm run demo -- [--accounts] [--nodes N] [--port 3000] [--queues 12] [--seed 1]

Starts a simulated Genesys Cloud with a made-up contact centre, and Floorcast looking at it, on this machine only.

--accounts    people sign in, as one of the simulated Genesys Cloud's made-up ones
--nodes N     1 to 4 nodes that serve screens, one that collects, and a Redis for them (redis-server must be installed)
--port N      port of Floorcast; where it is taken, another one
--queues N    queues of the contact centre
--seed N      the same seed makes the same centre and the same day
`;

export interface DemoArguments {
  readonly accounts: boolean;
  /** `null`: one process alone. */
  readonly nodes: number | null;
  readonly port: number;
  /** For the simulator. */
  readonly world: readonly string[];
}

export type DemoCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }
  | { readonly kind: 'run'; readonly demo: DemoArguments };

export interface DemoSurroundings {
  readonly timeZone: string;
  /** npm takes options before `--` for its own and says so in its environment only. */
  readonly npmAccounts: string | undefined;
}

const OPTIONS = {
  accounts: { type: 'boolean', default: false },
  nodes: { type: 'string' },
  port: { type: 'string', default: '3000' },
  queues: { type: 'string', default: '12' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

export function readDemoCommand(args: readonly string[], around: DemoSurroundings): DemoCommand {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (thrown) {
    return { kind: 'problems', problems: [wordsOf(thrown)] };
  }
  if (values.help) return { kind: 'help' };
  const problems: string[] = [];
  if (around.npmAccounts !== undefined && !values.accounts) {
    problems.push('npm took --accounts for itself: npm run demo -- --accounts');
  }
  const world = ['--queues', values.queues, '--seed', values.seed, '--time-zone', around.timeZone];
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= 65_535)) problems.push(`--port ${values.port} is not a whole number from 0 to 65535`);
  const nodes = values.nodes === undefined ? null : Number(values.nodes);
  if (values.nodes !== undefined && !/^[1-4]$/.test(values.nodes)) {
    problems.push(`--nodes ${values.nodes} is not a whole number from 1 to 4`);
  }
  problems.push(...problemsOfWorld(world, around));
  return problems.length > 0
    ? { kind: 'problems', problems }
    : { kind: 'run', demo: { accounts: values.accounts, nodes, port, world } };
}

/** Its own words, before anything is started. */
function problemsOfWorld(world: readonly string[], { timeZone }: DemoSurroundings): readonly string[] {
  const read = readCommandLine(world, { nodeEnv: undefined, localTimeZone: timeZone, readFile: () => '' });
  return read.kind === 'problems' ? read.problems : [];
}

/** Node goes on about how to write positional arguments, of which there are none. */
function wordsOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split(/\. (?:To specify|This command)/)[0] ?? message;
}
