/**
 * Every test, from a fresh clone on: puts the Debian packages in place, builds what is not built, runs all vitest
 * projects. The last line of its output is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['scripts/set-up.mjs'],
  ['scripts/build.mjs', '--if-needed'],
  ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
];
for (const [program, ...args] of steps) {
  const { status } = spawnSync(process.execPath, [join(root, program), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    if (program !== steps.at(-1)[0]) console.log('0 passed, 1 failed, 0 skipped');
    process.exit(status ?? 1);
  }
}
