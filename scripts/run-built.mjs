/**
 * `node scripts/run-built.mjs <name> [arguments]` runs dist/<name>.js, after building what it needs where that is
 * missing or older than its sources. The program runs in this very process, so signals and exit codes are its own.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';

const PARTS_OF = {
  demo: ['pages', 'servers'],
  simulator: ['servers'],
  replay: ['pages', 'servers'],
  pictures: ['pages', 'servers'],
};

const [name = '', ...rest] = process.argv.slice(2);
const parts = PARTS_OF[name] ?? ['servers'];
await build(parts, { ifNeeded: true });

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', `${name}.js`);
if (!existsSync(program)) {
  console.error(`There is no program named "${name}".`);
  process.exit(2);
}
// The simulator refuses to be part of a production.
if (name !== 'simulator') process.env.NODE_ENV ??= 'production';
process.argv = [process.execPath, program, ...rest];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(program).href);
