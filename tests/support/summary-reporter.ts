/**
 * Ends a run with `N passed, N failed, N skipped` alone on its last line, over all projects, for any CI that reads
 * output. A test that was skipped or left to do makes the run fail: nothing is skipped in silence. What failed
 * without being a test (a file that does not load, a hook, an error nobody caught) counts as a failure.
 */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function totalsOf(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): Totals {
  let [passed, failed, skipped] = [0, unhandledErrors.length, 0];
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failedHere += 1;
      else skipped += 1;
    }
    // A module can fail by itself, with all of its tests passed or none of them found.
    if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
    failed += failedHere;
  }
  return { passed, failed, skipped };
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const totals = totalsOf(modules, unhandledErrors);
    if (totals.failed > 0 || totals.skipped > 0) process.exitCode = 1;
    // At exit, so that no other reporter writes after it.
    process.once('exit', () => {
      if (totals.skipped > 0) process.stdout.write('A skipped test fails the run: mend it or remove it.\n');
      process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
    });
  }
}
