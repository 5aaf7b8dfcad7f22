import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const CONFIG = `export default { test: {
  reporters: ['default', ${JSON.stringify(join(ROOT, 'tests/support/summary-reporter.ts'))}],
  setupFiles: [${JSON.stringify(join(ROOT, 'tests/support/leak-check.ts'))}],
  include: ['*.test.ts'],
} };`;
const PASSING = "import { it } from 'vitest';\nit('passes', () => {});\nit('passes too', () => {});\n";

let project: Sandbox;
beforeEach(() => {
  project = createSandbox(['node_modules']);
  project.write('vitest.config.mjs', CONFIG);
  project.write('passing.test.ts', PASSING);
});
afterEach(() => project.remove());

/** The exit code and the last line of a run of what the sandbox holds. */
function run(): { status: number | null; lastLine: string; output: string } {
  const { VITEST_POOL_ID: _pool, VITEST_WORKER_ID: _worker, VITEST: _vitest, ...env } = process.env;
  const { status, stdout, stderr } = project.node([VITEST, 'run', '--no-color'], env);
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '', output: stdout + stderr };
}

describe('a run of tests', () => {
  it('RUN-15 ends with its totals', () => {
    expect(run()).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed, 0 skipped' });
  });

  it('RUN-15 fails for a skipped test and for one left to do', () => {
    project.write(
      'idle.test.ts',
      "import { it } from 'vitest';\nit.skip('waits', () => {});\nit.todo('later');\n",
    );
    expect(run()).toMatchObject({ status: 1, lastLine: '2 passed, 0 failed, 2 skipped' });
  });

  it('RUN-15 counts a failed test, a file that does not load, and an error that nobody caught', () => {
    project.write(
      'failing.test.ts',
      "import { it } from 'vitest';\nit('fails', () => { throw new Error('no'); });\n",
    );
    project.write('broken.test.ts', "import './nowhere';\n");
    project.write(
      'uncaught.test.ts',
      "import { it } from 'vitest';\nit('passes', async () => {\n  Promise.reject(new Error('nobody'));\n  await new Promise((r) => setImmediate(r));\n});\n",
    );
    expect(run()).toMatchObject({ status: 1, lastLine: '3 passed, 3 failed, 0 skipped' });
  });

  it('RUN-16 fails a file that leaves a server, socket, timer or child open, and no file that closes them', () => {
    const head = "import { it } from 'vitest';\n";
    project.write(
      'server.test.ts',
      `${head}import { createServer } from 'node:net';
it('opens', () => new Promise((done) => { createServer().listen(0, '127.0.0.1', () => done()); }));\n`,
    );
    project.write('timer.test.ts', `${head}it('waits', () => { setInterval(() => {}, 1_000); });\n`);
    project.write(
      'child.test.ts',
      `${head}import { spawn } from 'node:child_process';
it('starts', () => { spawn(process.execPath, ['-e', 'setTimeout(() => {}, 8_000)'], { stdio: 'ignore' }); });\n`,
    );
    project.write(
      'tidy.test.ts',
      `${head}import { createServer, connect } from 'node:net';
it('closes', () => new Promise((done) => {
  const server = createServer((s) => s.end()).listen(0, '127.0.0.1', () => {
    connect(server.address().port).resume().on('close', () => server.close(() => done()));
  });
  setTimeout(() => {}, 300);
  setInterval(() => {}, 1_000).unref();
}));\n`,
    );
    const { status, lastLine, output } = run();
    expect(output).toContain('this file left open: 1 TCPServerWrap');
    expect(output).toContain('this file left open: 1 timers');
    expect(output).toContain('this file left open: 1 ProcessWrap');
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '6 passed, 3 failed, 0 skipped' });
  }, 60_000);
});
