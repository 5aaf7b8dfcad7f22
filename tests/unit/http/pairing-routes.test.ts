import { describe, expect, it } from 'vitest';
import { pairingStateSchema } from '../../../lib/contracts/access';
import { apiErrorSchema } from '../../../lib/contracts/api';
import { PAIRING_COOKIE, SCREEN_COOKIE } from '../../../server/access/cookies';
import { rowOf } from '../../../server/access/decide';
import { hashOf } from '../../../server/access/secret-hash';
import { pairingRoutes } from '../../../server/http/pairing-routes';
import { answerOf, type FakeAnswer, type FakeRequest } from '../../support/fake-exchange';
import { BY, createScreenStage, pairedScreen, place, type ScreenStageOptions } from '../access/screens-stage';

const BEGIN = 'POST /api/v1/pairing';
const LOOK = 'GET /api/v1/pairing';
const YEARS = 400 * 24 * 3_600;

function prepared(options: ScreenStageOptions = {}) {
  const stage = createScreenStage(options);
  const routes = pairingRoutes(stage);
  return {
    ...stage,
    stage,
    routes,
    ask: (target: string, asked: FakeRequest = {}) => answerOf(routes, target, asked),
  };
}

/** The value of the one cookie that an answer sets, which has to be of this name and life. */
function cookieOf({ setCookies }: FakeAnswer, name: string, maxAgeS: number): string {
  expect(setCookies).toHaveLength(1);
  const [set = ''] = setCookies;
  const value = set.slice(name.length + 1, set.indexOf(';'));
  expect(set).toBe(`${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}`);
  return value;
}

/** A television that has just asked for a code. */
async function television({ ask }: ReturnType<typeof prepared>, asked: FakeRequest = {}) {
  const answer = await ask(BEGIN, asked);
  const state = pairingStateSchema.parse(answer.json());
  if (state.state !== 'waiting') throw new Error(state.state);
  const claim = cookieOf(answer, PAIRING_COOKIE, 240);
  return { ...state, claim, as: { headers: { cookie: `${PAIRING_COOKIE}=${claim}` } } };
}

async function principalOf({ screens }: ReturnType<typeof prepared>, token: string) {
  return { screen: await screens.find(token) };
}

describe('a television that asks for a code', () => {
  it('ACC-66 gets one, and its claim in a cookie that no script reads; the body has no more', async () => {
    const all = prepared();
    const answer = await all.ask(BEGIN);
    expect(answer.status).toBe(201);
    const claim = cookieOf(answer, PAIRING_COOKIE, 240);
    expect(claim).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(answer.json()).toEqual({
      ...{ state: 'waiting', code: expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/) },
      ...{ serverTime: all.clock.now(), expiresAt: all.clock.now() + 120_000 },
    });
    expect(PAIRING_COOKIE).toMatch(/^__Host-/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('ACC-66 keeps the code that it has, where it is loaded anew', async () => {
    const all = prepared();
    const tv = await television(all);
    all.clock.advance(30_000);
    const again = await all.ask(BEGIN, tv.as);
    expect([again.status, again.setCookies]).toEqual([200, []]);
    expect(again.json()).toEqual({
      ...{ state: 'waiting', code: tv.code, expiresAt: tv.expiresAt },
      serverTime: all.clock.now(),
    });
    expect((await all.ask(LOOK, tv.as)).body).toBe(again.body);
    all.clock.advance(90_000);
    expect((await all.ask(LOOK, tv.as)).json()).toEqual({ state: 'expired' });
    expect((await television(all, tv.as)).code).not.toBe(tv.code);
  });

  it.each([
    ['no cookie', () => ({})],
    ['the hash of a claim', (claim: string) => ({ cookie: `${PAIRING_COOKIE}=${hashOf(claim)}` })],
    ['the code', (_: string, code: string) => ({ cookie: `${PAIRING_COOKIE}=${code}` })],
    ['__proto__', () => ({ cookie: `${PAIRING_COOKIE}=__proto__` })],
    [
      'a claim twice',
      (claim: string) => ({ cookie: `${PAIRING_COOKIE}=${claim}; ${PAIRING_COOKIE}=${claim}` }),
    ],
    ['a claim under another name', (claim: string) => ({ cookie: `pairing=${claim}` })],
  ])('ACC-66 is told nothing of a code with %s', async (_, headersOf) => {
    const all = prepared();
    const { claim, code } = await television(all);
    const answer = await all.ask(LOOK, { headers: headersOf(claim, code) });
    expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { state: 'expired' }, []]);
  });

  it('ACC-64 is told to come later where there are as many as there may be', async () => {
    const all = prepared({ maxOffers: 10 });
    const from = (address: string) => all.ask(BEGIN, { address });
    // An IPv6 client has a network of 64 bits to choose from.
    const statuses = [];
    for (const host of ['1', '2', 'ffff:1']) statuses.push((await from(`2001:db8:0:1::${host}`)).status);
    expect(statuses).toEqual([201, 201, 503]);
    const full = await from('2001:db8:0:1::1');
    expect(apiErrorSchema.parse(full.json()).code).toBe('pairing.full');
    expect([full.headers.get('retry-after'), full.setCookies]).toEqual(['30', []]);
    for (const house of ['2', '3', '4', '5']) {
      for (const host of ['1', '2']) expect((await from(`2001:db8:0:${house}::${host}`)).status).toBe(201);
    }
    expect((await from('192.0.2.1')).status).toBe(503);
  });
});

