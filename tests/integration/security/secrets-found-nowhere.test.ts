import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';
import { createLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { type Floorcast, wire } from '../../../server/wire';
import { canaryEnvironment, findCanaries, slug } from '../../support/canaries';
import { FakeClock } from '../../support/fake-clock';
import { TestScreen } from '../push/push-stand';
import { type EchoingPlatform, MADE, MODES, type Mode, openEchoingPlatform } from './echoing-platform';

const STEP_MS = 500;
const MAX_STEPS = 4_000;
const ADDRESSES = [
  ...['/healthz', '/readyz', '/metrics', '/api/v1/me', '/api/v1/kpis', '/api/v1/kpis?queueId=q1&x=1'],
  ...[
    '/api/v1/boards',
    '/api/v1/boards/default',
    '/api/v1/boards/none',
    '/api/v1/catalogue',
    '/api/v1/screens',
  ],
  ...[
    '/api/v1/people',
    '/api/v1/machines',
    '/api/v1/audit',
    '/api/v1/nothing',
    '/oauth/token',
    '/auth/sign-in',
  ],
  ...['/auth/callback?code=a&state=b', '/'],
];

let clock: FakeClock;
let lines: string[];
let platform: EchoingPlatform;
let floorcast: Floorcast;
/** What was given to the browser only. */
let link: string;
let cookie: string;
let dataDir: string;

/** A Floorcast whose every secret is a canary, before a platform in that mode, and somebody who is signed in. */
async function start(mode: Mode): Promise<void> {
  platform.enter(mode);
  const config = parseConfig(
    canaryEnvironment({
      ...{ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'trace', TIME_ZONE: 'UTC', SIGN_IN: 'local' },
      ...{ GENESYS_API_URL: platform.url, GENESYS_LOGIN_URL: platform.url, GENESYS_ALLOW_LOOPBACK: 'true' },
    }),
    () => '',
  );
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { logLevel, secrets } = config.value;
  floorcast = await wire({
    ...{
      config: config.value,
      clock,
      random: seededRandom(4),
      build: 'test',
      startPages: null,
      processMetrics: true,
    },
    log: createLog(logLevel, (line) => lines.push(line), { secrets }),
  });
  link = await floorcast.oneTimeLink();
  const response = await fetch(`${floorcast.url}/auth/once`, {
    method: 'POST',
    headers: { origin: floorcast.url, 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.split('#once=')[1] }),
  });
  expect(response.status).toBe(200);
  cookie = response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
}

beforeEach(async () => {
  clock = new FakeClock();
  lines = [];
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-canaries-'));
  platform = await openEchoingPlatform();
});
afterEach(async () => {
  await floorcast.stop();
  await platform.stop();
  rmSync(dataDir, { recursive: true });
});

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < MAX_STEPS && !isSo(); i += 1) {
    clock.advance(STEP_MS);
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isSo()) throw new Error(`never so: ${what}; ${JSON.stringify(floorcast.sources().genesys)}`);
}

/** Everything that whoever asks gets back: known, unknown, and wrongly. */
async function answers(): Promise<string[]> {
  const texts: string[] = [];
  for (const headers of [{ cookie, origin: floorcast.url }, { authorization: 'Bearer nobody' }, {}]) {
    for (const address of ADDRESSES) {
      const response = await fetch(floorcast.url + address, { headers, redirect: 'manual' });
      texts.push(JSON.stringify([...response.headers]), await response.text());
      // Time for the limits of requests.
      clock.advance(100);
    }
    const wrong = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"queueId":',
    };
    texts.push(await (await fetch(`${floorcast.url}/api/v1/kpis`, wrong)).text());
  }
  return texts;
}

async function picture(): Promise<string> {
  const screen = new TestScreen(floorcast.url, { boardId: 'default' }, { cookie, origin: floorcast.url });
  const frame = await screen.next();
  screen.close();
  return JSON.stringify(frame);
}

/** Secrets in it, by their names. */
function secretsIn(texts: readonly string[]): string[] {
  const sessionSecret = cookie.slice(cookie.indexOf('=') + 1).split('.');
  const known = [MADE.channel, link.slice(link.indexOf('=') + 1), ...sessionSecret];
  return texts.flatMap((text) => findCanaries(text, known).map((name) => `${name} in ${text.slice(0, 500)}`));
}

async function expectNone(): Promise<void> {
  const given = [...(await answers()), await picture(), JSON.stringify(floorcast.sources())];
  expect(secretsIn(given)).toEqual([]);
  expect(secretsIn(lines)).toEqual([]);
  // Somebody was let in, and it was said how things are.
  expect(given.join()).toContain('floorcast_rest_calls_total');
  expect(given.join()).toContain('"genesys":{"state"');
  expect(platform.elsewhere.came).toEqual([]);
}

describe('secrets', () => {
  it.each(MODES)('SEC-64 are found in no log line, answer, metric or frame: %s', async (mode) => {
    await start(mode);
    await until(mode, () => platform.count() > (mode === 'good' ? 0 : 1));
    await expectNone();
    const sent = findCanaries(platform.came.join('\n'));
    expect(sent).toEqual(expect.arrayContaining(['genesysclientid', 'genesysclientsecret']));
    expect(sent.includes(slug('access token'))).toBe(!mode.startsWith('login'));
  });

  it.each(MODES.filter((mode) => mode.startsWith('api')))(
    'SEC-64 are found nowhere either when it had been well before: %s',
    async (mode) => {
      await start('good');
      await until('live', () => floorcast.sources().genesys.state === 'live');
      expect(platform.came.some((request) => request.includes(MADE.channel))).toBe(true);
      platform.enter(mode);
      await until(mode, () => platform.count() > 1);
      await expectNone();
    },
  );
});
