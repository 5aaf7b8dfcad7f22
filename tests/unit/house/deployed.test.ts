import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderChart } from '../../../scripts/deploy/lint-chart.mjs';
import { parseConfig } from '../../../server/config';
import { SETTINGS } from '../../../server/config/settings-list';
import { ROOT, textOf } from '../../support/repository';

const CHART = 'deploy/helm/floorcast';
/** Of the server, read elsewhere than in its list of settings. */
const OTHERS = new Set(['NODE_ENV', 'NEXT_TELEMETRY_DISABLED']);
const known = new Set(SETTINGS.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])));
const strangersIn = (names: Iterable<string>) =>
  [...names].filter((name) => !known.has(name) && !OTHERS.has(name));

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const podSchema = z.object({
  automountServiceAccountToken: z.literal(false),
  terminationGracePeriodSeconds: z.number().min(25),
  securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
  containers: z
    .array(
      z.object({
        securityContext: z.object({
          allowPrivilegeEscalation: z.literal(false),
          readOnlyRootFilesystem: z.literal(true),
          capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
        }),
        ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
        env: z.array(z.object({ name: z.string(), value: z.string() })),
        startupProbe: probe,
        livenessProbe: probe,
        readinessProbe: probe,
        volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
      }),
    )
    .length(1),
});
const manifestSchema = z.looseObject({
  kind: z.string(),
  spec: z.unknown().optional(),
  data: z.unknown().optional(),
});
type Manifest = z.infer<typeof manifestSchema>;

const render = (file: string, ...more: string[]): Manifest[] =>
  z.array(manifestSchema).parse(renderChart(ROOT, file, ...more));
const valuesFile = (name: string) => join(ROOT, CHART, 'ci', `${name}-values.yaml`);
const podsOf = (manifests: readonly Manifest[]) =>
  manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ spec }) =>
      podSchema.parse(z.object({ template: z.object({ spec: z.unknown() }) }).parse(spec).template.spec),
    );
const settingsOf = (manifests: readonly Manifest[]) =>
  z.record(z.string(), z.string()).parse(manifests.find(({ kind }) => kind === 'ConfigMap')?.data);
const envOf = (pod: z.infer<typeof podSchema>) =>
  Object.fromEntries(pod.containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value])));

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      environment: z.record(z.string(), z.string()).optional(),
      command: z.array(z.string()).optional(),
      ports: z.array(z.string()).optional(),
    }),
  ),
});
const { services } = composeSchema.parse(parse(textOf('compose.yaml'), { merge: true }));
const nodes = ['floorcast-1', 'floorcast-2'].map((name) => services[name]?.environment ?? {});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'floorcast-values-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(values: object): string {
  const file = join(folder, 'values.yaml');
  writeFileSync(file, JSON.stringify(values));
  try {
    render(file);
    return 'taken';
  } catch (thrown) {
    return String(thrown);
  }
}

describe('the image', () => {
  it('OPS-2 writes to /data and /tmp only, on the port that everything else names', () => {
    const dockerfile = textOf('Dockerfile');
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^VOLUME \/data$/m);
    expect(last).toMatch(/DATA_DIR=\/data\b/);
    expect(last).toMatch(/PORT=3000\b[\s\S]*^EXPOSE 3000$/m);
    expect(last).toMatch(/^USER node$/m);
    expect(
      strangersIn(
        [...last.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = '']) => line.match(/\w+(?==)/g) ?? []),
      ),
    ).toEqual([]);
  });
});

