/**
 * The Dockerfile: its grammar and meaning by dockerfile-utils (what editors use), and what we promise of the image:
 * a supported Node that is named exactly, installed by the lockfile, no root, a health check, SIGTERM.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { validate } = createRequire(import.meta.url)('dockerfile-utils');

/** The first of each line with the fixes of October 2026. */
const NODE_FLOORS = { 22: [23, 4], 24: [22, 1] };

export function lintDockerfile(folder) {
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const wrong = validate(text).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
  return [...wrong, ...stageProblems(instructionsOf(text))];
}

/** [instruction, rest] of each, without comments, its lines joined. */
function instructionsOf(text) {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => [line.trim().split(/\s+/)[0].toUpperCase(), line.trim().replace(/^\S+\s*/, '')]);
}

function stageProblems(instructions) {
  const problems = [];
  const stages = [];
  for (const [name, rest] of instructions) {
    if (name === 'FROM') stages.push({ image: rest, parts: new Map() });
    else stages.at(-1)?.parts.set(name, rest);
  }
  const names = stages.flatMap(({ image }) => /\sAS\s+(\S+)$/i.exec(image)?.[1] ?? []);
  for (const { image } of stages) {
    const from = image.split(/\s+/)[0];
    if (!names.includes(from)) problems.push(...imageProblems(from));
  }
  const last = stages.at(-1)?.parts ?? new Map();
  const user = last.get('USER');
  if (user === undefined || /^(root|0)\b/.test(user))
    problems.push('the image runs as root: USER is missing');
  if (!/\/healthz/.test(last.get('HEALTHCHECK') ?? '')) problems.push('no HEALTHCHECK that asks /healthz');
  if (last.get('STOPSIGNAL') !== 'SIGTERM') problems.push('no STOPSIGNAL SIGTERM');
  for (const name of ['ENTRYPOINT', 'CMD'])
    if (!last.get(name)?.startsWith('[')) problems.push(`${name} is no list: a shell would swallow SIGTERM`);
  const all = instructions.map(([name, rest]) => `${name} ${rest}`);
  if (!all.some((line) => /^RUN npm ci\b/.test(line))) problems.push('nothing is installed by `npm ci`');
  if (all.some((line) => /^ADD\s|npm (install|i)\b/.test(line)))
    problems.push('COPY and `npm ci` in place of ADD and `npm install`');
  return problems;
}

function imageProblems(image) {
  const parts = /^node:(\d+)\.(\d+)\.(\d+)-\S+$/.exec(image);
  if (parts === null) return [`${image} is no Node of an exact version`];
  const [major, minor, patch] = parts.slice(1).map(Number);
  const floor = NODE_FLOORS[major];
  const isBelow = floor === undefined || minor < floor[0] || (minor === floor[0] && patch < floor[1]);
  return isBelow ? [`${image} is no supported Node (22.23.4, 24.22.1 or newer of these)`] : [];
}
