/**
 * The process: environment, signals, exit codes. The only file of the server that touches `process`.
 * Exit codes: 0 stopped in order, 1 a fault of ours or of the machine, 2 wrong settings.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';
import { parseConfig } from './config';
import { startPages } from './pages';
import { systemClock } from './runtime/clock';
import { messageOf } from './runtime/errors';
import { createLog, scrubText } from './runtime/log';
import { systemRandom } from './runtime/random';
import { wire } from './wire';

// Both server/main.ts and the bundle dist/main.js lie one folder below the project.
const PROJECT_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

async function main(): Promise<void> {
  // .env of the folder it is started in; what the environment sets already wins.
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: (...said) => console.error(...said) });
  const config = parseConfig(process.env, (file) => readFileSync(file, 'utf8'));
  if (!config.ok) {
    process.stderr.write(
      `Floorcast cannot start: wrong settings.\n${config.error.map((p) => `  - ${p}`).join('\n')}\n`,
    );
    process.exit(2);
  }
  const log = createLog(config.value.logLevel, undefined, { secrets: config.value.secrets });
  process.on('uncaughtException', (thrown) => {
    log.error('a fault of ours: the process ends, its supervisor starts it again', { thrown });
    process.exit(1);
  });
  const floorcast = await wire({
    config: config.value,
    clock: systemClock,
    random: systemRandom,
    log,
    processMetrics: true,
    build: buildName(),
    startPages:
      config.value.redis?.role === 'collector'
        ? null
        : (address) => startPages({ projectDir: PROJECT_DIR, ...address }),
  });
  log.info('Floorcast is up', { url: floorcast.url });
  const { access } = config.value;
  if (access.kind === 'guarded' && access.signIn.mode === 'local') {
    // No line of the log: whoever keeps logs must not be able to use it.
    const link = await floorcast.oneTimeLink();
    process.stderr.write(`\n  Sign in as administrator, once, within 15 minutes:\n  ${link}\n\n`);
  }
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      log.info('stopping', { signal });
      void floorcast.stop().then(() => process.exit(0));
    });
  }
}

/** Names what runs: the id of Next's build. */
function buildName(): string {
  try {
    return readFileSync(path.join(PROJECT_DIR, '.next', 'BUILD_ID'), 'utf8').trim();
  } catch {
    return 'unbuilt';
  }
}

main().catch((thrown: unknown) => {
  // Its words may be of a file that somebody else wrote.
  process.stderr.write(`Floorcast cannot start: ${scrubText(messageOf(thrown))}\n`);
  process.exit(1);
});
