/** Tokens that this server did not sign, in every way that a JWT has been forged. */
import { describe, expect, it } from 'vitest';
import { createMachineTokens } from '../../../server/access/machines/machine-tokens';
import { KEY } from './machines-stage';
import {
  byEc,
  byRsa,
  EC,
  forged,
  hmac,
  type Json,
  ours,
  type Prepared,
  prepared,
  RSA,
  type Signer,
  unsigned,
} from './token-forger';

const PUBLIC_PEM = RSA.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const EC_JWK = EC.publicKey.export({ format: 'jwk' });

describe('the forger', () => {
  it('ACC-47 makes a token that counts where it forges nothing: what is refused below is refused for its fault', async () => {
    const { tokens, header, payload, token } = await prepared();
    expect(forged(header, payload)).toBe(token);
    expect(await tokens.find(token)).not.toBeNull();
  });
});

describe('a token without a signature', () => {
  const SPELLINGS = ['none', 'None', 'NONE', 'nOnE', ' none', 'none\u0000', '', 'null'];
  it.each(SPELLINGS)('ACC-47 alg none, written %j, is refused unsigned and signed', async (alg) => {
    const { tokens, header, payload } = await prepared();
    for (const signer of [unsigned, ours, hmac('sha256', 'anything')])
      expect(await tokens.find(forged({ ...header, alg }, payload, signer))).toBeNull();
  });

  it.each([
    ['null', null],
    ['a number', 0],
    ['a list', ['HS256']],
    ['an object', { toString: 'HS256' }],
  ])('ACC-47 an algorithm that is %s is refused', async (_, alg) => {
    const { tokens, header, payload } = await prepared();
    for (const signer of [unsigned, ours])
      expect(await tokens.find(forged({ ...header, alg }, payload, signer))).toBeNull();
  });

  it('ACC-47 no algorithm at all is refused', async () => {
    const { tokens, payload } = await prepared();
    for (const signer of [unsigned, ours])
      expect(await tokens.find(forged({ typ: 'at+jwt' }, payload, signer))).toBeNull();
  });

  it('ACC-47 two algorithms in one header are refused, whichever comes first', async () => {
    const { tokens, payload } = await prepared();
    const headers = [
      '{"alg":"none","alg":"HS256","typ":"at+jwt"}',
      '{"alg":"HS256","alg":"none","typ":"at+jwt"}',
    ];
    for (const header of headers) expect(await tokens.find(forged(header, payload, unsigned))).toBeNull();
  });

  it('ACC-47 a stripped signature is refused, with its dot and without', async () => {
    const { tokens, head, body } = await prepared();
    for (const text of [`${head}.${body}.`, `${head}.${body}`, `${head}.${body}..`])
      expect(await tokens.find(text), text).toBeNull();
  });

  it('ACC-47 a cut or lengthened signature is refused', async () => {
    const { tokens, header, payload } = await prepared();
    const odd: readonly Signer[] = [
      (input) => ours(input).subarray(0, 16),
      (input) => ours(input).subarray(0, 31),
      (input) => Buffer.concat([ours(input), Buffer.alloc(1)]),
      () => Buffer.alloc(32),
    ];
    for (const signer of odd) expect(await tokens.find(forged(header, payload, signer))).toBeNull();
  });
});

describe('a token with a swapped algorithm', () => {
  const SWAPPED: readonly (readonly [string, string, Signer])[] = [
    ['HS384, by our key', 'HS384', hmac('sha384', KEY)],
    ['HS512, by our key', 'HS512', hmac('sha512', KEY)],
    ['RS256, by a key of the attacker', 'RS256', byRsa],
    ['PS256, by a key of the attacker', 'PS256', byRsa],
    ['ES256, by a key of the attacker', 'ES256', byEc],
    ['EdDSA, by our key as an HMAC', 'EdDSA', ours],
    ['RS256, by our key as an HMAC', 'RS256', ours],
    ['HS256 in small letters', 'hs256', ours],
    ['HS256 with an RSA signature', 'HS256', byRsa],
  ];
  it.each(SWAPPED)('ACC-47 %s: refused', async (_, alg, signer) => {
    const { tokens, header, payload } = await prepared();
    expect(await tokens.find(forged({ ...header, alg }, payload, signer))).toBeNull();
  });
});

describe('a token signed by something that is public, or guessed', () => {
  const KEYS: readonly (readonly [string, (made: Prepared) => string | Buffer])[] = [
    ['an RSA public key as PEM', () => PUBLIC_PEM],
    ['an RSA public key as PEM without its last line end', () => PUBLIC_PEM.trim()],
    ['an EC public key as JWK', () => JSON.stringify(EC_JWK)],
    ['nothing', () => ''],
    ['32 zeros', () => Buffer.alloc(32)],
    ['the word secret', () => 'secret'],
    ['the issuer', () => 'floorcast'],
    ['the audience', () => 'floorcast-api'],
    ['the client’s id', ({ machine }) => machine.id],
    ['the client’s own secret', ({ machine }) => machine.secret],
    ['our key written as hex', () => KEY.toString('hex')],
    ['our key, one byte short', () => KEY.subarray(0, 31)],
  ];
  it.each(KEYS)('ACC-47 HS256 keyed with %s: refused', async (_, keyOf) => {
    const made = await prepared();
    const token = forged(made.header, made.payload, hmac('sha256', keyOf(made)));
    expect(await made.tokens.find(token)).toBeNull();
  });

  it('ACC-47 another Floorcast’s token is refused', async () => {
    const here = await prepared();
    const { machines, clock, secretBytes } = here;
    const other = createMachineTokens({ machines, key: Buffer.alloc(32, 'another key'), clock, secretBytes });
    expect(await other.find(here.token)).toBeNull();
  });
});

