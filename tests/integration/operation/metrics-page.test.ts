/** docs/metrics.md, dashboard and rules against the metrics of a server that has everything switched on, and of a node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { type Floorcast, wire } from '../../../server/wire';
import { startRedis, type TestRedis } from '../../support/redis';
import { sourceFiles, textOf } from '../../support/repository';

interface Metric {
  readonly name: string;
  readonly type: string;
}

/** Nothing listens there: a server says what it counts whether or not the others are there. */
const NOBODY = '127.0.0.1:9';
const started: Floorcast[] = [];
let redis: TestRedis;
let dataDir: string;
let exposed: string;

async function metricsWith(more: Record<string, string>): Promise<string> {
  const own = {
    PORT: '0',
    DATA_DIR: mkdtempSync(path.join(dataDir, 'node-')),
    GENESYS_ALLOW_LOOPBACK: 'true',
  };
  const config = parseConfig({ ...own, ...more }, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: () => 0.5, log: silentLog },
    ...{ build: 'test', startPages: null, processMetrics: true },
  });
  started.push(floorcast);
  return (await fetch(`${floorcast.url}/metrics`)).text();
}

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-metrics-'));
  redis = await startRedis();
  const client = { id: 'client', secret: 'a-secret-of-nobody' };
  const alone = await metricsWith({
    ...{ GENESYS_API_URL: `http://${NOBODY}`, GENESYS_LOGIN_URL: `http://${NOBODY}` },
    ...{ GENESYS_CLIENT_ID: client.id, GENESYS_CLIENT_SECRET: client.secret },
    ...{ MQTT_URL: `mqtt://${NOBODY}`, ALERT_EVENTS_URL: `http://${NOBODY}/events` },
    ...{ DEVICE_API_URL: `http://${NOBODY}/cloud`, DEVICE_LINK_URL: `ws://${NOBODY}/{deviceId}` },
    ...{ DEVICE_TOKEN_URL: `http://${NOBODY}/token`, DEVICE_CLIENT_ID: client.id },
    ...{ DEVICE_CLIENT_SECRET: client.secret, TRANSCRIPT: 'attributes' },
    ...{ REDIS_URL: `redis://${NOBODY}`, ROUTING_EVENTS_URL: `ws://${NOBODY}/events` },
  });
  exposed = `${alone}\n${await metricsWith({ REDIS_URL: redis.url, FLOORCAST_ROLE: 'all' })}`;
});
afterAll(async () => {
  for (const floorcast of started) await floorcast.stop();
  await redis?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const metricsOf = (text: string): Metric[] => {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  return [...types].map(([name, type]) => ({ name, type }));
};
/** Rows of the page's tables: name, type, label. */
const rows = [
  ...textOf('docs/metrics.md').matchAll(/^\| `(floorcast_\w+)` \| (\w+) \| (?:`(\w+)`)? ?\|/gm),
].map(([, name = '', type = '', label = null]) => ({ name, type, label }));
const byName = (one: Metric, other: Metric) => (one.name < other.name ? -1 : 1);
/** Every name that questions ask for, but those that Prometheus makes itself. */
const askedIn = (text: string) =>
  new Set([...text.matchAll(/\b(?:floorcast|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name));

describe('metrics', () => {
  it('OPS-7 are all on their page, with their type, and nothing else is', () => {
    const named = rows.map(({ name, type }) => ({ name, type })).sort(byName);
    const here = metricsOf(exposed).filter(({ name }) => name.startsWith('floorcast_'));
    expect(here.length).toBeGreaterThan(90);
    expect(named).toEqual(here.sort(byName));
  });

  it('OPS-7 have the label that the page names', () => {
    const seen = [...exposed.matchAll(/^(floorcast_\w+)\{(\w+)=/gm)].map(([, name, label]) => ({
      name,
      label,
    }));
    expect(seen.length).toBeGreaterThan(3);
    for (const { name, label } of seen)
      expect([name, rows.find((row) => row.name === name)?.label]).toEqual([name, label]);
    const withLabel = rows.filter(({ label }) => label !== null).length;
    const made = sourceFiles().reduce((sum, file) => sum + textOf(file).split('countersFrom(').length - 1, 0);
    // One of them is the port, one what implements it; the device cloud's are made for two.
    expect(withLabel).toBe(made - 2 + 1);
  });

  it('OPS-6 are what dashboard and alert rules ask for', () => {
    const known = new Set(metricsOf(exposed).map(({ name }) => name));
    for (const file of ['deploy/grafana/floorcast.json', 'deploy/prometheus/floorcast-rules.yaml']) {
      const asked = [...askedIn(textOf(file))];
      expect(asked.length).toBeGreaterThan(15);
      expect([file, asked.filter((name) => !known.has(name))]).toEqual([file, []]);
    }
  });

  it('OPS-6 each alert rule has its line in what to do', () => {
    const alerts = [...textOf('deploy/prometheus/floorcast-rules.yaml').matchAll(/- alert: (\w+)/g)];
    expect(alerts.length).toBeGreaterThan(15);
    const page = textOf('docs/operations.md');
    expect(alerts.map(([, name]) => name).filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
  });

  it('API-6 a server that reaches nobody lives, and is not ready before a first picture', async () => {
    const answer = await fetch(`${started[0]?.url}/readyz`);
    expect(answer.status).toBe(503);
    expect((await fetch(`${started[0]?.url}/healthz`)).status).toBe(200);
  });
});
