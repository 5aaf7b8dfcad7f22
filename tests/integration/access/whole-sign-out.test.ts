/** Getting out: what was open closes within 5 s and opens no more, whoever ended it and wherever. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peopleResponseSchema, redirectSchema } from '../../../lib/contracts/access';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import { CookieBrowser } from '../../support/cookie-browser';
import type { TestScreen } from '../push/push-stand';
import { openWhole, WANTED, type WholeStage } from './whole-stage';

let stage: WholeStage;
let browser: CookieBrowser;
/** Ada's, from before whatever ends it. */
let cookie: string;
let screen: TestScreen;
let last: { readonly epoch: string; readonly seq: number };

beforeEach(async () => {
  stage = await openWhole();
  browser = new CookieBrowser();
  await stage.signIn(browser);
  cookie = browser.header();
  screen = stage.screen(cookie);
  const { epoch, seq } = await screen.nextSnapshot();
  last = { epoch, seq };
});
afterEach(() => stage.stop());

const WITHIN_MS = 5_000;

/** The last two things that it hears. */
async function end(of: TestScreen) {
  while ((await of.next()).kind !== 'disconnect');
  return of.frames.slice(-2);
}

/** Still there, and served. */
async function expectServed(of: TestScreen): Promise<void> {
  of.socket.emit('resync');
  for (;;) {
    const { kind } = await of.next();
    expect(['delta', 'snapshot']).toContain(kind);
    if (kind === 'snapshot') return;
  }
}

const refusedAs = (code: string) => [{ kind: 'refusal', refusal: { code } }, { kind: 'disconnect' }];

/** Refused, closed, and nobody any more by that cookie, wherever it is shown; after so much time and no more. */
async function expectEnded(withinMs: number): Promise<void> {
  stage.clock.advance(withinMs);
  expect(await end(screen)).toMatchObject(refusedAs('unauthenticated'));
  for (const auth of [{ boardId: 'default' }, { boardId: 'default', last }]) {
    const back = stage.screen(cookie, auth);
    expect(await end(back)).toMatchObject(refusedAs('unauthenticated'));
    expect(back.frames).toHaveLength(2);
  }
  const ask = (path: string) => fetch(stage.url + path, { headers: { cookie }, redirect: 'manual' });
  expect((await ask('/api/v1/kpis')).status).toBe(401);
  expect((await ask(WANTED)).headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(WANTED)}`);
  expect(await (await ask('/api/v1/me')).json()).toMatchObject({ kind: 'anonymous', roles: [] });
}

describe('signing out', () => {
  it('ACC-90 ends the open socket and the cookie, here and at the provider', async () => {
    const answer = await browser.call(`${stage.url}/auth/sign-out`, 'POST');
    const { location } = redirectSchema.parse(await answer.json());
    expect(new URL(location).origin).toBe(stage.provider.issuer);
    expect(browser.names()).not.toContain(SESSION_COOKIE);
    await expectEnded(0);
    const { text } = await browser.go(location);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const confirm = `${stage.provider.issuer}/session/end/confirm`;
    const left = await browser.go(confirm, new URLSearchParams({ xsrf, logout: 'yes' }));
    expect(left.url).toBe(`${stage.url}/sign-in`);
    // The provider asks who it is: nobody gets in again by a click.
    const { way } = await stage.signIn(browser, 'grace');
    expect(way.some((address) => address.includes('/interaction/'))).toBe(true);
    expect(await stage.me(browser)).toMatchObject({ name: 'Grace Hopper' });
  });

  it('ACC-90 leaves the other browsers of the same person where they are', async () => {
    const elsewhere = new CookieBrowser();
    await stage.signIn(elsewhere);
    const stays = stage.screen(elsewhere.header());
    await stays.nextSnapshot();
    await browser.call(`${stage.url}/auth/sign-out`, 'POST');
    await expectEnded(0);
    await expectServed(stays);
    expect(await stage.me(elsewhere)).toMatchObject({ kind: 'person' });
  });

  it('ACC-90 holds within 5 s at every other process of the installation, too', async () => {
    const other = await stage.another();
    expect(await stage.me(browser, other)).toMatchObject({ name: 'Ada Lovelace' });
    await browser.call(`${other.url}/auth/sign-out`, 'POST');
    await expectEnded(WITHIN_MS);
  });

  it('ACC-90 is for pages of our own only: another origin signs nobody out', async () => {
    const headers = { cookie, origin: 'http://evil.example' };
    const answer = await fetch(`${stage.url}/auth/sign-out`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
    stage.clock.advance(WITHIN_MS);
    await expectServed(screen);
    expect(await stage.me(browser)).toMatchObject({ kind: 'person' });
  });
});

describe('an administrator', () => {
  async function adasId(admin: CookieBrowser): Promise<string> {
    const answer = await admin.ask(`${stage.url}/api/v1/people`);
    const { people } = peopleResponseSchema.parse(await answer.json());
    return people.find(({ name }) => name === 'Ada Lovelace')?.id ?? '';
  }

  it('ACC-91 ends somebody’s sessions: his socket is closed, and his cookie opens nothing', async () => {
    const admin = new CookieBrowser();
    await stage.signInAdmin(admin);
    const answer = await admin.call(`${stage.url}/api/v1/people/${await adasId(admin)}/sessions`, 'DELETE');
    expect(answer.ok).toBe(true);
    await expectEnded(0);
  });

  it('ACC-91 gives a role, which holds at once for a session that is open', async () => {
    const grace = new CookieBrowser();
    await stage.signIn(grace, 'grace');
    expect(await stage.screen(grace.header()).next()).toMatchObject({ refusal: { code: 'forbidden' } });
    const admin = new CookieBrowser();
    await stage.signInAdmin(admin);
    const people = peopleResponseSchema.parse(await (await admin.ask(`${stage.url}/api/v1/people`)).json());
    const id = people.people.find(({ name }) => name === 'Grace Hopper')?.id;
    const give = (grantedRoles: readonly string[]) =>
      admin.call(`${stage.url}/api/v1/people/${id}`, 'PATCH', { grantedRoles });
    expect((await give(['senior_tech'])).ok).toBe(true);
    const open = stage.screen(grace.header());
    await open.nextSnapshot();
    expect((await give([])).ok).toBe(true);
    expect(await end(open)).toMatchObject(refusedAs('forbidden'));
    expect(await stage.me(grace)).toMatchObject({ kind: 'person', roles: [] });
  });
});

describe('the provider', () => {
  const TOKENS_LAST_MS = 600_000;
  const refreshes = () => stage.provider.grants.filter((grant) => grant === 'refresh_token').length;

  it('ACC-92 is asked again and again while somebody is there, each time by the token that it gave last', async () => {
    for (const count of [1, 2, 3]) {
      stage.clock.jumpWallClock(TOKENS_LAST_MS + 1);
      const before = await stage.keptToken();
      while (refreshes() < count || (await stage.keptToken()) === before) {
        expect(await stage.me(browser)).toMatchObject({ name: 'Ada Lovelace' });
      }
    }
    await expectServed(screen);
    expect(refreshes()).toBe(3);
  });

  it('ACC-92 ends the session and its socket where it no longer knows the person, by an open board alone', async () => {
    stage.provider.disable('ada');
    stage.clock.advance(WITHIN_MS);
    await expectServed(screen);
    stage.clock.jumpWallClock(TOKENS_LAST_MS + 1);
    await expectEnded(WITHIN_MS);
  });
});
