/** Getting in: all of the server before a real provider, by redirects and cookies alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditResponseSchema } from '../../../lib/contracts/access';
import { FLOW_COOKIE, SESSION_COOKIE } from '../../../server/access/cookies';
import { CookieBrowser } from '../../support/cookie-browser';
import { openWhole, PAGE, WANTED, type WholeStage } from './whole-stage';

let stage: WholeStage;
beforeAll(async () => {
  stage = await openWhole();
});
afterAll(() => stage.stop());

const REST = ['/api/v1/kpis', '/api/v1/boards', '/api/v1/boards/default', '/api/v1/people', '/metrics'];

/** What somebody with this `Cookie` header gets of REST, pages and sockets. */
async function gets(cookie: string) {
  const ask = (path: string) =>
    fetch(stage.url + path, { headers: cookie === '' ? {} : { cookie }, redirect: 'manual' });
  const rest = await Promise.all(REST.map(async (path) => (await ask(path)).status));
  const page = await ask(WANTED);
  const screen = stage.screen(cookie);
  const frame = await screen.next();
  screen.close();
  return {
    rest,
    page: page.status === 200 ? await page.text() : page.headers.get('location'),
    socket: frame.kind === 'refusal' ? frame.refusal.code : frame.kind,
  };
}

const NOTHING = {
  rest: REST.map(() => 401),
  page: `/sign-in?next=${encodeURIComponent(WANTED)}`,
  socket: 'unauthenticated',
};

describe('signing in', () => {
  it('ACC-87 opens REST, pages and sockets to whoever came back from the provider, as what he is there', async () => {
    const browser = new CookieBrowser();
    const arrival = await stage.signIn(browser);
    const hosts = arrival.way.map((address) => new URL(address).origin);
    expect([hosts[0], hosts.at(-1)]).toEqual([stage.url, stage.url]);
    expect(hosts).toContain(stage.provider.issuer);
    expect([arrival.url, arrival.text]).toEqual([stage.url + WANTED, PAGE]);
    expect(browser.names()).toContain(SESSION_COOKIE);
    expect(browser.names()).not.toContain(FLOW_COOKIE);
    expect(await stage.me(browser)).toEqual({
      ...{ kind: 'person', name: 'Ada Lovelace', roles: ['supervisor'], screen: null },
      signIn: { mode: 'oidc', label: new URL(stage.provider.issuer).host },
    });
    expect(await gets(browser.header())).toEqual({
      ...{ rest: [200, 200, 200, 403, 403], page: PAGE, socket: 'snapshot' },
    });
  });

  it('ACC-87 opens nothing to nobody, nor to a cookie that is not quite his', async () => {
    expect(await gets('')).toEqual(NOTHING);
    const browser = new CookieBrowser();
    await stage.signIn(browser);
    const value = browser.header().split(`${SESSION_COOKIE}=`)[1]?.split(';')[0] ?? '';
    const [secret = '', signature = ''] = value.split('.');
    const turned = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const wrong = [
      `${turned(secret)}.${signature}`,
      `${secret}.${turned(signature)}`,
      secret,
      value.slice(0, -1),
    ];
    for (const other of wrong) expect(await gets(`${SESSION_COOKIE}=${other}`)).toEqual(NOTHING);
    // Of another name it is none, and twice it is none.
    expect(await gets(`floorcast-session=${value}`)).toEqual(NOTHING);
    expect(await gets(`${SESSION_COOKIE}=${value}; ${SESSION_COOKIE}=${value}`)).toEqual(NOTHING);
    expect((await gets(`${SESSION_COOKIE}=${value}`)).socket).toBe('snapshot');
  });

  it('ACC-87 tells somebody without a role so, and opens nothing to him', async () => {
    const browser = new CookieBrowser();
    const arrival = await stage.signIn(browser, 'grace');
    expect([arrival.url, arrival.text]).toEqual([stage.url + NOTHING.page, PAGE]);
    expect(await stage.me(browser)).toMatchObject({ kind: 'person', name: 'Grace Hopper', roles: [] });
    expect(await gets(browser.header())).toEqual({
      ...{ rest: REST.map(() => 403), page: NOTHING.page, socket: 'forbidden' },
    });
  });

  it('ACC-87 stands in the audit log, for administrators', async () => {
    await stage.signIn(new CookieBrowser());
    const admin = new CookieBrowser();
    await stage.signInAdmin(admin);
    const answer = await admin.ask(`${stage.url}/api/v1/audit`);
    const { entries } = auditResponseSchema.parse(await answer.json());
    const ada = entries.find(
      ({ actorName, action }) => actorName === 'Ada Lovelace' && action === 'session.started',
    );
    expect(ada).toMatchObject({
      actor: expect.stringMatching(/^person:/),
      outcome: 'done',
      address: '127.0.0.1',
    });
  });
});

