import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

const LINT = join(ROOT, 'scripts', 'lint-deploy.mjs');
let copy: Sandbox;
beforeEach(() => {
  copy = createSandbox([]);
  for (const path of ['Dockerfile', 'compose.yaml', 'deploy'])
    cpSync(join(ROOT, path), join(copy.folder, path), { recursive: true });
});
afterEach(() => copy.remove());

const lint = () => copy.node([LINT, copy.folder]);
function put(path: string, was: string | RegExp, is: string): void {
  const text = readFileSync(join(copy.folder, path), 'utf8');
  const changed = text.replace(was, is);
  if (changed === text) throw new Error(`${path} has no ${was}`);
  copy.write(path, changed);
}

const POD = 'deploy/helm/floorcast/templates/_pod.tpl';
/** [file, what stood there, what stands there now, what is said]. */
type Fault = readonly [string, string | RegExp, string, RegExp];
const FAULTS: readonly (readonly Fault[])[] = [
  [
    ['Dockerfile', /^FROM node:\S+$/m, 'FROM node:20.20.2-bookworm-slim', /Dockerfile: .*no supported Node/],
    ['compose.yaml', 'restart: unless-stopped', 'restrat: always', /compose: .*additional properties/],
    [POD, 'automountServiceAccountToken', 'automountServiceToken', /chart: .*automountServiceToken/],
    ['deploy/prometheus/floorcast-rules.yaml', '> 0.1 * floor', '> 0.1 ** floor', /figures: .*parse error/],
  ],
  [
    ['Dockerfile', /^USER node\nEXPOSE 3000$/m, 'EXPOSE http', /Dockerfile: .*(root|containerPort)/],
    ['compose.yaml', 'image: nginx:1.28.0-alpine', 'image: nginx', /compose: .*nginx/],
    [POD, 'name: tmp\n          mountPath: /tmp', 'name: tmp', /chart: .*mountPath/],
    ['deploy/grafana/floorcast.json', 'max(floorcast_kpi_queues', 'max((floorcast_kpi_queues', /figures: /],
  ],
  [
    ['Dockerfile', 'RUN npm ci', 'RUN npm install', /Dockerfile: .*npm ci/],
    ['compose.yaml', 'network_mode: service:front', 'network_mode: [front]', /compose: .*network_mode/],
    [POD, '{{- end -}}', '{{- end }', /chart: .*(parse|unexpected|template)/],
    [
      'deploy/prometheus/floorcast-rules.yaml',
      'floorcast_redis_up == 0',
      'floorcast_redis_up == 1',
      /figures: .*FloorcastRedisAway/,
    ],
  ],
];

// Helm, TypeScript and promtool each time.
describe('the lint of what is deployed', { timeout: 90_000 }, () => {
  it('OPS-1 finds nothing wrong with what is here', () => {
    expect(lint()).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(FAULTS.map((faults, index) => ({ index, faults })))(
    'OPS-1 finds faults of set $index in Dockerfile, compose file, chart and figures',
    ({ faults }) => {
      for (const [path, was, is] of faults) put(path, was, is);
      const { status, stderr, stdout } = lint();
      expect(status).toBe(1);
      expect(stdout).toBe('');
      for (const [, , , said] of faults) expect(stderr).toMatch(said);
    },
  );

  it('OPS-1 takes a file that is gone for a fault', () => {
    copy.write('compose.yaml', '');
    put('deploy/grafana/floorcast.json', /^[\s\S]*$/, '{"panels":[]}');
    const said = must(lint().stderr, 'its words');
    expect(said).toMatch(/compose: /);
    expect(said).toMatch(/the dashboard asks nothing/);
  });
});
