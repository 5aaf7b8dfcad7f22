/**
 * Runs the benchmarks as the product runs: bundled by esbuild, the way scripts/build.mjs does (a loader of TypeScript
 * would wrap every function and measure itself), with the collector at hand. Arguments go on: see tests/bench/main.ts.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await build({
  absWorkingDir: root,
  entryPoints: [
    ...['main', 'push-target', 'screens', 'alert-devices', 'alert-floor'],
    ...['device-appliances', 'device-floor', 'node-collector', 'node-gateway'],
  ].map((name) => `tests/bench/${name}.ts`),
  outdir: 'dist/bench',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
const program = ['--expose-gc', '--enable-source-maps', join(root, 'dist', 'bench', 'main.js')];
const { status } = spawnSync(process.execPath, [...program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
