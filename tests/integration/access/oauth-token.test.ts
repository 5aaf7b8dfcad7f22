/** `/oauth/token` over real HTTP: bodies, fields given twice, floods of guesses. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRaw, statusOf } from '../../support/http-stand';
import {
  administrator,
  askToken,
  basic,
  type Client,
  madeMachine,
  openMachines,
  post,
} from './machine-stand';

const GRANT = 'grant_type=client_credentials';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(options: Parameters<typeof openMachines>[0] = {}) {
  const stand = await openMachines(options);
  stops.push(stand.stop);
  const client = await madeMachine(await administrator(stand), ['kpis:read', 'alerts:read']);
  // The administrator came from this address too.
  stand.clock.advance(60_000);
  return { ...stand, client };
}

/** Status and error; a problem that is not OAuth's own has a code. */
async function refusal(answer: Promise<Response>) {
  const response = await answer;
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { error, code } = (await response.json()) as { error?: string; code?: string };
  return [response.status, error ?? code];
}

function inBody({ id, secret }: Client): string {
  return new URLSearchParams({ client_id: id, client_secret: secret }).toString();
}

describe('the body of a request for a token', () => {
  it('ACC-54 a client comes by Basic or in the body, and gets the same', async () => {
    const { url, client } = await open();
    const authorization = basic(client.id, client.secret);
    const answers = [
      await post(url, '/oauth/token', { form: GRANT, headers: { authorization } }),
      await post(url, '/oauth/token', { form: `${GRANT}&${inBody(client)}` }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('pragma')]).toEqual([
        200,
        'no-store',
        'no-cache',
      ]);
      expect(await answer.json()).toMatchObject({ token_type: 'Bearer', scope: 'kpis:read alerts:read' });
    }
  });

  it.each([
    'grant_type=client_credentials',
    'scope=kpis%3Aread',
    'scope=',
    'client_id=x',
    'client_secret=x',
    '__proto__=1',
  ])('ACC-55 a field that is given twice is refused, with one value or two: %s', async (field) => {
    const { url, client } = await open();
    const whole = [GRANT, 'scope=kpis%3Aread', inBody(client), '__proto__=1'].join('&');
    expect(await refusal(post(url, '/oauth/token', { form: `${whole}&${field}` }))).toEqual([
      400,
      'invalid_request',
    ]);
  });

  it('ACC-55 fields that are unknown are passed over, whatever they are called', async () => {
    const { url, client } = await open();
    const form = `${GRANT}&${inBody(client)}&__proto__=1&constructor=2&resource=x`;
    expect((await post(url, '/oauth/token', { form })).status).toBe(200);
  });

  it.each([
    ['JSON', { json: { grant_type: 'client_credentials' } }, 415],
    ['a form under no type', { form: GRANT, headers: { 'content-type': '' } }, 415],
    ['a compressed form', { form: GRANT, headers: { 'content-encoding': 'gzip' } }, 415],
    ['over 64 kB', { form: `${GRANT}&x=${'x'.repeat(70_000)}` }, 413],
    [
      'over 50 fields',
      { form: `${GRANT}&${Array.from({ length: 50 }, (_, i) => `f${i}=1`).join('&')}` },
      400,
    ],
    ['nothing', { form: '' }, 400],
  ])('ACC-55 a body of %s is refused', async (_, sent, status) => {
    const { url } = await open();
    expect(await refusal(post(url, '/oauth/token', sent))).toEqual([status, 'invalid_request']);
  });

  it('ACC-55 credentials in the address are none', async () => {
    const { url, client, lines } = await open();
    const path = `/oauth/token?${GRANT}&${inBody(client)}`;
    expect(await refusal(post(url, path, { form: '' }))).toEqual([400, 'invalid_request']);
    expect(await refusal(post(url, path, { form: GRANT }))).toEqual([401, 'invalid_client']);
    expect(await refusal(fetch(url + path))).toEqual([405, 'method.not-allowed']);
    expect(lines.join('\n')).not.toContain(client.secret);
  });

  it('ACC-55 of two Authorization headers the second one does nothing', async () => {
    const { port, client } = await open();
    const form = async (...authorizations: string[]) => {
      const headers = [
        ...['host', `127.0.0.1:${port}`, 'content-type', 'application/x-www-form-urlencoded'],
        ...['content-length', String(GRANT.length)],
        ...authorizations.flatMap((value) => ['authorization', value]),
      ];
      const asked = request({ port, method: 'POST', path: '/oauth/token', headers }).end(GRANT);
      // Of an answer to a request that is its only argument.
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    const [good, bad] = [basic(client.id, client.secret), basic(client.id, 'wrong')];
    expect(await form(good)).toBe(200);
    expect([await form(bad, good), await form(good, bad)]).toEqual([401, 200]);
  });

  it('ACC-55 a page elsewhere cannot ask for a token', async () => {
    const { url, client } = await open();
    const form = `${GRANT}&${inBody(client)}`;
    const headers = { origin: 'https://evil.test' };
    expect(await refusal(post(url, '/oauth/token', { form, headers }))).toEqual([403, 'origin.refused']);
  });
});