describe('on the way back', () => {
  /** The browser is at the provider and was sent back; it has not followed yet. */
  async function almostBack(browser: CookieBrowser): Promise<URL> {
    stage.provider.choose('ada');
    let next: string | null = `${stage.url}/auth/sign-in`;
    while (next !== null && !next.startsWith(`${stage.url}/auth/callback`)) {
      const response = await browser.ask(next);
      const location = response.headers.get('location');
      next = location === null ? null : new URL(location, next).href;
    }
    return new URL(next ?? 'nowhere:');
  }

  it.each<[string, (address: URL) => void]>([
    ['another state', (address) => address.searchParams.set('state', 'x'.repeat(43))],
    ['no state', (address) => address.searchParams.delete('state')],
    ['two states', (address) => address.searchParams.append('state', 'x'.repeat(43))],
    ['another issuer', (address) => address.searchParams.set('iss', 'https://evil.example')],
    ['another code', (address) => address.searchParams.set('code', 'x'.repeat(43))],
  ])('ACC-88 %s lets nobody in, and the right one no more either', async (_, tamper) => {
    const browser = new CookieBrowser();
    const right = await almostBack(browser);
    const tampered = new URL(right);
    tamper(tampered);
    expect((await browser.go(tampered.href)).url).toBe(`${stage.url}/sign-in?problem=refused`);
    expect(browser.names()).not.toContain(SESSION_COOKIE);
    expect((await browser.go(right.href)).url).toBe(`${stage.url}/sign-in?problem=expired`);
    expect(await stage.me(browser)).toMatchObject({ kind: 'anonymous' });
    expect(await gets(browser.header())).toEqual(NOTHING);
  });

  it('ACC-88 an address that was carried to another browser signs nobody in there', async () => {
    const [own, other] = [new CookieBrowser(), new CookieBrowser()];
    const address = await almostBack(own);
    expect((await other.go(address.href)).url).toBe(`${stage.url}/sign-in?problem=expired`);
    await almostBack(other);
    expect((await other.go(address.href)).url).toBe(`${stage.url}/sign-in?problem=refused`);
    expect(await gets(other.header())).toEqual(NOTHING);
    // Nothing of it was used up: whose it is comes in.
    expect((await own.go(address.href)).url).toBe(`${stage.url}/`);
    expect(await stage.me(own)).toMatchObject({ name: 'Ada Lovelace' });
    // Once.
    expect((await own.go(address.href)).url).toBe(`${stage.url}/sign-in?problem=expired`);
    expect(await stage.me(own)).toMatchObject({ name: 'Ada Lovelace' });
  });
});

describe('a server with several names', () => {
  it('ACC-89 begins a sign-in under the one that it ends under', async () => {
    const browser = new CookieBrowser();
    stage.provider.choose('ada');
    const { port } = stage.floorcast;
    const { way, url, text } = await browser.go(
      `http://localhost:${port}/auth/sign-in?next=${encodeURIComponent(WANTED)}`,
    );
    expect(way[1]).toBe(`${stage.url}/auth/sign-in?next=${encodeURIComponent(WANTED)}`);
    expect([url, text]).toEqual([stage.url + WANTED, PAGE]);
    // It leads to pages of its own only, whatever it is asked.
    for (const next of ['https://evil.example', '//evil.example', '/auth/sign-in']) {
      const query = new URLSearchParams({ next });
      const response = await browser.ask(`http://localhost:${port}/auth/sign-in?${query}`);
      expect(response.headers.get('location')).toBe(`${stage.url}/auth/sign-in?next=%2F`);
    }
  });

  it('ACC-89 calls itself what it listens on', async () => {
    const own = await openWhole({ HOST: 'localhost' });
    try {
      expect(own.url).toBe(`http://localhost:${own.floorcast.port}`);
      expect(await own.floorcast.oneTimeLink()).toContain(`${own.url}/sign-in#once=`);
      const begun = await new CookieBrowser().ask(`${own.url}/auth/sign-in`);
      const provider = new URL(begun.headers.get('location') ?? '');
      expect(provider.searchParams.get('redirect_uri')).toBe(`${own.url}/auth/callback`);
    } finally {
      await own.stop();
    }
  });
});
