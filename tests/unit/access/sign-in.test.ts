import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../lib/result';
import { FLOW_COOKIE, SESSION_COOKIE } from '../../../server/access/cookies';
import { ANONYMOUS } from '../../../server/access/principal';
import { failure } from '../../../server/runtime/errors';
import { createStage, identity, MINUTE_MS } from './sessions-stage';
import { Browser, locationOf, MAX_AGE, open } from './sign-in-browser';

describe('signing in at a provider', () => {
  it('ACC-12 goes there and comes back with a session, by cookies that no script reads', async () => {
    const { stage, browser } = open();
    const begun = await browser.ask('GET /auth/sign-in', { url: '/auth/sign-in?next=/admin/people' });
    expect(locationOf(begun)).toEqual([303, 'https://id.test/authorize?state=state-1']);
    const sealed = browser.cookies.get(FLOW_COOKIE) ?? '';
    expect(begun.setCookies).toEqual([
      `${FLOW_COOKIE}=${sealed}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600`,
    ]);
    for (const secret of ['verifier-1', 'nonce-1', 'state-1'])
      expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(secret);
    const back = await browser.comeBack('state-1');
    expect(locationOf(back)).toEqual([303, '/admin/people']);
    expect(back.headers.get('referrer-policy')).toBe('no-referrer');
    expect(back.headers.get('cache-control')).toBe('no-store');
    const session = browser.cookies.get(SESSION_COOKIE);
    expect(back.setCookies).toEqual([
      `${FLOW_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
      `${SESSION_COOKIE}=${session}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE}`,
    ]);
    expect(await browser.who()).toMatchObject({ name: 'Ada Lovelace', roles: ['supervisor'] });
    const [{ returned, flow } = { returned: null, flow: null }] = stage.provider.finished;
    expect(returned?.href).toBe('https://wall.test/auth/callback?state=state-1&code=c');
    expect(flow).toMatchObject({ codeVerifier: 'verifier-1', nonce: 'nonce-1' });
    expect(stage.audit.last('session.started')).toMatchObject({
      actor: expect.stringMatching(/^person:/),
      details: new Map([
        ['by', 'https://id.test'],
        ['roles', 'supervisor'],
      ]),
    });
  });

  it('ACC-12 is finished by the browser that began it only: nobody is signed in as another (login CSRF)', async () => {
    const { stage, browser: attacker } = open();
    const victim = new Browser(stage);
    const state = await attacker.begin();
    expect(locationOf(await victim.comeBack(state))).toEqual([303, '/sign-in?problem=expired']);
    await victim.begin();
    expect(locationOf(await victim.comeBack(state))).toEqual([303, '/sign-in?problem=refused']);
    expect(await victim.who()).toEqual(ANONYMOUS);
    expect(stage.provider.finished).toEqual([]);
  });

  it.each([
    ['without a state', '/auth/callback?code=c'],
    ['with another state', '/auth/callback?code=c&state=state-2'],
    ['with an empty state', '/auth/callback?code=c&state='],
    ['with its state twice', '/auth/callback?code=c&state=state-1&state=state-1'],
    ['with its state and another', '/auth/callback?code=c&state=state-1&state=state-2'],
    ['with a longer state', '/auth/callback?code=c&state=state-1x'],
  ])('ACC-12 is not finished %s, and the flow cookie is gone', async (_, url) => {
    const { stage, browser } = open();
    await browser.begin();
    expect(locationOf(await browser.ask('GET /auth/callback', { url }))).toEqual([
      303,
      '/sign-in?problem=refused',
    ]);
    expect(browser.cookies.has(FLOW_COOKIE)).toBe(false);
    expect(stage.provider.finished).toEqual([]);
    expect(await stage.sessions.list()).toEqual([]);
  });

  it('ACC-12 is finished once: a callback that is played again, with all its cookies, gives nothing', async () => {
    const { stage, browser } = open();
    const state = await browser.begin();
    const before = new Map(browser.cookies);
    await browser.comeBack(state);
    const thief = new Browser(stage);
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect(locationOf(await thief.comeBack(state))).toEqual([303, '/sign-in?problem=refused']);
    expect(await thief.who()).toEqual(ANONYMOUS);
    expect(stage.provider.finished).toHaveLength(1);
    expect(await stage.sessions.list()).toHaveLength(1);
  });

  it('ACC-12 is finished once also where both come at the same moment', async () => {
    const { stage, browser } = open();
    const state = await browser.begin();
    const answers = await Promise.all([browser.comeBack(state), browser.comeBack(state)]);
    expect(answers.map((answer) => answer.headers.get('location')).sort()).toEqual([
      '/',
      '/sign-in?problem=refused',
    ]);
    expect(stage.provider.finished).toHaveLength(1);
  });

  it('ACC-12 is finished within ten minutes, also where the wall clock was set back', async () => {
    const { stage, browser } = open();
    const state = await browser.begin();
    const late = new Browser(stage);
    for (const [name, value] of browser.cookies) late.cookies.set(name, value);
    stage.clock.advance(10 * MINUTE_MS);
    expect(locationOf(await late.comeBack(state))).toEqual([303, '/sign-in?problem=expired']);
    stage.clock.jumpWallClock(-11 * MINUTE_MS);
    expect(locationOf(await browser.comeBack(state))).toEqual([303, '/sign-in?problem=expired']);
    const again = await browser.begin();
    stage.clock.advance(10 * MINUTE_MS - 1);
    expect(locationOf(await browser.comeBack(again))).toEqual([303, '/']);
  });

  it('ACC-12 is not finished by a flow cookie that was changed or made elsewhere', async () => {
    const { stage, browser } = open();
    const state = await browser.begin();
    const sealed = browser.cookies.get(FLOW_COOKIE) ?? '';
    const forged = [
      ...['x', sealed.slice(0, -2), `${sealed}AA`, sealed.slice(2)],
      Buffer.from(JSON.stringify({ flow: { state, nonce: '', codeVerifier: '', next: '/' } })).toString(
        'base64url',
      ),
    ];
    for (const value of forged) {
      browser.cookies.set(FLOW_COOKIE, value);
      expect(locationOf(await browser.comeBack(state)), value).toEqual([303, '/sign-in?problem=expired']);
    }
    expect(stage.provider.finished).toEqual([]);
  });

  it('ACC-13 gives a new session always, never one that the browser brought, and ends the one before', async () => {
    const { stage, browser } = open();
    browser.cookies.set(SESSION_COOKIE, `${'A'.repeat(43)}.${'A'.repeat(43)}`);
    await browser.signIn();
    const first = browser.cookies.get(SESSION_COOKIE) ?? '';
    expect(first).not.toContain('AAAA');
    await browser.signIn();
    const second = browser.cookies.get(SESSION_COOKIE) ?? '';
    expect(second).not.toBe(first);
    expect(await stage.sessions.find(first)).toBeNull();
    expect(await stage.sessions.find(second)).not.toBeNull();
    expect(stage.audit.last('session.ended')?.details.get('reason')).toBe('signed in anew');
  });

  it('ACC-14 leads to a path on this server, whatever was asked for', async () => {
    for (const [asked, goes] of [
      ['/screen/main?seat=4', '/screen/main?seat=4'],
      ['//evil.test', '/'],
      ['https://evil.test', '/'],
      ['/\\evil.test', '/'],
      ['/auth/sign-in', '/'],
    ] as const) {
      const { browser, stage } = open();
      expect(locationOf(await browser.signIn(asked)), asked).toEqual([303, goes]);
      expect(stage.provider.finished[0]?.flow.next).toBe(goes);
    }
  });

  it('ACC-14 does not believe the provider’s side of it either', async () => {
    const { stage, browser } = open();
    const begin = stage.provider.begin.bind(stage.provider);
    stage.provider.begin = () => begin('//evil.test');
    expect(locationOf(await browser.signIn())).toEqual([303, '/']);
  });

  it('ACC-15 lets also those in who have no role', async () => {
    const { stage, browser } = open();
    stage.provider.finishes = ok(identity({ roleNames: ['Guests'] }));
    expect(locationOf(await browser.signIn())).toEqual([303, '/']);
    expect(await browser.who()).toMatchObject({ kind: 'person', roles: [] });
  });

  it.each([
    ['refused', failure('fatal', 'access_denied', 'the person said no')],
    ['unavailable', failure('retry', 'timeout', 'no answer in 10 s')],
    ['unknown', failure('reauth', 'invalid_client', 'the secret is wrong')],
    ['unknown', failure('abort', 'aborted', 'we stopped')],
  ])(
    'ACC-15 says %s on our page, the rest in the log, and the refusal in the audit log',
    async (problem, said) => {
      const { stage, browser } = open();
      stage.provider.finishes = err(said);
      const answer = await browser.signIn();
      expect(locationOf(answer)).toEqual([303, `/sign-in?problem=${problem}`]);
      expect(answer.body).toBe('');
      expect(browser.cookies.size).toBe(0);
      expect(stage.lines.join()).toContain(said.message);
      expect(stage.audit.refusals).toEqual([
        {
          ...{ actor: 'anonymous', actorName: 'anonymous', address: '192.0.2.7' },
          ...{ action: 'sign-in.refused', subject: null, outcome: 'refused' },
          details: new Map([
            ['reason', problem],
            ['by', 'provider'],
          ]),
        },
      ]);
    },
  );

  it('ACC-15 says unknown where a part of ours fails, and tells nobody how', async () => {
    const { stage, browser } = open();
    stage.provider.finish = () => Promise.reject(new Error('a detail'));
    const answer = await browser.signIn();
    expect(locationOf(answer)).toEqual([303, '/sign-in?problem=unknown']);
    expect(browser.cookies.has(FLOW_COOKIE)).toBe(false);
    expect(stage.lines.join()).toContain('a detail');
  });

  it.each([
    ['unavailable', failure('retry', 'timeout', 'no answer')],
    ['unknown', failure('fatal', 'discovery', 'the issuer is another')],
  ])('ACC-15 says %s where it cannot begin', async (problem, said) => {
    const { stage, browser } = open();
    stage.provider.begins = said;
    expect(locationOf(await browser.ask('GET /auth/sign-in'))).toEqual([303, `/sign-in?problem=${problem}`]);
    stage.provider.begin = () => Promise.reject(new Error('a detail'));
    expect(locationOf(await browser.ask('GET /auth/sign-in'))).toEqual([303, '/sign-in?problem=unknown']);
    expect(browser.cookies.size).toBe(0);
  });

  it('ACC-15 refuses an identity that is none, and says unavailable where nobody new can be kept', async () => {
    const { browser, stage } = open();
    stage.provider.finishes = ok(identity({ subject: '' }));
    expect(locationOf(await browser.signIn())).toEqual([303, '/sign-in?problem=refused']);
    const full = createStage({ maxPeople: 0 });
    expect(locationOf(await new Browser(full).signIn())).toEqual([303, '/sign-in?problem=unavailable']);
  });

  it('SEC-87 asks the provider for twenty browsers at a time at most, four of them behind one address', async () => {
    const { stage } = open();
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let people = 0;
    stage.provider.finish = async () => {
      people += 1;
      const somebody = identity({ subject: `somebody-${people}` });
      await answered;
      return ok(somebody);
    };
    const comeFrom = async (address: string) => {
      const browser = new Browser(stage);
      return locationOf(await browser.comeBack(await browser.begin(), { address }));
    };
    const LATER = [303, '/sign-in?problem=unavailable'];
    // An IPv6 client has as many addresses as it likes.
    const crowd = Array.from({ length: 4 }, (_, n) => comeFrom(`2001:db8:7:7::${n}`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await comeFrom('2001:db8:7:7:ffff::1')).toEqual(LATER);
    const others = Array.from({ length: 16 }, (_, n) => comeFrom(`192.0.2.${n}`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await comeFrom('192.0.2.99')).toEqual(LATER);
    answer();
    expect(await Promise.all([...crowd, ...others])).toEqual(Array.from({ length: 20 }, () => [303, '/']));
    const again = Array.from({ length: 4 }, () => comeFrom('2001:db8:7:7::1'));
    expect(await Promise.all(again)).toEqual(Array.from({ length: 4 }, () => [303, '/']));
  });

  it('ACC-15 tells no secret to the log or the audit log', async () => {
    const { stage, browser } = open();
    await browser.signIn();
    const cookie = browser.cookies.get(SESSION_COOKIE) ?? '';
    const token = await stage.links.issue();
    await browser.ask('POST /auth/once', { json: { token } });
    await browser.ask('POST /auth/sign-out');
    stage.provider.finishes = err(failure('fatal', 'x', 'refused'));
    await browser.signIn();
    const details = [...stage.audit.recorded, ...stage.audit.refusals].map((event) => [
      event,
      [...event.details],
    ]);
    const said = stage.lines.join() + JSON.stringify(details);
    const secrets = ['refresh-1', 'id-1', 'verifier-', 'nonce-', 'state-', token, ...cookie.split('.')];
    for (const secret of secrets) expect(said).not.toContain(secret);
  });
});
