/** People of a real OpenID Connect provider: while they are signed in, and when they sign out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AFTERWARDS,
  configFor,
  type OidcStand,
  openOidcStand,
  PUBLIC_CLIENT_ID,
} from '../../support/oidc-stand';
import { ADA, providerOf, signIn } from './oidc-stage';

let stand: OidcStand;
beforeAll(async () => {
  stand = await openOidcStand();
});
afterAll(() => stand.stop());

describe('refresh', () => {
  it('ACC-25 the same person comes again with a new refresh token, and the one before is used up', async () => {
    const provider = providerOf(stand);
    const first = await signIn(provider, stand.browser());
    const second = await provider.refresh(first.refreshToken, 'ada');
    if (!second.ok) throw new Error(second.error.message);
    expect(second.value).toMatchObject({ ...ADA, issuer: stand.issuer, expiresInS: 600 });
    expect(second.value.refreshToken).not.toBe(first.refreshToken);
    expect(await provider.refresh(first.refreshToken, 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });

  it('ACC-25 a public client refreshes too', async () => {
    const provider = providerOf(stand, { clientId: PUBLIC_CLIENT_ID, clientSecret: null });
    const identity = await signIn(provider, stand.browser());
    expect(await provider.refresh(identity.refreshToken, 'ada')).toMatchObject({ ok: true, value: ADA });
  });

  it('ACC-25 the refresh token of another person is not taken for this one', async () => {
    const provider = providerOf(stand);
    const grace = await signIn(provider, stand.browser(), 'grace');
    expect(await provider.refresh(grace.refreshToken, 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'subject' },
    });
  });

  it('ACC-25 a person who is gone there no longer stands', async () => {
    const own = await openOidcStand();
    try {
      const provider = providerOf(own);
      const identity = await signIn(provider, own.browser());
      own.disable('ada');
      expect(await provider.refresh(identity.refreshToken, 'ada')).toMatchObject({
        ok: false,
        error: { kind: 'fatal', code: 'invalid_grant' },
      });
    } finally {
      await own.stop();
    }
  });

  it('ACC-25 a client secret that is no longer good ends nobody: it says nothing of him', async () => {
    const identity = await signIn(providerOf(stand), stand.browser());
    const changedSecret = providerOf(stand, { clientSecret: 'rotated-there-not-here' });
    expect(await changedSecret.refresh(identity.refreshToken, 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'retry', code: 'invalid_client' },
    });
  });
});

describe('sign-out', () => {
  it('ACC-26 the browser signs out there too, and comes back', async () => {
    const provider = providerOf(stand);
    const browser = stand.browser();
    const identity = await signIn(provider, browser);
    const again = await provider.begin('/');
    if (!again.ok) throw new Error(again.error.message);
    expect(await browser.isAsked(again.value.location)).toBe(false);
    const location = await provider.signOutLocation(identity.idToken, AFTERWARDS);
    expect(new URL(location ?? '').searchParams.get('id_token_hint')).toBe(identity.idToken);
    expect(await browser.signOut(location ?? '')).toBe(AFTERWARDS);
    const afterwards = await provider.begin('/');
    if (!afterwards.ok) throw new Error(afterwards.error.message);
    expect(await browser.isAsked(afterwards.value.location)).toBe(true);
  });

  it('ACC-26 without an ID token, or with one that makes an address too long, the client is named alone', async () => {
    const provider = providerOf(stand);
    for (const token of [null, 'x'.repeat(4_001)]) {
      const location = await provider.signOutLocation(token, AFTERWARDS);
      expect(Object.fromEntries(new URL(location ?? '').searchParams)).toEqual({
        client_id: configFor('').clientId,
        post_logout_redirect_uri: AFTERWARDS,
      });
    }
  });

  it('ACC-27 a refresh token that was given back is worth nothing', async () => {
    const provider = providerOf(stand);
    const identity = await signIn(provider, stand.browser());
    await provider.revoke(identity.refreshToken);
    expect(await provider.refresh(identity.refreshToken, 'ada')).toMatchObject({
      ok: false,
      error: { kind: 'fatal', code: 'invalid_grant' },
    });
  });
});
