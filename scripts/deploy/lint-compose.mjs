/** compose.yaml: the compose specification's own schema and dclint's rules, without those on the order of keys. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { PROJECT_DIR, run } from './run-program.mjs';

const packages = createRequire(import.meta.url);

export function lintCompose(folder) {
  const program = join(dirname(packages.resolve('dclint/package.json')), 'bin', 'dclint.cjs');
  const config = join(PROJECT_DIR, 'deploy', 'dclint.json');
  const file = join(folder, 'compose.yaml');
  const args = [program, file, '--config', config, '--max-warnings', '0', '--formatter', 'json'];
  const { status, stdout, stderr } = run(process.execPath, args);
  if (status === 0) return [];
  const said = readJson(stdout);
  if (said === null) return [`${stdout}${stderr}`.trim()];
  return said.flatMap(({ messages }) =>
    messages.map(({ line, message, rule }) => `line ${line}: ${message} (${rule})`),
  );
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A file that it cannot read at all it says in words.
    return null;
  }
}
