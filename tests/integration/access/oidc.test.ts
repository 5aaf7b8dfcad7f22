/** People of a real OpenID Connect provider, from the button to signing out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OidcConfig } from '../../../server/access/access-config';
import type {
  IdentityProvider,
  ProvidedIdentity,
  SignInFlow,
} from '../../../server/access/identity-provider';
import { createOidcProvider } from '../../../server/access/oidc-provider';
import { silentLog } from '../../../server/runtime/log';
import {
  AFTERWARDS,
  CALLBACK,
  configFor,
  type OidcStand,
  openOidcStand,
  PUBLIC_CLIENT_ID,
  type StandBrowser,
} from '../../support/oidc-stand';

const ADA = {
  subject: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  roleNames: ['Team Leads', 'Floor 2'],
};

let stand: OidcStand;
beforeAll(async () => {
  stand = await openOidcStand();
});
afterAll(() => stand.stop());

function providerWith(more: Partial<OidcConfig> = {}): IdentityProvider {
  return createOidcProvider({
    config: configFor(stand.issuer, more),
    callbackUrl: () => CALLBACK,
    log: silentLog,
  });
}

interface Back {
  readonly returned: URL;
  readonly flow: SignInFlow;
}

async function comeBack(
  provider: IdentityProvider,
  { person = 'ada', browser = stand.browser() }: { person?: string; browser?: StandBrowser } = {},
): Promise<Back> {
  const begun = await provider.begin('/boards');
  if (!begun.ok) throw new Error(begun.error.message);
  return { returned: await browser.signIn(begun.value.location, person), flow: begun.value.flow };
}

async function signIn(provider: IdentityProvider, person = 'ada'): Promise<ProvidedIdentity> {
  const { returned, flow } = await comeBack(provider, { person });
  const finished = await provider.finish(returned, flow);
  if (!finished.ok) throw new Error(`${finished.error.code}: ${finished.error.message}`);
  return finished.value;
}

function refreshTokenOf(identity: ProvidedIdentity): string {
  if (identity.refreshToken === null) throw new Error('no refresh token');
  return identity.refreshToken;
}

describe('sign-in', () => {
  it.each([
    ['with a secret', {}],
    ['without one', { clientId: PUBLIC_CLIENT_ID, clientSecret: null }],
  ])('ACC-20 a person signs in through a client %s', async (_, client) => {
    const identity = await signIn(providerWith(client));
    expect(identity).toEqual({
      ...ADA,
      issuer: stand.issuer,
      refreshToken: expect.any(String),
      idToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresInS: 600,
    });
  });

  it('ACC-20 the browser is sent with state, nonce and a challenge, never with a secret or the verifier', async () => {
    const begun = await providerWith({ extraScopes: ['groups', 'offline_access'] }).begin('/boards');
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
    const provider = providerWith();
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

  it('ACC-20 who says no comes back with nobody', async () => {
    const provider = providerWith();
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
      const provider = createOidcProvider({
        config: other.config,
        callbackUrl: () => CALLBACK,
        log: silentLog,
      });
      const { returned, flow } = await comeBack(provider, { browser: other.browser() });
      expect(await provider.finish(returned, flow)).toMatchObject({ ok: true, value: ADA });
    } finally {
      await other.stop();
    }
  });

  it('ACC-24 a person without groups has none', async () => {
    expect((await signIn(providerWith(), 'grace')).roleNames).toEqual([]);
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
    const provider = providerWith();
    const { returned, flow } = tamper(await comeBack(provider));
    expect(await provider.finish(returned, flow)).toMatchObject({ ok: false, error: { kind: 'fatal' } });
  });

  it('ACC-21 a code replayed lets nobody in, and what it brought before is worth nothing any more', async () => {
    const provider = providerWith();
    const { returned, flow } = await comeBack(provider);
    const first = await provider.finish(returned, flow);
    expect(await provider.finish(returned, flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
    if (!first.ok) throw new Error(first.error.message);
    expect(await provider.refresh(refreshTokenOf(first.value), 'ada')).toMatchObject({ ok: false });
  });

  it('ACC-21 the code of one sign-in does not finish another', async () => {
    const provider = providerWith();
    const [one, other] = [await comeBack(provider), await comeBack(provider, { person: 'grace' })];
    const mixed = changed(one, 'code', other.returned.searchParams.get('code'));
    expect(await provider.finish(mixed.returned, mixed.flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });

  it('ACC-21 a wrong client secret lets nobody in, and says so', async () => {
    const provider = providerWith({ clientSecret: 'not-the-one' });
    const { returned, flow } = await comeBack(provider);
    expect(await provider.finish(returned, flow)).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_client' },
    });
  });
});

describe('refresh', () => {
  it('ACC-25 the same person comes again with a new refresh token, and the one before is used up', async () => {
    const provider = providerWith();
    const first = await signIn(provider);
    const second = await provider.refresh(refreshTokenOf(first), 'ada');
    if (!second.ok) throw new Error(second.error.message);
    expect(second.value).toMatchObject({ ...ADA, issuer: stand.issuer, expiresInS: 600 });
    expect(second.value.refreshToken).not.toBe(first.refreshToken);
    expect(await provider.refresh(refreshTokenOf(first), 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });

  it('ACC-25 a public client refreshes too', async () => {
    const provider = providerWith({ clientId: PUBLIC_CLIENT_ID, clientSecret: null });
    const identity = await signIn(provider);
    expect(await provider.refresh(refreshTokenOf(identity), 'ada')).toMatchObject({ ok: true, value: ADA });
  });

  it('ACC-25 the refresh token of another person is not taken for this one', async () => {
    const provider = providerWith();
    const grace = await signIn(provider, 'grace');
    expect(await provider.refresh(refreshTokenOf(grace), 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'subject' },
    });
  });

  it('ACC-25 a person who is gone there no longer stands', async () => {
    const own = await openOidcStand();
    try {
      const provider = createOidcProvider({
        config: own.config,
        callbackUrl: () => CALLBACK,
        log: silentLog,
      });
      const { returned, flow } = await comeBack(provider, { browser: own.browser() });
      const first = await provider.finish(returned, flow);
      if (!first.ok) throw new Error(first.error.message);
      own.disable('ada');
      expect(await provider.refresh(refreshTokenOf(first.value), 'ada')).toMatchObject({
        ok: false,
        error: { kind: 'fatal', code: 'invalid_grant' },
      });
    } finally {
      await own.stop();
    }
  });

  it('ACC-25 a client secret that is no longer good ends nobody: it says nothing of him', async () => {
    const identity = await signIn(providerWith());
    const changedSecret = providerWith({ clientSecret: 'rotated-there-not-here' });
    expect(await changedSecret.refresh(refreshTokenOf(identity), 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'retry', code: 'invalid_client' },
    });
  });
});

describe('sign-out', () => {
  it('ACC-26 the browser signs out there too, and comes back', async () => {
    const provider = providerWith();
    const browser = stand.browser();
    const { returned, flow } = await comeBack(provider, { browser });
    const identity = await provider.finish(returned, flow);
    if (!identity.ok) throw new Error(identity.error.message);
    const again = await provider.begin('/');
    if (!again.ok) throw new Error(again.error.message);
    expect(await browser.isAsked(again.value.location)).toBe(false);
    const location = await provider.signOutLocation(identity.value.idToken, AFTERWARDS);
    expect(new URL(location ?? '').searchParams.get('id_token_hint')).toBe(identity.value.idToken);
    expect(await browser.signOut(location ?? '')).toBe(AFTERWARDS);
    const afterwards = await provider.begin('/');
    if (!afterwards.ok) throw new Error(afterwards.error.message);
    expect(await browser.isAsked(afterwards.value.location)).toBe(true);
  });

  it('ACC-26 without an ID token, or with one that makes an address too long, the client is named alone', async () => {
    const provider = providerWith();
    for (const token of [null, 'x'.repeat(4_001)]) {
      const location = await provider.signOutLocation(token, AFTERWARDS);
      expect(Object.fromEntries(new URL(location ?? '').searchParams)).toEqual({
        client_id: configFor('').clientId,
        post_logout_redirect_uri: AFTERWARDS,
      });
    }
  });

  it('ACC-27 a refresh token that was given back is worth nothing', async () => {
    const provider = providerWith();
    const identity = await signIn(provider);
    await provider.revoke(refreshTokenOf(identity));
    expect(await provider.refresh(refreshTokenOf(identity), 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });
});

function changed(back: Back, name: string, value: string | null): Back {
  const returned = new URL(back.returned);
  if (value === null) returned.searchParams.delete(name);
  else returned.searchParams.set(name, value);
  return { ...back, returned };
}
