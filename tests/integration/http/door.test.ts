/** The door in front of REST: credentials, limits, bodies, and what of it is noted. Real HTTP. */
import { afterEach, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import type { HttpHandlerOptions } from '../../../server/http/http-handler';
import { FakeClock } from '../../support/fake-clock';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { openHttp } from '../../support/http-stand';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(more: Partial<HttpHandlerOptions> = {}) {
  const stand = await openHttp(more);
  stops.push(stand.stop);
  return stand;
}

const COOKIE = `${SESSION_COOKIE}=secret.mac`;
/** Knows a supervisor, a display, two machines. */
function guarded(): FakeGate {
  const gate = new FakeGate();
  gate.know(COOKIE, PERSON(['supervisor']));
  gate.know('Bearer kpis', MACHINE(['kpis:read']));
  gate.know('Bearer metrics', MACHINE(['metrics:read']));
  gate.know('Bearer screen', SCREEN('main'));
  return gate;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('who asks', () => {
  it('SEC-8 tells nobody, somebody who may not, and a token that is none apart', async () => {
    const { url } = await open({ gate: guarded() });
    const ask = (headers: Record<string, string>) => fetch(`${url}/api/v1/kpis`, { headers });
    const nobody = await ask({});
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await nobody.json()).toMatchObject({ code: 'unauthenticated' });
    const browser = await ask({ 'sec-fetch-site': 'same-origin' });
    expect([browser.status, browser.headers.get('www-authenticate')]).toEqual([401, null]);
    const bad = await ask(bearer('wrong'));
    expect([bad.status, bad.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    const screen = await ask(bearer('screen'));
    expect([screen.status, screen.headers.get('www-authenticate')]).toEqual([403, null]);
    expect(await screen.json()).toMatchObject({ code: 'forbidden' });
  });

  it('SEC-8 notes what was refused, but not a browser that has no session yet; no secret is in it', async () => {
    const { url, audit } = await open({ gate: guarded() });
    await fetch(`${url}/api/v1/kpis`);
    await fetch(`${url}/api/v1/kpis`, { headers: { cookie: `${SESSION_COOKIE}=expired.mac` } });
    expect(audit.refusals).toEqual([]);
    await fetch(`${url}/api/v1/kpis`, { headers: bearer('canary-token') });
    await fetch(`${url}/api/v1/kpis`, { headers: bearer('screen') });
    await fetch(`${url}/api/v1/kpis`, { method: 'POST' });
    await fetch(`${url}/metrics`, { headers: { cookie: COOKIE } });
    const noted = audit.refusals.map(({ actor, subject, details }) => [
      actor,
      subject,
      details.get('reason'),
    ]);
    expect(noted).toEqual([
      ['anonymous', 'route:GET /api/v1/kpis', 'unauthenticated'],
      ['screen:s1', 'route:GET /api/v1/kpis', 'forbidden'],
      ['anonymous', 'route:POST /api/v1/kpis', 'unauthenticated'],
      ['person:p1', 'route:GET /metrics', 'forbidden'],
    ]);
    const text = JSON.stringify(audit.refusals.map((event) => [event, ...event.details]));
    expect(text).not.toContain('canary-token');
    expect(text).not.toContain('secret.mac');
  });

  it('SEC-8 who cannot be told apart because the gate fails is let in nowhere', async () => {
    const gate = guarded();
    gate.hold = Promise.reject(new Error('the store is gone'));
    gate.hold.catch(() => {});
    const { url } = await open({ gate });
    const answer = await fetch(`${url}/api/v1/kpis`, { headers: bearer('kpis') });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('store');
  });
});

describe('limits', () => {
  /** How many of `tries` requests are answered otherwise than 429. */
  async function passing(tries: number, ask: () => Promise<Response>): Promise<number> {
    let count = 0;
    for (let i = 0; i < tries; i += 1) {
      const answer = await ask();
      await answer.text();
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      else count += 1;
    }
    return count;
  }

  it('SEC-10 counts the known each by himself, nobody by address, and lets both in again', async () => {
    const clock = new FakeClock();
    const { url } = await open({ gate: guarded(), clock });
    const ask = (headers: Record<string, string>) => () => fetch(`${url}/api/v1/boards`, { headers });
    expect(await passing(302, ask({}))).toBe(300);
    expect(await passing(602, ask(bearer('kpis')))).toBe(600);
    expect(await passing(3, ask({ cookie: COOKIE }))).toBe(3);
    clock.advance(1_000);
    expect(await passing(20, ask({}))).toBe(5);
  });

  it('SEC-10 what makes or guesses secrets is rarer', async () => {
    const { url } = await open({
      gate: guarded(),
      routes: [
        {
          method: 'POST',
          path: '/oauth/token',
          pace: 'heavy',
          answer: ({ response }) => void response.end(),
        },
      ],
    });
    expect(await passing(30, () => fetch(`${url}/oauth/token`, { method: 'POST' }))).toBe(20);
  });

  it('SEC-10 bad tokens are refused for a while, good ones behind the same address are not', async () => {
    const { url } = await open({ gate: guarded() });
    let guess = 0;
    const bad = () => fetch(`${url}/api/v1/boards`, { headers: bearer(`guess-${guess++}`) });
    expect(await passing(70, bad)).toBe(60);
    expect((await fetch(`${url}/api/v1/boards`, { headers: bearer('kpis') })).status).toBe(200);
  });

  it('SEC-10 probes are not held up by what others ask', async () => {
    const { url } = await open({ gate: guarded() });
    await passing(302, () => fetch(`${url}/api/v1/boards`));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('SEC-10 clients behind a proxy that is trusted are counted apart', async () => {
    const { url } = await open({ gate: guarded(), trustedProxies: ['127.0.0.1'] });
    const from = (address: string) => () =>
      fetch(`${url}/api/v1/boards`, { headers: { 'x-forwarded-for': `6.6.6.6, ${address}` } });
    expect(await passing(302, from('198.51.100.1'))).toBe(300);
    expect(await passing(3, from('198.51.100.2'))).toBe(3);
  });
});

describe('forms', () => {
  const FORM = 'application/x-www-form-urlencoded';

  it.each([
    ['fields', 'a=1&b=%C3%A9+x', FORM, 200, '[["a","1"],["b","é x"]]'],
    ['the name of an object’s own', '__proto__=1', FORM, 200, '[["__proto__","1"]]'],
    ['a field twice', 'scope=a&scope=b', FORM, 400, 'body.ambiguous'],
    [
      'too many fields',
      Array.from({ length: 51 }, (_, i) => `f${i}=1`).join('&'),
      FORM,
      400,
      'body.malformed',
    ],
    ['JSON', '{}', 'application/json', 415, 'body.type'],
    ['too much', `a=${'x'.repeat(70_000)}`, FORM, 413, 'body.large'],
  ])('API-12 a form with %s', async (_, body, type, status, text) => {
    const { url } = await open({
      routes: [
        {
          ...{ method: 'POST', path: '/oauth/token' },
          async answer({ response, form }) {
            const fields = await form();
            if (!fields.ok) response.statusCode = fields.error.status;
            response.end(fields.ok ? JSON.stringify([...fields.value]) : fields.error.code);
          },
        },
      ],
    });
    const answer = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });
});