describe('the compose file', () => {
  it('OPS-3 names settings that there are, and gives nodes those with which they start', () => {
    for (const environment of nodes) {
      expect(Object.keys(environment).length).toBeGreaterThan(8);
      expect(strangersIn(Object.keys(environment))).toEqual([]);
      expect(parseConfig(environment, () => '')).toMatchObject({ ok: true });
    }
  });

  it('OPS-3 its ports are those on which something listens', () => {
    const passed = new Map(
      [...textOf('deploy/compose/front.conf').matchAll(/listen (\d+); proxy_pass 127\.0\.0\.1:(\d+)/g)].map(
        ([, from = '', to = '']) => [from, to],
      ),
    );
    const published = (services.front?.ports ?? []).map((port) => port.split(':'));
    expect(published.map(([host]) => host)).toEqual(published.map(() => '127.0.0.1'));
    for (const [, outside, inside = ''] of published) expect([outside]).toEqual([passed.get(inside)]);
    const simulator = services.simulator?.command ?? [];
    const option = (name: string) => simulator[simulator.indexOf(name) + 1];
    expect([...passed.values()]).toEqual([...nodes.map(({ PORT }) => PORT), option('--port')]);
    const mosquitto = textOf('deploy/compose/mosquitto.conf');
    expect(mosquitto).toContain(`address 127.0.0.1:${option('--mqtt-port')}\n`);
    expect(mosquitto).toContain(`remote_clientid ${option('--mqtt-session')}\n`);
    expect(mosquitto).toContain(`listener ${new URL(nodes[0]?.MQTT_URL ?? '').port} 127.0.0.1`);
  });
});

describe('the chart', { timeout: 60_000 }, () => {
  it.each([
    ['single', ['']],
    ['redis', ['collector', 'gateway']],
    ['all', ['collector', 'gateway']],
  ])('OPS-3 OPS-5 with %s-values makes pods without rights that serve on their port', (name, roles) => {
    const manifests = render(valuesFile(name));
    const settings = settingsOf(manifests);
    const pods = podsOf(manifests);
    expect(pods.map((pod) => envOf(pod).FLOORCAST_ROLE ?? '')).toEqual(roles);
    for (const pod of pods) {
      const [container] = pod.containers;
      const env = envOf(pod);
      expect(container?.ports).toMatchObject([{ name: 'http', containerPort: Number(env.PORT) }]);
      expect([container?.livenessProbe, container?.readinessProbe, container?.startupProbe]).toMatchObject([
        { httpGet: { path: '/healthz', port: 'http' } },
        { httpGet: { path: '/readyz', port: 'http' } },
        { httpGet: { path: '/healthz', port: 'http' } },
      ]);
      expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(
        expect.arrayContaining([env.DATA_DIR, '/tmp']),
      );
      expect(strangersIn([...Object.keys(settings), ...Object.keys(env)])).toEqual([]);
      const secrets = {
        ...{ SESSION_SECRET: 'k3J9x2Qm7Vt5Zp8Lw4Rc6Yb1Nf0Hs9Dg2Ta7Ue5' },
        ...{ GENESYS_CLIENT_ID: 'client', GENESYS_CLIENT_SECRET: 'g7Xk2Lq9Vm4Zr8Tw' },
        ...{ GENESYS_SIGN_IN_CLIENT_SECRET: 'p5Nc8Ys2Jf6Hb3Wd' },
        REDIS_URL: 'rediss://floorcast:x@redis.example.com',
      };
      const config = parseConfig({ ...settings, ...env, ...secrets }, () => 'PEM');
      expect(config.ok ? [] : config.error).toEqual([]);
    }
  });

  it('OPS-4 refuses secrets among plain values, and values without what a pod needs', () => {
    const config = { PUBLIC_URL: 'https://wall.example.com', SIGN_IN: 'local' };
    const whole = { existingSecret: 'floorcast', config };
    expect(refusal(whole)).toBe('taken');
    for (const { name } of SETTINGS.filter(({ secret }) => secret))
      expect([name, refusal({ ...whole, config: { ...config, [name]: 'x' } })]).not.toEqual([name, 'taken']);
    expect(refusal({ config })).toContain('existingSecret is missing');
    expect(refusal({ ...whole, config: { SIGN_IN: 'local' } })).toContain('PUBLIC_URL is missing');
    expect(refusal({ ...whole, config: { PUBLIC_URL: config.PUBLIC_URL } })).toContain('SIGN_IN is missing');
    expect(refusal({ ...whole, config: { ...config, PUBLIC_URL: 'http://wall.example.com' } })).not.toBe(
      'taken',
    );
    expect(refusal({ ...whole, mode: 'both' })).not.toBe('taken');
    expect(refusal({ ...whole, gatway: {} })).not.toBe('taken');
  });
});
