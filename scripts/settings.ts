/** `npm run settings -- export|import FILE`: boards, groups, thresholds and time zones as one JSON file. */
import { readFileSync, writeFileSync } from 'node:fs';
import nextEnv from '@next/env';
import { systemClock } from '../server/runtime/clock';
import type { Store } from '../server/store/ports';
import { exportSettings, importSettings } from '../server/store/settings';
import { withStore } from './store-place';

const HELP = `npm run settings -- export [FILE]   to FILE, or to the terminal
npm run settings -- import FILE     replaces all settings, or names every problem and changes nothing

The store is the one in DATA_DIR (default ./data), or in Redis where FLOORCAST_ROLE is set. A running server takes boards, groups and thresholds up within seconds, the rest when it is started again.
`;

async function settings([verb, file]: readonly string[]): Promise<number> {
  const known = verb === 'export' || (verb === 'import' && file !== undefined);
  if (!known) {
    process.stdout.write(HELP);
    return verb === '--help' ? 0 : 2;
  }
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  return withStore((store) => (verb === 'export' ? exported(store, file) : imported(store, file ?? '')), {
    make: true,
  });
}

async function exported(store: Store, file: string | undefined): Promise<number> {
  const text = await exportSettings(store);
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
  return 0;
}

async function imported(store: Store, file: string): Promise<number> {
  const read = await importSettings(store, readFileSync(file, 'utf8'), systemClock.now());
  if (read.ok) {
    const { boards, groups } = read.value;
    process.stdout.write(`imported ${boards.length} boards, ${groups.length} groups\n`);
    return 0;
  }
  process.stderr.write(`nothing was imported:\n${read.error.map((p) => `  - ${p}`).join('\n')}\n`);
  return 1;
}

settings(process.argv.slice(2)).then(
  // No exit here: a pipe that is read slowly would lose the end of an export.
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  },
);
