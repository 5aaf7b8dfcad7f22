/** Runs a linter that is a program of its own, and finds those that come inside a package. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { fileOfZip } from './zip-file.mjs';

export const PROJECT_DIR = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TIME_OUT_MS = 120_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
const packages = createRequire(import.meta.url);

/** Throws where the program is not there or takes too long. */
export function run(program, args, { input } = {}) {
  const done = spawnSync(program, args, {
    ...{ encoding: 'utf8', timeout: TIME_OUT_MS, maxBuffer: MOST_OUTPUT_BYTES, input },
    // Nothing of this machine's own settings: no cluster, no plug-ins, no proxy.
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', NO_COLOR: '1' },
  });
  if (done.error !== undefined) throw new Error(`${program} did not run: ${done.error.message}`);
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

/**
 * Helm's own program: `HELM` where it is set, else the one in a package, which has it for Linux on x86-64. It is taken
 * out once, to a name with its hash.
 */
export function helmProgram() {
  if (process.env.HELM) return process.env.HELM;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error("Helm's program is here for Linux on x86-64 only: set HELM to the path of another");
  const layer = packages.resolve('@aws-cdk/asset-kubectl-v20/lib/layer.zip');
  const zip = readFileSync(layer);
  const name = `helm-${createHash('sha256').update(zip).digest('hex').slice(0, 16)}`;
  const file = join(PROJECT_DIR, 'node_modules', '.cache', 'floorcast', name);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    // Under another name first: who runs beside this must not find half of it.
    const made = `${file}.${process.pid}`;
    writeFileSync(made, fileOfZip(zip, 'helm/helm'), { mode: 0o755 });
    renameSync(made, file);
  }
  return file;
}