describe('a television whose code was entered', () => {
  it('ACC-67 gets its token in a cookie, again until it has shown it', async () => {
    const all = prepared();
    const tv = await television(all);
    expect((await all.pairing.enter(tv.code, place(), BY)).ok).toBe(true);
    const [screen] = await all.screens.list();
    const path = `/screen/main?screen=${screen?.id}&diagonal=55&distance=8`;
    const first = await all.ask(LOOK, tv.as);
    const token = cookieOf(first, SCREEN_COOKIE, YEARS);
    expect(first.json()).toEqual({ state: 'paired', path });
    expect(first.body).not.toContain(token.split('.')[1]);
    // The answer was lost, and it asks by either.
    expect(cookieOf(await all.ask(LOOK, tv.as), SCREEN_COOKIE, YEARS)).toBe(token);
    expect(cookieOf(await all.ask(BEGIN, tv.as), SCREEN_COOKIE, YEARS)).toBe(token);
    const { screen: shown } = await principalOf(all, token);
    expect(shown).toMatchObject({ screenId: screen?.id });
    // With its claim only, as a thief of that would.
    const late = await all.ask(LOOK, tv.as);
    expect([late.json(), late.setCookies]).toEqual([{ state: 'expired' }, []]);
  });

  it('ACC-77 is led to its board whenever it asks, as after a power cut, and gets no code', async () => {
    const all = prepared();
    const { id, token } = await pairedScreen(all);
    const asked = await principalOf(all, token);
    for (const target of [BEGIN, LOOK]) {
      const answer = await all.ask(target, asked);
      expect([answer.status, answer.setCookies]).toEqual([200, []]);
      expect(answer.json()).toEqual({
        state: 'paired',
        path: `/screen/main?screen=${id}&diagonal=55&distance=8`,
      });
    }
    await all.screens.change(id, { boardId: 'second', diagonalInches: 40 }, BY);
    expect((await all.ask(BEGIN, asked)).json()).toEqual({
      ...{ state: 'paired', path: `/screen/second?screen=${id}&diagonal=40&distance=8` },
    });
  });

  it('ACC-77 asks for a code anew once it was revoked', async () => {
    const all = prepared();
    const { id, token } = await pairedScreen(all);
    const asked = await principalOf(all, token);
    await all.screens.revoke(id, BY);
    expect((await all.ask(LOOK, asked)).json()).toEqual({ state: 'expired' });
    await television(all, asked);
  });
});

describe('the routes of pairing', () => {
  it('ACC-66 have their rows, and asking for a code is paced', () => {
    const { routes } = prepared();
    expect(routes.map(({ method, path, pace }) => [`${method} ${path}`, pace])).toEqual([
      [BEGIN, 'heavy'],
      [LOOK, undefined],
    ]);
    for (const { method, path } of routes) expect(rowOf(`${method} ${path}`)).toMatchObject({ anyone: true });
  });
});