describe('guesses', () => {
  it('ACC-57 20 a minute from one address, then 429, also for the right secret', async () => {
    const { url, client, clock } = await open();
    const wrong = { ...client, secret: 'a guess' };
    for (let guess = 0; guess < 20; guess += 1) {
      const byBasic = askToken(url, wrong);
      expect(await refusal(byBasic), `guess ${guess}`).toEqual([401, 'invalid_client']);
    }
    const held = await askToken(url, client);
    expect([held.status, held.headers.get('retry-after')]).toEqual([429, '3']);
    clock.advance(3_000);
    expect((await askToken(url, client)).status).toBe(200);
    expect((await askToken(url, client)).status).toBe(429);
  });

  it('ACC-57 one address’s guesses are not another’s, and another way of coming gives no more of them', async () => {
    const { url, client } = await open({ trustedProxies: ['127.0.0.1'] });
    const guess = (address: string, form: string, headers: Record<string, string> = {}) =>
      post(url, '/oauth/token', { form, headers: { 'x-forwarded-for': address, ...headers } });
    const wrong = basic(client.id, 'a guess');
    for (let count = 0; count < 10; count += 1) {
      await guess('198.51.100.1', `${GRANT}&client_id=${client.id}&client_secret=a`);
      await guess('198.51.100.1', GRANT, { authorization: wrong });
    }
    expect((await guess('198.51.100.1', `${GRANT}&${inBody(client)}`)).status).toBe(429);
    expect((await guess('198.51.100.1', GRANT, { authorization: 'Bearer x' })).status).toBe(429);
    expect((await guess('198.51.100.2', `${GRANT}&${inBody(client)}`)).status).toBe(200);
  });

  it('ACC-57 60 bad tokens a minute from one address, and none of them holds up a good one', async () => {
    const { url, client } = await open();
    const answer = (await (await askToken(url, client)).json()) as { access_token: string };
    const bearer = (token: string) =>
      fetch(`${url}/api/v1/kpis`, { headers: { authorization: `Bearer ${token}` } });
    const cut = answer.access_token.slice(0, -8);
    const statuses: number[] = [];
    for (let guess = 0; guess < 62; guess += 1)
      statuses.push((await bearer(`${cut}${10_000_000 + guess}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 401), 429, 429]);
    expect((await bearer(answer.access_token)).status).toBe(200);
  });

  it('ACC-51 tokens of 10 kB and of 100 kB are refused, and the next request is served', async () => {
    const { url, port } = await open();
    const raw = (length: number) =>
      sendRaw(
        port,
        'GET /api/v1/kpis HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        `authorization: Bearer ${'x'.repeat(length)}`,
      );
    expect(statusOf(await raw(10_000))).toBe(401);
    expect(statusOf(await raw(100_000))).toBe(431);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('ACC-56 failures are noted in the audit log with the address, not with what was guessed', async () => {
    const { url, client, audit } = await open();
    await askToken(url, { ...client, secret: 'a guess' });
    await askToken(url, { ...client, id: 'made-up' });
    const noted = audit.refusals.map(({ action, subject, address }) => [action, subject, address]);
    expect(noted).toEqual([
      ['token.refused', `machine:${client.id}`, '127.0.0.1'],
      ['token.refused', null, '127.0.0.1'],
    ]);
    const text = JSON.stringify(audit.refusals.map((event) => [event, ...event.details]));
    expect(text).not.toContain('guess');
    expect(text).not.toContain('made-up');
  });
});
