/** `npm run restore -- FILE`: puts a backup in the place of the store. */
import { parseArgs } from 'node:util';
import nextEnv from '@next/env';
import { type Restored, restoreFiles } from '../server/backup/restore-files';
import { RestoreCutOff, restoreRedis } from '../server/backup/restore-redis';
import { systemClock } from '../server/runtime/clock';
import { ownVersion, storeInRedis, withRedis } from './store-place';

const HELP = `npm run restore -- FILE [--replace] [--broken-audit]   puts a backup in the place of the store

All of FILE is checked first; then it happens as a whole, or not at all. The store is the one in DATA_DIR (default
./data), or in Redis where FLOORCAST_ROLE is set. All servers must be stopped.
  --replace        where there is a store: it is kept as before-restore-<time> in DATA_DIR
  --broken-audit   where the audit log in FILE is not whole: it is restored as it is
Ends with 0; with 1 where nothing was changed; with 2 where the command is not understood; with 3
where Redis went away in the middle: run it again.
`;

interface Command {
  readonly file: string;
  readonly replace: boolean;
  readonly brokenAudit: boolean;
}

async function restore(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command === null) {
    process.stdout.write(HELP);
    return args[0] === '--help' ? 0 : 2;
  }
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  const dataDir = process.env.DATA_DIR || './data';
  const now = systemClock.now();
  const options = { ...command, stamp: stampOf(now) };
  const address = storeInRedis();
  if (address === null) {
    say(dataDir, await restoreFiles(dataDir, options));
  } else {
    const more = { ...options, dataDir, version: ownVersion(), now };
    say('Redis', await withRedis(address, (redis) => restoreRedis(redis, more)));
  }
  return 0;
}

/** `null` for what is not understood. */
function readCommand(args: readonly string[]): Command | null {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { replace: flag, 'broken-audit': flag };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return null;
    return { file, replace: values.replace, brokenAudit: values['broken-audit'] };
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return null;
  }
}

/** `20261120T090000Z`: a name for a folder. */
function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function say(place: string, { manifest, kept, auditFault }: Restored): void {
  const { savedAt, version, auditHead } = manifest;
  process.stdout.write(`restored into ${place}: saved at ${savedAt} by Floorcast ${version}\n`);
  if (auditHead !== null) process.stdout.write(`audit log up to ${auditHead.seq}:${auditHead.hash}\n`);
  if (kept !== null) process.stdout.write(`what was there is kept in ${kept}\n`);
  if (auditFault !== null) process.stderr.write(`the audit log is not whole: ${auditFault}\n`);
}

restore(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    const isHalf = thrown instanceof RestoreCutOff;
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(isHalf ? `${words}\n` : `nothing was changed: ${words}\n`);
    process.exit(isHalf ? 3 : 1);
  },
);
