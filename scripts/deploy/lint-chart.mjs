/**
 * The Helm chart, by Helm itself: `helm lint --strict` and `helm template` with each values file of its `ci` folder, and
 * each manifest that comes out against the types of the Kubernetes API, in which a field that is unknown or missing is
 * an error. Helm alone lets both pass.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { typeProblems } from './kubernetes-types.mjs';
import { helmProgram, run } from './run-program.mjs';

const CHART = join('deploy', 'helm', 'floorcast');
/** The one whose types its manifests are held against. */
const KUBE_VERSION = ['--kube-version', '1.30.0'];

export function lintChart(folder) {
  const chart = join(folder, CHART);
  const names = readdirSync(join(chart, 'ci')).filter((name) => name.endsWith('.yaml'));
  if (names.length === 0) return ['no values files to lint with'];
  const helm = helmProgram();
  const manifests = [];
  const problems = names.flatMap((name) => {
    const values = ['--values', join(chart, 'ci', name)];
    const linted = run(helm, ['lint', chart, '--strict', ...values]);
    if (linted.status !== 0) return [`${name}: ${wordsOf(linted)}`];
    const rendered = run(helm, ['template', 'wall', chart, ...KUBE_VERSION, ...values]);
    if (rendered.status !== 0) return [`${name}: ${wordsOf(rendered)}`];
    const read = readManifests(rendered.stdout);
    manifests.push(...read.manifests.map((manifest) => ({ name, manifest })));
    return read.problems.map((problem) => `${name}: ${problem}`);
  });
  return [...problems, ...typeProblems(manifests)];
}

/** What `helm template` makes of the chart with these values; throws where it refuses them. */
export function renderChart(folder, valuesFile, ...more) {
  const chart = join(folder, CHART);
  const rendered = run(helmProgram(), [
    'template',
    'wall',
    chart,
    ...KUBE_VERSION,
    '--values',
    valuesFile,
    ...more,
  ]);
  if (rendered.status !== 0) throw new Error(wordsOf(rendered));
  const { manifests, problems } = readManifests(rendered.stdout);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return manifests;
}

function readManifests(text) {
  const documents = parseAllDocuments(text, { uniqueKeys: true }).filter(({ contents }) => contents !== null);
  return {
    manifests: documents.map((document) => document.toJS()),
    problems: documents.flatMap(({ errors }) => errors.map(({ message }) => message)),
  };
}

function wordsOf({ stdout, stderr }) {
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => /ERROR|WARNING|Error|^- /.test(line))
    .join(' · ');
}
