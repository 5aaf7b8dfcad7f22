/** ID tokens that are not what they seem, one by one, from a provider that otherwise does all as it should. */
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT } from '../../support/oidc-stand';
import { type HostileStage, LATER, REFUSED, setHostileStage } from './oidc-hostile-stage';

let stage: HostileStage;
beforeAll(async () => {
  stage = await setHostileStage();
});
afterAll(() => stage.hostile.stop());

const seconds = () => Math.floor(Date.now() / 1_000);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const textKey = (text: string) => new TextEncoder().encode(text);

describe('what an ID token must be', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('ACC-22 signed with %s it is believed', async (algorithm) => {
    const signed = await stage.signIn({ sign: (claims) => stage.hostile.sign(claims, algorithm) });
    expect(signed).toMatchObject({ ok: true, value: { subject: 'ada', roleNames: ['Team Leads'] } });
  });

  it.each<[string, (claims: JWTPayload) => JWTPayload]>([
    ['wrong audience', (claims) => ({ ...claims, aud: 'another-client' })],
    ['no audience', ({ aud: _, ...claims }) => claims],
    [
      'our audience among others, without saying for whom',
      (claims) => ({ ...claims, aud: [CLIENT.id, 'other'] }),
    ],
    [
      'our audience among others, for another',
      (claims) => ({ ...claims, aud: [CLIENT.id, 'other'], azp: 'other' }),
    ],
    ['another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['the issuer with a slash', (claims) => ({ ...claims, iss: `${claims.iss}/` })],
    ['expired ID token', (claims) => ({ ...claims, exp: seconds() - 60 })],
    ['no expiry', ({ exp: _, ...claims }) => claims],
    ['an expiry that is text', (claims) => ({ ...claims, exp: '9999999999' as unknown as number })],
    ['not valid yet', (claims) => ({ ...claims, nbf: seconds() + 60 })],
    ['another nonce', (claims) => ({ ...claims, nonce: 'another' })],
    ['no nonce', ({ nonce: _, ...claims }) => claims],
    ['no subject', ({ sub: _, ...claims }) => claims],
    ['an empty subject', (claims) => ({ ...claims, sub: '' })],
    ['a subject of 256 characters', (claims) => ({ ...claims, sub: 's'.repeat(256) })],
    ['a subject that is a list', (claims) => ({ ...claims, sub: ['ada'] as unknown as string })],
  ])('ACC-22 %s lets nobody in', async (_, claims) => {
    expect(await stage.signIn({ claims })).toMatchObject(REFUSED);
  });

  it('ACC-22 clocks may be apart by half a minute', async () => {
    const claims = (honest: JWTPayload) => ({ ...honest, exp: seconds() - 20, nbf: seconds() + 20 });
    expect(await stage.signIn({ claims })).toMatchObject({ ok: true });
  });

  it.each<[string, (claims: JWTPayload) => string | Promise<string>]>([
    ['alg none', (claims) => `${part({ alg: 'none' })}.${part(claims)}.`],
    ['alg NoNe', (claims) => `${part({ alg: 'NoNe' })}.${part(claims)}.`],
    ['no algorithm', (claims) => `${part({})}.${part(claims)}.`],
    ['HS256 signed with the public key', (claims) => hs256(claims, stage.hostile.publicKeyText)],
    ['HS256 signed with the client secret', (claims) => hs256(claims, CLIENT.secret)],
    ['RS384, which we do not take', (claims) => stage.hostile.sign(claims, 'RS384')],
    ['a signature of other claims', swappedPayload],
    ['no signature', async (claims) => (await stage.hostile.sign(claims)).replace(/[^.]+$/, '')],
    ['a key of its own in the header', withOwnKey],
    ['encryption', (claims) => `${part({ alg: 'dir', enc: 'A256GCM' })}..${part(claims)}.x.y`],
    ['a crit that nobody knows', (claims) => withHeader(claims, { crit: ['b64'], b64: false })],
    ['10 kB of nothing', () => 'a'.repeat(10_000)],
    ['claims that are a list', () => `${part({ alg: 'RS256' })}.${part([])}.x`],
  ])('ACC-22 %s lets nobody in', async (_, sign) => {
    expect(await stage.signIn({ sign })).toMatchObject({ ok: false });
  });

  it('ACC-22 a key that the provider does not name lets nobody in, now: its set may be newer in a minute', async () => {
    expect(
      await stage.signIn({ keys: (honest) => honest.filter((key) => key.kid !== 'RS256') }),
    ).toMatchObject({
      ...LATER,
      error: { code: 'OAUTH_KEY_SELECTION_FAILED' },
    });
  });

  it('ACC-22 a set of keys that holds a secret is not used for one', async () => {
    const k = part('a secret of 32 characters, shared');
    const keys = () => [{ kty: 'oct', k, kid: 'HS', alg: 'HS256' }];
    const sign = (claims: JWTPayload) => hs256(claims, JSON.stringify('a secret of 32 characters, shared'));
    expect(await stage.signIn({ keys, sign })).toMatchObject(REFUSED);
  });

  it('ACC-22 no ID token lets nobody in', async () => {
    expect(await stage.signIn({ token: ({ id_token: _, ...honest }) => honest })).toMatchObject(REFUSED);
  });
});

