/**
 * `node scripts/sbom.mjs`: the bill of materials of what runs, CycloneDX JSON on stdout, from the lockfile alone.
 * `npm sbom --omit dev` also leaves out what runs wherever development needs it too (npm/cli issue 7909), so npm is
 * given a lockfile without development. Further arguments go to `npm sbom`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { devDependencies: _, ...manifest } = readJson('package.json');
const lock = readJson('package-lock.json');
const packages = Object.entries(lock.packages)
  .filter(([, entry]) => entry.dev !== true && entry.devOptional !== true)
  .map(([path, { devDependencies: _development, ...entry }]) => [path, entry]);

const temporary = mkdtempSync(join(tmpdir(), 'floorcast-sbom-'));
// npm takes the project's name from its folder.
const folder = join(temporary, manifest.name);
try {
  mkdirSync(folder);
  write('package.json', manifest);
  write('package-lock.json', { ...lock, packages: Object.fromEntries(packages) });
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...process.argv.slice(2)];
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (error) console.error(error.message);
  process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function write(name, content) {
  writeFileSync(join(folder, name), JSON.stringify(content));
}
