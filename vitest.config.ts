/**
 * Four projects. `quick`: unit, contract and integration, what `npm test` runs. `simulation`: long seeded runs.
 * `browser`: real pages in Debian's chromium against the built product. `whole-day`: a real day at 600 times its speed
 * in front of a browser, with the machine to itself, after the others: those share the cores, so that none is left idle
 * while the longest file of one project ends. `npm run test:all` runs them all, with one line of totals.
 * Files of `quick` share the modules of their process: four fifths of the time to load them, and no module may hold
 * what would tell one file from another.
 */
import { defineConfig } from 'vitest/config';

const SETUP = ['tests/support/leak-check.ts'];
const WHOLE_DAY = 'tests/browser/real-day.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './tests/support/summary-reporter.ts'],
    // All cores: by default one is left idle, half of a machine with two.
    maxWorkers: '100%',
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'quick',
          include: ['tests/{unit,contract,integration}/**/*.test.{ts,tsx}'],
          environment: 'node',
          pool: 'forks',
          isolate: false,
          setupFiles: SETUP,
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          setupFiles: SETUP,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: [WHOLE_DAY],
          environment: 'node',
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'whole-day',
          include: [WHOLE_DAY],
          environment: 'node',
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