describe('swapped tokens', () => {
  it("ACC-23 swapped tokens: the ID token of the same person's other session", async () => {
    const own = stage.provider();
    let kept = '';
    stage.hostile.lies = {
      token(honest) {
        kept = String(honest.id_token);
        return honest;
      },
    };
    const first = await own.begin('/');
    const second = await own.begin('/');
    if (!first.ok || !second.ok) throw new Error('could not begin');
    const { back } = stage.hostile;
    expect(await own.finish(back(first.value.location), first.value.flow)).toMatchObject({ ok: true });
    stage.hostile.lies = { token: (honest) => ({ ...honest, id_token: kept }) };
    expect(await own.finish(back(second.value.location), second.value.flow)).toMatchObject(REFUSED);
  });

  it('ACC-23 swapped tokens: the access token of another person, seen by what userinfo says', async () => {
    const claims = ({ groups: _, ...honest }: JWTPayload) => honest;
    const userinfo = (honest: object) => ({ ...honest, sub: 'grace', groups: ['Floorcast Admins'] });
    expect(await stage.signIn({ claims, userinfo })).toMatchObject(REFUSED);
  });

  it.each([
    ['another person', (claims: JWTPayload) => ({ ...claims, sub: 'grace' }), 'subject'],
    [
      'another client',
      (claims: JWTPayload) => ({ ...claims, aud: 'another' }),
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    ],
  ])('ACC-23 swapped tokens: a refresh brings the ID token of %s', async (_, claims, code) => {
    expect(await stage.refresh({ claims })).toMatchObject({ ...REFUSED, error: { kind: 'fatal', code } });
  });

  it('ACC-23 swapped tokens: a refresh without an ID token is asked of userinfo, for the same person', async () => {
    const without = { refreshed: ({ id_token: _, ...honest }: Record<string, unknown>) => honest };
    expect(await stage.refresh(without)).toMatchObject({
      ok: true,
      value: { subject: 'ada', name: 'Ada Lovelace', roleNames: ['Team Leads'], idToken: null },
    });
    expect(await stage.refresh({ ...without, userinfo: () => ({ sub: 'grace' }) })).toMatchObject(REFUSED);
  });
});

function hs256(claims: JWTPayload, secret: string): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(textKey(secret));
}

async function swappedPayload(claims: JWTPayload): Promise<string> {
  const [head, , signature] = (await stage.hostile.sign({ ...claims, sub: 'somebody' })).split('.');
  return `${head}.${part(claims)}.${signature}`;
}

/** Signed with the provider's own key, but with a header of the attacker's. */
async function withHeader(claims: JWTPayload, header: Record<string, unknown>): Promise<string> {
  const [, payload, signature] = (await stage.hostile.sign(claims)).split('.');
  return `${part({ alg: 'RS256', kid: 'RS256', ...header })}.${payload}.${signature}`;
}

async function withOwnKey(claims: JWTPayload): Promise<string> {
  const { generateKeyPair, exportJWK } = await import('jose');
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'RS256', jwk }).sign(privateKey);
}
