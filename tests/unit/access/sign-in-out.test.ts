import { describe, expect, it } from 'vitest';
import { ok } from '../../../lib/result';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import { authRoutes } from '../../../server/http/auth-routes';
import { createRouter } from '../../../server/http/router';
import { answerOf } from '../../support/fake-exchange';
import { createStage, identity, SESSION_MS } from './sessions-stage';
import { Browser, codeOf, locationOf, MAX_AGE, open } from './sign-in-browser';

describe('signing in by a one-time link', () => {
  it('ACC-11 makes the bearer the local administrator, once, in a new session', async () => {
    const { stage, browser } = open();
    await browser.signIn();
    const before = browser.cookies.get(SESSION_COOKIE) ?? '';
    const token = await stage.links.issue();
    const answer = await browser.ask('POST /auth/once', { json: { token } });
    expect([answer.status, answer.json()]).toEqual([200, { location: '/' }]);
    expect(answer.setCookies).toEqual([
      expect.stringMatching(new RegExp(`^${SESSION_COOKIE}=.*; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE}$`)),
    ]);
    expect(await browser.who()).toMatchObject({ name: 'Local administrator', roles: ['admin'] });
    expect(await stage.sessions.find(before)).toBeNull();
    expect(stage.audit.actions.slice(-4)).toEqual([
      'one-time-link.used',
      'person.roles-changed',
      'session.ended',
      'session.started',
    ]);
    const again = await new Browser(stage).ask('POST /auth/once', { json: { token } });
    expect([again.status, codeOf(again), again.setCookies]).toEqual([403, 'link.refused', []]);
    expect(stage.audit.refusals).toMatchObject([{ action: 'sign-in.refused', outcome: 'refused' }]);
  });

  it.each([
    ['no JSON', undefined, 'body.malformed'],
    ['nothing', {}, 'body.invalid'],
    ['a list', { token: ['x'] }, 'body.invalid'],
    ['an empty token', { token: '' }, 'body.invalid'],
    ['an endless token', { token: 'x'.repeat(201) }, 'body.invalid'],
    ['more', { token: 'x', role: 'admin' }, 'body.invalid'],
  ])('ACC-11 refuses %s', async (_, json, code) => {
    const { browser } = open();
    const answer = await browser.ask('POST /auth/once', { json });
    expect([answer.status, codeOf(answer), answer.setCookies]).toEqual([400, code, []]);
  });

  it('ACC-11 is there only where there are accounts', async () => {
    const { stage } = open();
    const token = await stage.links.issue();
    const routes = authRoutes({ signIn: stage.signIn, mode: 'none', sessionMs: SESSION_MS });
    const answer = await answerOf(routes, 'POST /auth/once', { json: { token } });
    expect([answer.status, codeOf(answer), answer.setCookies]).toEqual([404, 'sign-in.off', []]);
    expect(await stage.sessions.list()).toEqual([]);
  });
});

describe('signing out', () => {
  it('ACC-16 ends the session, gives its token back, and leads to the provider’s own sign-out', async () => {
    const { stage, browser } = open();
    await browser.signIn();
    const cookie = browser.cookies.get(SESSION_COOKIE) ?? '';
    const answer = await browser.ask('POST /auth/sign-out');
    expect([answer.status, answer.json()]).toEqual([200, { location: 'https://id.test/end' }]);
    expect(answer.setCookies).toEqual([
      `${SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
    ]);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(stage.provider.revoked).toEqual(['refresh-1']);
    expect(stage.provider.signedOut).toEqual([['id-1', 'https://wall.test/sign-in']]);
    expect(stage.audit.last('session.ended')?.details.get('reason')).toBe('signed out');
  });

  it('ACC-16 leads to our own page where the provider has none, does not know, or was not asked', async () => {
    const { stage, browser } = open();
    expect((await browser.ask('POST /auth/sign-out')).json()).toEqual({ location: '/sign-in' });
    await browser.signIn();
    stage.provider.signsOutAt = null;
    expect((await browser.ask('POST /auth/sign-out')).json()).toEqual({ location: '/sign-in' });
    await browser.signIn();
    stage.provider.signOutLocation = () => Promise.reject(new Error('away'));
    expect((await browser.ask('POST /auth/sign-out')).json()).toEqual({ location: '/sign-in' });
    await browser.ask('POST /auth/once', { json: { token: await stage.links.issue() } });
    expect((await browser.ask('POST /auth/sign-out')).json()).toEqual({ location: '/sign-in' });
    expect(await stage.sessions.list()).toEqual([]);
  });
});

describe('signing out without an ID token', () => {
  it('ACC-16 leads to the provider of whom it gave none', async () => {
    const { stage, browser } = open();
    stage.provider.finishes = ok(identity({ idToken: null }));
    await browser.signIn();
    const answer = await browser.ask('POST /auth/sign-out');
    expect(answer.json()).toEqual({ location: 'https://id.test/end' });
    expect(stage.provider.signedOut).toEqual([[null, 'https://wall.test/sign-in']]);
  });

  it('ACC-16 leads the local administrator to our own page: the provider does not know him', async () => {
    const { stage, browser } = open();
    await browser.ask('POST /auth/once', { json: { token: await stage.links.issue() } });
    expect((await browser.ask('POST /auth/sign-out')).json()).toEqual({ location: '/sign-in' });
    expect(stage.provider.signedOut).toEqual([]);
  });
});

describe('signing in and out', () => {
  it('ACC-19 is not done where it cannot be recorded', async () => {
    const { stage, browser } = open();
    await browser.signIn();
    const cookie = browser.cookies.get(SESSION_COOKIE) ?? '';
    const token = await stage.links.issue();
    stage.audit.isBroken = true;
    const out = await browser.ask('POST /auth/sign-out');
    expect([out.status, codeOf(out), out.setCookies]).toEqual([503, 'audit.unavailable', []]);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    const other = new Browser(stage);
    expect(locationOf(await other.signIn())).toEqual([303, '/sign-in?problem=unavailable']);
    const once = await other.ask('POST /auth/once', { json: { token } });
    expect([once.status, codeOf(once), once.setCookies]).toEqual([503, 'audit.unavailable', []]);
    expect(await stage.sessions.list()).toHaveLength(1);
  });

  it('ACC-15 has its rows in the table, and what guesses is counted as such', () => {
    const routes = authRoutes({ signIn: createStage().signIn, mode: 'oidc', sessionMs: SESSION_MS });
    expect(() => createRouter(routes)).not.toThrow();
    expect(routes.filter(({ pace }) => pace === 'heavy').map(({ path }) => path)).toEqual(['/auth/once']);
  });
});
