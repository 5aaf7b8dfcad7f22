/** People of a real OpenID Connect provider: from the button and back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLBACK,
  configFor,
  type OidcStand,
  openOidcStand,
  PUBLIC_CLIENT_ID,
} from '../../support/oidc-stand';
import { ADA, type Back, comeBack, providerOf, signIn } from './oidc-stage';

let stand: OidcStand;
beforeAll(async () => {
  stand = await openOidcStand();
});
afterAll(() => stand.stop());

describe('sign-in', () => {
  it.each([
    ['with a secret', {}],
    ['without one', { clientId: PUBLIC_CLIENT_ID, clientSecret: null }],
  ])('ACC-20 a person signs in through a client %s', async (_, client) => {
    const identity = await signIn(providerOf(stand, client), stand.browser());
    expect(identity).toEqual({
      ...ADA,
      issuer: stand.issuer,
      refreshToken: expect.any(String),
      idToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresInS: 600,
    });
  });

  it('ACC-20 the browser is sent with state, nonce and a challenge, never with a secret or the verifier', async () => {
    const begun = await providerOf(stand, { extraScopes: ['groups', 'offline_access'] }).begin('/boards');
    if (!begun.ok) throw new Error(begun.error.message);
    const { location, flow } = begun.value;
    const address = new URL(location);
    expect(address.origin).toBe(stand.issuer);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: configFor('').clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid profile email groups offline_access',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(location).not.toContain(flow.codeVerifier);
    expect(flow.next).toBe('/boards');
  });

  it('ACC-20 state, nonce and verifier are others each time, with 256 bits each', async () => {
    const provider = providerOf(stand);
    const secrets = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const begun = await provider.begin('/');
      if (!begun.ok) throw new Error(begun.error.message);
      const { state, nonce, codeVerifier } = begun.value.flow;
      for (const secret of [state, nonce, codeVerifier]) secrets.add(secret);
    }
    expect(secrets.size).toBe(9);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  it('ACC-20 the answer counts at our own address, whatever a proxy made of it', async () => {
    const provider = providerOf(stand);
    const { returned, flow } = await comeBack(provider, stand.browser());
    const inside = new URL(`http://10.0.0.1:3000/behind/a/proxy${returned.search}`);
    expect(await provider.finish(inside, flow)).toMatchObject({ ok: true, value: ADA });
  });

  it('ACC-20 who says no comes back with nobody', async () => {
    const provider = providerOf(stand);
    const begun = await provider.begin('/');
    if (!begun.ok) throw new Error(begun.error.message);
    const { flow } = begun.value;
    const answer = { error: 'access_denied', state: flow.state, iss: stand.issuer };
    const returned = new URL(`${CALLBACK}?${new URLSearchParams(answer)}`);
    const finished = await provider.finish(returned, flow);
    expect(finished).toMatchObject({ ok: false, error: { kind: 'fatal', code: 'access_denied' } });
  });

  it('ACC-24 groups that are not in the ID token are asked of the userinfo endpoint', async () => {
    const other = await openOidcStand('userinfo');
    try {
      const provider = providerOf(other);
      const { returned, flow } = await comeBack(provider, other.browser());
      expect(await provider.finish(returned, flow)).toMatchObject({ ok: true, value: ADA });
    } finally {
      await other.stop();
    }
  });

  it('ACC-24 a person without groups has none', async () => {
    expect((await signIn(providerOf(stand), stand.browser(), 'grace')).roleNames).toEqual([]);
  });
});

describe('tampering on the way back', () => {
  it.each([
    ['tampered state', (back: Back) => changed(back, 'state', 'x'.repeat(43))],
    ['no state', (back: Back) => changed(back, 'state', null)],
    ['two states', (back: Back) => ({ ...back, returned: new URL(`${back.returned.href}&state=x`) })],
    ['tampered nonce', (back: Back) => ({ ...back, flow: { ...back.flow, nonce: 'y'.repeat(43) } })],
    ['no nonce', (back: Back) => ({ ...back, flow: { ...back.flow, nonce: '' } })],
    [
      'wrong PKCE verifier',
      (back: Back) => ({ ...back, flow: { ...back.flow, codeVerifier: 'z'.repeat(43) } }),
    ],
    ['no PKCE verifier', (back: Back) => ({ ...back, flow: { ...back.flow, codeVerifier: '' } })],
    ['another code', (back: Back) => changed(back, 'code', 'made-up')],
    ['no code', (back: Back) => changed(back, 'code', null)],
    ['another issuer', (back: Back) => changed(back, 'iss', 'https://evil.example')],
    ['no issuer', (back: Back) => changed(back, 'iss', null)],
    ['a token in the address', (back: Back) => changed(back, 'id_token', 'a.b.c')],
  ])('ACC-21 %s lets nobody in', async (_, tamper) => {
    const provider = providerOf(stand);
    const { returned, flow } = tamper(await comeBack(provider, stand.browser()));
    expect(await provider.finish(returned, flow)).toMatchObject({ ok: false, error: { kind: 'fatal' } });
  });

  it('ACC-21 a code replayed lets nobody in, and what it brought before is worth nothing any more', async () => {
    const provider = providerOf(stand);
    const { returned, flow } = await comeBack(provider, stand.browser());
    const first = await provider.finish(returned, flow);
    expect(await provider.finish(returned, flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
    if (!first.ok) throw new Error(first.error.message);
    expect(await provider.refresh(first.value.refreshToken ?? '', 'ada')).toMatchObject({ ok: false });
  });

  it('ACC-21 the code of one sign-in does not finish another', async () => {
    const provider = providerOf(stand);
    const [one, other] = [
      await comeBack(provider, stand.browser()),
      await comeBack(provider, stand.browser(), 'grace'),
    ];
    const mixed = changed(one, 'code', other.returned.searchParams.get('code'));
    expect(await provider.finish(mixed.returned, mixed.flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });

  it('ACC-21 a wrong client secret lets nobody in, and says so', async () => {
    const provider = providerOf(stand, { clientSecret: 'not-the-one' });
    const { returned, flow } = await comeBack(provider, stand.browser());
    expect(await provider.finish(returned, flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_client' },
    });
  });
});

function changed(back: Back, name: string, value: string | null): Back {
  const returned = new URL(back.returned);
  if (value === null) returned.searchParams.delete(name);
  else returned.searchParams.set(name, value);
  return { ...back, returned };
}
