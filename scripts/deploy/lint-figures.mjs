/**
 * Prometheus' rules and Grafana's dashboard by promtool, which Prometheus comes with: the rules are read and tried on
 * made-up series (floorcast-rules.test.yaml), the dashboard's questions are read as rules of their own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run-program.mjs';

const PROMTOOL = 'promtool';

export function lintFigures(folder) {
  const rules = join(folder, 'deploy', 'prometheus');
  return [
    ...wrong(run(PROMTOOL, ['check', 'rules', join(rules, 'floorcast-rules.yaml')])),
    ...wrong(run(PROMTOOL, ['test', 'rules', join(rules, 'floorcast-rules.test.yaml')])),
    ...dashboardProblems(
      JSON.parse(readFileSync(join(folder, 'deploy', 'grafana', 'floorcast.json'), 'utf8')),
    ),
  ];
}

function dashboardProblems({ panels }) {
  const problems = panels.flatMap(layoutProblems);
  const questions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  if (questions.length === 0) return [...problems, 'the dashboard asks nothing'];
  const rules = questions.map((expr, index) => ({
    record: `question:${index}`,
    expr: expr.replaceAll('$job', 'floorcast'),
  }));
  const scratch = mkdtempSync(join(tmpdir(), 'floorcast-dashboard-'));
  try {
    const file = join(scratch, 'questions.yaml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    return [...problems, ...wrong(run(PROMTOOL, ['check', 'rules', file]))];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Grafana's grid has 24 columns; panels that overlap are moved about by it. */
function layoutProblems({ title, gridPos: at }, index, panels) {
  const isOver = panels
    .slice(index + 1)
    .some(
      ({ gridPos: other }) => overlap(at.x, at.w, other.x, other.w) && overlap(at.y, at.h, other.y, other.h),
    );
  return [
    ...(at.x + at.w > 24 ? [`panel ${title} is wider than the grid`] : []),
    ...(isOver ? [`panel ${title} lies over another`] : []),
  ];
}

function overlap(from, length, otherFrom, otherLength) {
  return from < otherFrom + otherLength && otherFrom < from + length;
}

function wrong({ status, stdout, stderr }) {
  if (status === 0) return [];
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return [lines.filter((line) => line !== '' && !/^(Checking|Unit Testing|SUCCESS)/.test(line)).join(' · ')];
}
