/**
 * Lints what is deployed: the Dockerfile, compose.yaml, the Helm chart, Prometheus' rules and Grafana's dashboard, by
 * the programs that will read them where there are any (docs/decisions/0019-linting-what-is-deployed.md). Each check
 * runs even where an earlier one failed; what is wrong is said by file, and the exit code is 1. `lint-deploy.mjs FOLDER`
 * looks at another folder than this project's.
 */
import process from 'node:process';
import { lintChart } from './deploy/lint-chart.mjs';
import { lintCompose } from './deploy/lint-compose.mjs';
import { lintDockerfile } from './deploy/lint-dockerfile.mjs';
import { lintFigures } from './deploy/lint-figures.mjs';
import { PROJECT_DIR } from './deploy/run-program.mjs';

const CHECKS = { Dockerfile: lintDockerfile, compose: lintCompose, chart: lintChart, figures: lintFigures };

const folder = process.argv[2] ?? PROJECT_DIR;
let problemCount = 0;
for (const [name, lint] of Object.entries(CHECKS)) {
  const problems = problemsOf(lint);
  problemCount += problems.length;
  for (const problem of problems) console.error(`${name}: ${problem}`);
  if (problems.length === 0) console.log(`${name}: no problems`);
}
process.exitCode = problemCount === 0 ? 0 : 1;

/** A check that breaks has found a problem too. */
function problemsOf(lint) {
  try {
    return lint(folder);
  } catch (thrown) {
    return [thrown instanceof Error ? thrown.message : String(thrown)];
  }
}
