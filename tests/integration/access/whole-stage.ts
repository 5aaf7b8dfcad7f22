/** A whole Floorcast with accounts, before a real OpenID Connect provider; its clock moves only when a test says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Me, meSchema } from '../../../lib/contracts/access';
import { parseConfig } from '../../../server/config';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { openSqliteStore } from '../../../server/store/sqlite';
import { type Floorcast, wire } from '../../../server/wire';
import type { Arrival, CookieBrowser } from '../../support/cookie-browser';
import { FakeClock } from '../../support/fake-clock';
import { ANY_PORT_CLIENT_ID, CLIENT, type OidcStand, openOidcStand } from '../../support/oidc-stand';
import { TestScreen } from '../push/push-stand';

export const PAGE = 'the page';
export const WANTED = '/supervisor/queues?theme=light';
const SECRET = 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO';

export interface WholeStage {
  readonly provider: OidcStand;
  readonly clock: FakeClock;
  readonly url: string;
  readonly floorcast: Floorcast;
  /** One more process of the same installation: same settings, same store, another port. */
  another(): Promise<Floorcast>;
  /** By redirects alone. Gives where they end: `/supervisor/queues` was wanted. */
  signIn(browser: CookieBrowser, person?: string): Promise<Arrival>;
  /** The local administrator, by a one-time link. */
  signInAdmin(browser: CookieBrowser): Promise<void>;
  me(browser: CookieBrowser, at?: Floorcast): Promise<Me>;
  /** The provider's refresh token of the one session there is, sealed as it lies in the store. */
  keptToken(): Promise<string>;
  /** A screen of the default board with this `Cookie` header. */
  screen(cookie: string, auth?: object): TestScreen;
  stop(): Promise<void>;
}

export async function openWhole(more: Readonly<Record<string, string>> = {}): Promise<WholeStage> {
  const provider = await openOidcStand();
  const clock = new FakeClock(Date.now());
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-whole-'));
  const servers: Floorcast[] = [];
  const screens: TestScreen[] = [];
  async function start(): Promise<Floorcast> {
    const config = parseConfig({ ...settingsFor(provider, dataDir), ...more }, () => '');
    if (!config.ok) throw new Error(config.error.join('\n'));
    const started = await wire({
      ...{ config: config.value, clock, random: seededRandom(1), log: silentLog, build: 'test' },
      startPages: async () => ({ handle: (_, response) => response.end(PAGE), close: async () => {} }),
    });
    servers.push(started);
    return started;
  }
  const floorcast = await start();
  const store = openSqliteStore(dataDir);
  return {
    ...{ provider, clock, floorcast, url: floorcast.url, another: start },
    signIn(browser, person = 'ada') {
      provider.choose(person);
      return browser.go(`${floorcast.url}/auth/sign-in?next=${encodeURIComponent(WANTED)}`);
    },
    async signInAdmin(browser) {
      const token = (await floorcast.oneTimeLink()).split('#once=')[1];
      const answer = await browser.call(`${floorcast.url}/auth/once`, 'POST', { token });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async me(browser, at = floorcast) {
      return meSchema.parse(await (await browser.ask(`${at.url}/api/v1/me`)).json());
    },
    async keptToken() {
      const [session] = await store.list('session');
      return z.object({ refreshToken: z.string() }).parse(session?.content).refreshToken;
    },
    screen(cookie, auth = { boardId: 'default' }) {
      const headers = { origin: floorcast.url, ...(cookie === '' ? {} : { cookie }) };
      const screen = new TestScreen(floorcast.url, auth, headers);
      screens.push(screen);
      return screen;
    },
    async stop() {
      for (const screen of screens) screen.close();
      for (const server of servers.reverse()) await server.stop();
      await store.close();
      await provider.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

function settingsFor({ issuer }: OidcStand, dataDir: string): Readonly<Record<string, string>> {
  return {
    PORT: '0',
    DATA_DIR: dataDir,
    SIGN_IN: 'oidc',
    SESSION_SECRET: SECRET,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: ANY_PORT_CLIENT_ID,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_SCOPES: 'groups',
    OIDC_ALLOW_LOOPBACK: 'true',
    ROLE_MAPPING: 'supervisor=Team Leads',
  };
}
