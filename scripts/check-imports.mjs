/**
 * Checks the import rules of .dependency-cruiser.cjs, and that the check read the house: every source file on disk
 * must be among the modules read and their imports must have been seen (with a TypeScript that it cannot load,
 * dependency-cruiser reads nothing and finds nothing wrong). `node scripts/check-imports.mjs [folder]`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const root = resolve(process.argv[2] ?? home);
const folders = ['app', 'components', 'lib', 'server', 'scripts', 'tests'].filter((f) =>
  existsSync(join(root, f)),
);

const cruiser = join(home, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const config = join(home, '.dependency-cruiser.cjs');
const run = spawnSync(process.execPath, [cruiser, '--config', config, '--output-type', 'json', ...folders], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (run.status === null || run.stdout === '') fail([`dependency-cruiser did not run: ${run.stderr}`]);

const { modules, summary } = JSON.parse(run.stdout);
const problems = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

const read = new Map(modules.map((module) => [module.source, module]));
const sources = folders.flatMap(sourcesUnder);
const unread = sources.filter((path) => !read.has(path));
if (unread.length > 0) problems.push(`not read: ${unread.join(', ')}`);
const importCount = sources.reduce((count, path) => count + (read.get(path)?.dependencies.length ?? 0), 0);
if (importCount < sources.length / 2) {
  problems.push(
    `only ${importCount} imports seen in ${sources.length} files: the check read next to nothing`,
  );
}

if (problems.length > 0) fail(problems);
console.log(`imports: ${sources.length} files, ${importCount} imports, every rule holds`);

function sourcesUnder(path) {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const full = `${path}/${entry.name}`;
    if (entry.isDirectory()) return sourcesUnder(full);
    return /\.(tsx?|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [full] : [];
  });
}

function fail(lines) {
  for (const line of lines) console.error(line);
  console.error(`imports: ${lines.length} problem${lines.length === 1 ? '' : 's'}`);
  process.exit(1);
}