describe('a token that was edited after it was signed', () => {
  it('ACC-47 an edited payload is refused: other scopes, another client, a later end', async () => {
    const { tokens, header, payload, head, signature } = await prepared();
    const edits: readonly Json[] = [
      { scope: 'metrics:read' },
      { scope: 'kpis:read' },
      { sub: 'other', client_id: 'other' },
      { exp: Number(payload.exp) + 1, iat: Number(payload.iat) + 1 },
    ];
    for (const edit of edits) {
      const [, body = ''] = forged(header, { ...payload, ...edit }).split('.');
      expect(await tokens.find(`${head}.${body}.${signature}`)).toBeNull();
    }
  });

  it('ACC-47 an edited header is refused', async () => {
    const { tokens, header, payload, body, signature } = await prepared();
    const [head = ''] = forged({ typ: header.typ, alg: header.alg }, payload).split('.');
    expect(await tokens.find(`${head}.${body}.${signature}`)).toBeNull();
  });

  it('ACC-47 every single character counts', async () => {
    const { tokens, token } = await prepared();
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const edited = token.slice(0, at) + other + token.slice(at + 1);
      expect(await tokens.find(edited), `character ${at}`).toBeNull();
    }
  });

  it('ACC-47 the signature of another good token is refused', async () => {
    const { tokens, header, payload, head, body } = await prepared();
    const [, , other = ''] = forged(header, { ...payload, jti: 'another' }).split('.');
    expect(await tokens.find(`${head}.${body}.${other}`)).toBeNull();
  });
});

describe('a token that brings its own key', () => {
  const OWN = Buffer.alloc(32, 7);
  const EMBEDDED: readonly (readonly [string, Json, Signer])[] = [
    ['jwk: a key of 32 bytes', { jwk: { kty: 'oct', k: OWN.toString('base64url') } }, hmac('sha256', OWN)],
    ['jwk: an RSA key', { alg: 'RS256', jwk: RSA.publicKey.export({ format: 'jwk' }) }, byRsa],
    ['jwk: an EC key', { alg: 'ES256', jwk: EC_JWK }, byEc],
    ['jku: an address', { jku: 'https://evil.test/jwks.json' }, hmac('sha256', OWN)],
    ['x5u: an address', { alg: 'RS256', x5u: 'https://evil.test/cert.pem' }, byRsa],
    ['x5c: a certificate', { alg: 'RS256', x5c: ['MIIB'] }, byRsa],
    ['kid: a path to an empty file', { kid: '../../../../dev/null' }, hmac('sha256', '')],
    ['kid: a statement', { kid: "x' UNION SELECT 'key" }, hmac('sha256', 'key')],
    ['kid: __proto__', { kid: '__proto__' }, hmac('sha256', String({}))],
  ];
  it.each(EMBEDDED)('ACC-48 %s: refused', async (_, more, signer) => {
    const { tokens, header, payload } = await prepared();
    expect(await tokens.find(forged({ ...header, ...more }, payload, signer))).toBeNull();
  });

  it.each(EMBEDDED)('ACC-48 %s: refused with our own signature too', async (_, more) => {
    const { tokens, header, payload } = await prepared();
    const { alg } = header;
    expect(await tokens.find(forged({ ...header, ...more, alg }, payload))).toBeNull();
  });

  it.each([
    ['crit of a claim', { crit: ['exp'] }],
    ['crit of something unknown', { crit: ['x'], x: 1 }],
    ['crit of nothing', { crit: [] }],
    ['crit that is no list', { crit: 'exp' }],
    ['a payload that is not encoded (b64)', { b64: false, crit: ['b64'] }],
    ['compression (zip)', { zip: 'DEF' }],
    ['a token in the token (cty)', { cty: 'JWT' }],
    ['encryption (enc)', { enc: 'A256GCM' }],
  ])('ACC-48 a header with %s is refused, though signed by our key', async (_, more) => {
    const { tokens, header, payload } = await prepared();
    expect(await tokens.find(forged({ ...header, ...more }, payload))).toBeNull();
  });

  it('ACC-48 a header that names __proto__ is refused', async () => {
    const { tokens, payload } = await prepared();
    const header = '{"alg":"HS256","typ":"at+jwt","__proto__":{"kid":"x"}}';
    expect(await tokens.find(forged(header, payload))).toBeNull();
  });
});
