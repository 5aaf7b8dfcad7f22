import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../../server/simulator/platform/organisation';
import { type Answer, type SimStage, setSimStage } from './sim-stage';

const CALLBACK = 'http://127.0.0.1:4000/auth/callback';
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-long';
const BASIC = `Basic ${btoa('floorcast-sign-in:floorcast-sign-in-secret')}`;
const SAM = idOf('Sam Ortiz');

function idOf(name: string): string {
  const person = PEOPLE.find((one) => one.name.startsWith(name));
  if (person === undefined) throw new Error(`nobody is called ${name}`);
  return person.id;
}

describe('signing people in', () => {
  let stage: SimStage;
  beforeEach(async () => {
    stage = await setSimStage();
  });
  afterEach(() => stage.stop());

  function parameters(more: Record<string, string> = {}): Record<string, string> {
    return {
      ...{ client_id: 'floorcast-sign-in', redirect_uri: CALLBACK, response_type: 'code', state: 'a b&c' },
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    };
  }
  async function browse(path: string, query: Record<string, string>) {
    const address = `${stage.simulator.url}${path}?${new URLSearchParams(query)}`;
    const response = await fetch(address, { redirect: 'manual' });
    const text = await response.text();
    return {
      ...{ status: response.status, text, headers: response.headers },
      location: response.headers.get('location'),
    };
  }
  async function codeFor(userId: string, more: Record<string, string> = {}): Promise<string> {
    const { location } = await browse('/oauth/authorize', parameters({ as: userId, ...more }));
    return new URL(location ?? 'none:').searchParams.get('code') ?? '';
  }
  async function tokens(form: Record<string, string>, authorization: string | null = BASIC) {
    const response = await fetch(`${stage.simulator.url}/oauth/token`, {
      method: 'POST',
      headers: authorization === null ? {} : { authorization },
      body: new URLSearchParams(form),
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body };
  }
  const redemption = (code: string) => ({
    ...{ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER },
  });
  async function signIn(userId = SAM): Promise<{ token: string; refreshToken: string }> {
    const { status, body } = await tokens(redemption(await codeFor(userId)));
    expect(status).toBe(200);
    return { token: String(body.access_token), refreshToken: String(body.refresh_token) };
  }
  const refresh = (token: string) => tokens({ grant_type: 'refresh_token', refresh_token: token });
  const whoIs = (token: string): Promise<Answer> =>
    stage.call('GET', '/api/v2/users/me?expand=authorization', { token });

  it('SIM-30 the page lists everybody with his roles, as text, and runs no script', async () => {
    const { status, text, headers } = await browse('/oauth/authorize', parameters());
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('>Tove Lind</a> <small>Supervisor, Senior Technician</small>');
    expect(text).toContain('>Kit Moreau</a> <small>no role</small>');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;');
    expect(text).not.toContain('<script');
    expect(text.match(/<li>/g)).toHaveLength(PEOPLE.length);
  });

  it('SIM-30 choosing somebody goes back with a code, cancelling with a refusal, both with the state', async () => {
    const { text } = await browse('/oauth/authorize', parameters());
    const hrefs = [...text.matchAll(/href="([^"]+)"/g)].map((match) =>
      (match[1] ?? '').replaceAll('&amp;', '&'),
    );
    const backs = [];
    for (const href of [hrefs[0] ?? '', hrefs.at(-1) ?? '']) {
      const url = new URL(href, stage.simulator.url);
      const { location } = await browse(url.pathname, Object.fromEntries(url.searchParams));
      backs.push(new URL(location ?? 'none:'));
    }
    expect(backs.map((back) => [back.origin + back.pathname, back.searchParams.get('state')])).toEqual([
      [CALLBACK, 'a b&c'],
      [CALLBACK, 'a b&c'],
    ]);
    expect(backs.map((back) => [back.searchParams.has('code'), back.searchParams.get('error')])).toEqual([
      [true, null],
      [false, 'access_denied'],
    ]);
  });

  it.each([
    ['a client that is not known', { client_id: '__proto__' }],
    ['a redirect to elsewhere', { redirect_uri: 'https://evil.example/' }],
    ['a redirect that is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['a public client without PKCE', { client_id: 'floorcast-sign-in-public', code_challenge: '' }],
    ['PKCE that hides nothing', { code_challenge_method: 'plain' }],
    ['a person who is none', { as: '__proto__' }],
  ])('SIM-30 %s is refused without sending the browser anywhere', async (_, more) => {
    const all = parameters({ as: SAM, ...more });
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const { status, location } = await browse('/oauth/authorize', given);
    expect([status, location]).toEqual([400, null]);
  });

  it('SIM-30 signing out goes back to this machine only', async () => {
    const to = (redirect_uri: string) => browse('/logout', { client_id: 'floorcast-sign-in', redirect_uri });
    expect(await to('http://localhost:4000/sign-in')).toMatchObject({
      status: 302,
      location: 'http://localhost:4000/sign-in',
    });
    expect(await to('https://evil.example/')).toMatchObject({ status: 400, location: null });
    expect((await browse('/logout', {})).status).toBe(200);
  });

  it('SIM-31 a code is good once', async () => {
    const code = await codeFor(SAM);
    expect((await tokens(redemption(code))).status).toBe(200);
    expect(await tokens(redemption(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['the wrong verifier', { code_verifier: 'w'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect', { redirect_uri: 'http://127.0.0.1:4000/other' }],
  ])('SIM-31 a code is not good with %s, and then no more', async (_, wrong) => {
    const code = await codeFor(SAM);
    const form = Object.entries({ ...redemption(code), ...wrong }).filter(([, value]) => value !== '');
    expect(await tokens(Object.fromEntries(form))).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(await tokens(redemption(code))).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('SIM-31 a code is not good for another client, nor after five minutes', async () => {
    const code = await codeFor(SAM);
    const asPublic = { ...redemption(code), client_id: 'floorcast-sign-in-public' };
    expect(await tokens(asPublic, null)).toMatchObject({ body: { error: 'invalid_grant' } });
    const late = await codeFor(SAM);
    stage.clock.advance(5 * 60_000);
    expect(await tokens(redemption(late))).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it.each([
    ['a wrong secret', `Basic ${btoa('floorcast-sign-in:wrong')}`],
    ['no secret', null],
  ])('SIM-31 a client with %s is refused', async (_, authorization) => {
    const form = { ...redemption(await codeFor(SAM)), client_id: 'floorcast-sign-in' };
    expect(await tokens(form, authorization)).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    });
  });

  it('SIM-31 refresh tokens rotate: each is good once', async () => {
    const { refreshToken } = await signIn();
    const next = await refresh(refreshToken);
    expect(next.status).toBe(200);
    expect(await refresh(refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });
    expect((await refresh(String(next.body.refresh_token))).status).toBe(200);
  });

  it('SIM-31 a refresh token is not good for another client', async () => {
    const { refreshToken } = await signIn();
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const asPublic = { ...form, client_id: 'floorcast-sign-in-public' };
    expect(await tokens(asPublic, null)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('SIM-31 a token tells who holds it', async () => {
    const { token } = await signIn();
    expect((await whoIs(token)).body).toMatchObject({
      id: SAM,
      state: 'active',
      authorization: { roles: [{ name: 'Supervisor' }] },
    });
  });

  it('SIM-32 whoever is disabled gets nothing any more, until the fault is cleared', async () => {
    const { token, refreshToken } = await signIn();
    const { id } = stage.simulator.faults.inject({ kind: 'userDisabled', userId: SAM });
    expect((await whoIs(token)).status).toBe(401);
    expect(await tokens(redemption(await codeFor(SAM)))).toMatchObject({ body: { error: 'invalid_grant' } });
    expect((await signIn(idOf('Ada'))).token).not.toBe('');
    stage.simulator.faults.clear(id);
    expect((await whoIs(token)).status).toBe(200);
    stage.simulator.faults.inject({ kind: 'userDisabled', userId: SAM });
    expect(await refresh(refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('SIM-32 who leaves by his name signs in, and is refused at the first refresh', async () => {
    const { token, refreshToken } = await signIn(idOf('Lou'));
    expect((await whoIs(token)).status).toBe(200);
    expect(await refresh(refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
