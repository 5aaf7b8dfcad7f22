/**
 * A whole Floorcast among people who give hostile names to everything: the platform to its queues, a provider to its
 * people, supervisors to screens and rooms, administrators to machines. Its clock moves as the test says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kpisResponseSchema } from '../../lib/contracts/api';
import { parseConfig } from '../../server/config';
import { createLog, silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { DEMO_CLIENT } from '../../server/simulator/options';
import { type RunningSimulator, startSimulator } from '../../server/simulator/simulator';
import type { CallRecord } from '../../server/simulator/world/call-records';
import { type Floorcast, type WireOptions, wire } from '../../server/wire';
import { FakeClock } from './fake-clock';
import { type HostileOidc, openHostileOidc } from './oidc-hostile';
import { CLIENT } from './oidc-stand';

const STEP_MS = 100;
const PLACE = { boardId: 'default', diagonalInches: 55, farthestSeatMetres: 8 };

export interface NamingStand {
  readonly floorcast: Floorcast;
  readonly dataDir: string;
  /** Every line of the log. */
  readonly lines: readonly string[];
  /** An administrator's cookie. */
  readonly cookie: string;
  /** Somebody of that name comes from the provider; where he is led. */
  signIn(name: string): Promise<string>;
  /** The provider sends somebody back with these words; where he is led. */
  refuse(words: string): Promise<string>;
  /** The status of pairing a screen of that name, in a room of that name. */
  pair(name: string): Promise<number>;
  /** The status of making a machine of that name. */
  make(name: string): Promise<number>;
  get(address: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function openNamingStand(
  queueNames: readonly string[],
  startPages: WireOptions['startPages'] = null,
): Promise<NamingStand> {
  const clock = new FakeClock(Date.now());
  const simulator = await startSimulator({
    ...{ port: 0, clock, random: seededRandom(1), log: silentLog },
    world: { kind: 'replay', records: queueNames.map(callFor), speed: 1, autoStart: false },
  });
  const provider = await openHostileOidc();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-names-'));
  const lines: string[] = [];
  const floorcast = await wire({
    ...{ config: configFor(simulator, provider, dataDir), clock, random: seededRandom(2), startPages },
    ...{ log: createLog('trace', (line) => void lines.push(line)), build: 'test' },
  });
  const url = floorcast.url;
  let people = 0;

  /** After a time for the limits of requests and of tries. */
  async function post(address: string, body: unknown, more: { cookie: string; afterMs: number }) {
    clock.advance(more.afterMs);
    const headers = { cookie: more.cookie, origin: url, 'content-type': 'application/json' };
    return fetch(url + address, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** To the provider, and back with what `answer` makes of where he was led; where that leads. */
  async function goThrough(answer: (location: string) => string): Promise<string> {
    clock.advance(1_000);
    const begun = await fetch(`${url}/auth/sign-in`, { redirect: 'manual' });
    const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const query = answer(begun.headers.get('location') ?? '');
    const back = await fetch(`${url}/auth/callback${query}`, { redirect: 'manual', headers: { cookie } });
    return back.headers.get('location') ?? '';
  }

  const stand: NamingStand = {
    ...{ floorcast, dataDir, lines },
    cookie: await adminOf(floorcast),
    async signIn(name) {
      people += 1;
      const sub = `person-${people}`;
      provider.lies = {
        claims: (honest) => ({ ...honest, sub, name, email: `${name}@example.com`, groups: [name] }),
        userinfo: () => ({ sub, name }),
      };
      return goThrough((location) => provider.back(location).search);
    },
    refuse: (words) =>
      goThrough((location) => {
        const state = new URL(location).searchParams.get('state') ?? '';
        return `?${new URLSearchParams({ error: 'access_denied', error_description: words, state })}`;
      }),
    async pair(name) {
      const begun = await post('/api/v1/pairing', {}, { cookie: '', afterMs: 3_000 });
      const { code } = (await begun.json()) as { code: string }; // As the contract of pairing has it.
      const place = { ...PLACE, name, room: name };
      const more = { cookie: stand.cookie, afterMs: 10_000 };
      const answer = await post('/api/v1/screens', { code, ...place }, more);
      await answer.text();
      return answer.status;
    },
    async make(name) {
      const answer = await post(
        '/api/v1/machines',
        { name, scopes: ['kpis:read'] },
        { cookie: stand.cookie, afterMs: 3_000 },
      );
      await answer.text();
      return answer.status;
    },
    async get(address) {
      clock.advance(1_000);
      return (await fetch(url + address, { headers: { cookie: stand.cookie } })).json();
    },
    async stop() {
      await floorcast.stop();
      await provider.stop();
      await simulator.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await listed(stand, clock, queueNames.length);
  return stand;
}

/** Until the server knows all queues. */
async function listed(stand: NamingStand, clock: FakeClock, count: number): Promise<void> {
  for (;;) {
    const { queues } = kpisResponseSchema.parse(await stand.get('/api/v1/kpis'));
    if (queues.length >= count) return;
    await clock.advanceAsync(2_000, STEP_MS);
  }
}

async function adminOf(floorcast: Floorcast): Promise<string> {
  const token = (await floorcast.oneTimeLink()).split('#once=')[1];
  const headers = { origin: floorcast.url, 'content-type': 'application/json' };
  const body = JSON.stringify({ token });
  const answer = await fetch(`${floorcast.url}/auth/once`, { method: 'POST', headers, body });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

function configFor(simulator: RunningSimulator, provider: HostileOidc, dataDir: string) {
  const config = parseConfig(
    {
      ...{ PORT: '0', DATA_DIR: dataDir, TIME_ZONE: 'UTC', SIGN_IN: 'oidc', SESSION_HOURS: '168' },
      ...{ SESSION_SECRET: 'zb7Kq0vT4nX9sWc2yLr6uH3fEe8m0123', OIDC_ISSUER: provider.issuer },
      ...{ OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret, OIDC_ALLOW_LOOPBACK: 'true' },
      ...{ GENESYS_API_URL: simulator.url, GENESYS_LOGIN_URL: simulator.url, GENESYS_ALLOW_LOOPBACK: 'true' },
      ...{ GENESYS_CLIENT_ID: DEMO_CLIENT.id, GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret },
    },
    () => '',
  );
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}

function callFor(queue: string, index: number): CallRecord {
  const offeredMs = 9 * 3_600_000 + index;
  return {
    call: `${index}`,
    queue,
    mediaType: 'voice',
    offeredMs,
    leftQueueMs: offeredMs + 3_600_000,
    agent: null,
    talk: null,
  };
}
