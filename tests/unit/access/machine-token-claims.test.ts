/** Tokens with a good signature and something wrong in them: what they say counts as much as who signed them. */
import { describe, expect, it } from 'vitest';
import { ODD_IDS, shortly } from '../../support/odd-ids';
import { forged, type Json, prepared, without } from './token-forger';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0) / 1_000;

/** Whether a token of ours with these claims in the place of its own counts. */
async function counts(more: Json, header: Json = {}): Promise<boolean> {
  const made = await prepared();
  expect(made.clock.now()).toBe(NOW * 1_000);
  return (
    (await made.tokens.find(forged({ ...made.header, ...header }, { ...made.payload, ...more }))) !== null
  );
}

describe('for whom a token is, and from whom', () => {
  it.each([
    ['another', 'other-api'],
    ['ours as a beginning', 'floorcast-api.evil'],
    ['ours in capitals', 'FLOORCAST-API'],
    ['a list without ours', ['other-api']],
    ['an empty list', []],
    ['empty', ''],
    ['an object', { 'floorcast-api': true }],
  ])('ACC-49 wrong audience, %s: refused', async (_, aud) => {
    expect(await counts({ aud })).toBe(false);
  });

  it.each([
    ['another', 'https://evil.test'],
    ['ours with a slash', 'floorcast/'],
    ['ours in capitals', 'Floorcast'],
    ['a list with ours', ['floorcast']],
    ['empty', ''],
  ])('ACC-49 wrong issuer, %s: refused', async (_, iss) => {
    expect(await counts({ iss })).toBe(false);
  });

  it.each([
    ['of any JWT', 'JWT'],
    ['of an ID token', 'id+jwt'],
    ['of a sign-out', 'logout+jwt'],
    ['of a proof of possession', 'dpop+jwt'],
    ['empty', ''],
    ['a number', 7],
    ['left out', undefined],
  ])('ACC-49 wrong typ, %s: refused', async (_, typ) => {
    expect(await counts({}, { typ })).toBe(false);
  });

  it.each(['iss', 'aud', 'sub', 'client_id', 'sid', 'scope', 'iat', 'exp', 'jti'])(
    'ACC-49 without its claim %s: refused',
    async (claim) => {
      const { tokens, header, payload } = await prepared();
      expect(await tokens.find(forged(header, without(payload, claim)))).toBeNull();
    },
  );

  it.each([
    ['a client that is no text', { sub: { toString: 'x' } }],
    ['a client that is a list', { sub: ['x'] }],
    ['a client that is not its subject', { client_id: 'another' }],
    ['a secret that is a number', { sid: 7 }],
    ['scopes as a list', { scope: ['kpis:read'] }],
    ['scopes without end', { scope: 'kpis:read '.repeat(30) }],
    ['an id that is no id', { jti: 'a b' }],
    ['a beginning that is text', { iat: String(NOW) }],
  ])('ACC-49 with %s: refused', async (_, more) => {
    expect(await counts(more)).toBe(false);
  });

  it.each(['', 'null', '[]', '"x"', '7', '{', '\u0000', '{"a":1e999}', '{}'])(
    'ACC-49 a payload that is %j: refused',
    async (payload) => {
      const { tokens, header } = await prepared();
      expect(await tokens.find(forged(header, payload))).toBeNull();
    },
  );
});

describe('the time of a token', () => {
  it('ACC-50 expired: refused to the second, by who shows it and who stands', async () => {
    const { tokens, token, clock } = await prepared();
    const found = await tokens.find(token);
    clock.advance(3_600_000 - 1);
    expect(await tokens.find(token)).not.toBeNull();
    expect(found && (await tokens.standing(found))).not.toBeNull();
    clock.advance(1);
    expect(await tokens.find(token)).toBeNull();
    expect(found && (await tokens.standing(found))).toBeNull();
  });

  it.each([
    ['just now', { iat: NOW - 3_600, exp: NOW }],
    ['long ago', { iat: 1, exp: 2 }],
    ['before the year 1970', { iat: -3_600, exp: -1 }],
  ])('ACC-50 expired %s: refused', async (_, more) => {
    expect(await counts(more)).toBe(false);
  });

  it.each([
    ['text', String(NOW + 60)],
    ['nothing', null],
    ['a fraction', NOW + 60.5],
    ['never', 1e308],
    ['too great for a date', Number.MAX_SAFE_INTEGER],
    ['true', true],
    ['a list', [NOW + 60]],
  ])('ACC-50 an end that is %s: refused', async (_, exp) => {
    expect(await counts({ exp })).toBe(false);
  });

  it('ACC-50 not yet: refused by its nbf and by its iat, past the minute that clocks may differ', async () => {
    expect(await counts({ nbf: NOW + 1 })).toBe(false);
    expect(await counts({ nbf: NOW })).toBe(true);
    expect(await counts({ iat: NOW + 61, exp: NOW + 120 })).toBe(false);
    expect(await counts({ iat: NOW + 60, exp: NOW + 120 })).toBe(true);
    expect(await counts({ iat: NOW + 86_400, exp: NOW + 90_000 })).toBe(false);
  });

  it('ACC-50 a life over 60 minutes: refused, though signed by our key', async () => {
    expect(await counts({ exp: NOW + 3_600 })).toBe(true);
    expect(await counts({ exp: NOW + 3_601 })).toBe(false);
    expect(await counts({ exp: NOW + 365 * 86_400 })).toBe(false);
    expect(await counts({ iat: 0 })).toBe(false);
  });

  it('ACC-50 an end that is not after its beginning: refused', async () => {
    expect(await counts({ iat: NOW + 50, exp: NOW + 40 })).toBe(false);
    expect(await counts({ iat: NOW + 50, exp: NOW + 50 })).toBe(false);
  });
});

describe('how a token is written', () => {
  it('ACC-51 10 kB: refused, though all of it is signed by our key', async () => {
    expect(await counts({ more: 'x'.repeat(1_000) })).toBe(true);
    expect(await counts({ more: 'x'.repeat(10_000) })).toBe(false);
    const { tokens } = await prepared();
    for (const sign of ['x', '.', 'A.', '='])
      expect(await tokens.find(sign.repeat(10_000 / sign.length)), sign).toBeNull();
    expect(await tokens.find('.'.repeat(1_000_000))).toBeNull();
  });

  it('ACC-51 4,096 characters are the most that is looked at', async () => {
    const { tokens, header, payload } = await prepared();
    // Ours has some 450; three bytes more are four characters more.
    const room = Math.floor(((4_096 - forged(header, { ...payload, more: '' }).length) / 4) * 3) - 3;
    const [fits, tooLong] = [room, room + 9].map((length) =>
      forged(header, { ...payload, more: 'x'.repeat(length) }),
    );
    expect(fits?.length).toBeLessThanOrEqual(4_096);
    expect(tooLong?.length).toBeGreaterThan(4_096);
    expect(await tokens.find(fits ?? '')).not.toBeNull();
    expect(await tokens.find(tooLong ?? '')).toBeNull();
  });

  it('ACC-51 odd characters: refused wherever they stand', async () => {
    const { tokens, token, head, body, signature } = await prepared();
    const odd = [
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\u0000',
      '=',
      '==',
      '+',
      '/',
      '%',
      ',',
      ';',
      '"',
      'é',
      '\u200b',
      '💥',
    ];
    for (const sign of odd) {
      const texts = [
        `${sign}${token}`,
        `${token}${sign}`,
        `${head}${sign}.${body}.${signature}`,
        `${head}.${sign}${body}.${signature}`,
        `${head}.${body}${sign}.${signature}`,
        `${head}.${body}.${signature.slice(0, 20)}${sign}${signature.slice(20)}`,
      ];
      for (const text of texts) expect(await tokens.find(text), JSON.stringify(sign)).toBeNull();
    }
  });

  it('ACC-51 duplicate characters, parts and tokens: refused', async () => {
    const { tokens, token, head, body, signature } = await prepared();
    const doubled = [
      `${head}..${body}.${signature}`,
      `${head}.${body}..${signature}`,
      `${head}.${body}.${signature}.`,
      `.${token}`,
      `${head}.${body}.${signature}.${signature}`,
      `${head}.${body}.${body}.${signature}`,
      `${head}.${head}.${body}.${signature}`,
      `${token}${token}`,
      `${token}.${token}`,
      `${token},${token}`,
      `${head}.${body}.${signature}${signature}`,
      `${head}${head}.${body}.${signature}`,
      `${token}${signature.at(-1)}`,
    ];
    for (const text of doubled) expect(await tokens.find(text), text).toBeNull();
  });

  it('ACC-51 the same bytes in other characters: refused', async () => {
    const { tokens, head, body, signature } = await prepared();
    const last = signature.at(-1) ?? '';
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = letters[letters.indexOf(last) + 1] ?? '';
    const other = `${signature.slice(0, -1)}${next}`;
    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    expect(await tokens.find(`${head}.${body}.${other}`)).toBeNull();
    expect(await tokens.find(`${head}.${body}.${signature}=`)).toBeNull();
  });

  it('ACC-51 what is no token at all: refused', async () => {
    const { tokens, machine } = await prepared();
    for (const text of [
      ...ODD_IDS,
      machine.id,
      machine.secret,
      'Bearer',
      '...',
      '..',
      'a.b.c',
      'e30.e30.e30',
    ])
      expect(await tokens.find(text), shortly(text)).toBeNull();
  });
});

describe('__proto__ and its friends in a token', () => {
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'ACC-52 %s as sub, as client_id and as sid: refused',
    async (odd) => {
      expect(await counts({ sub: odd })).toBe(false);
      expect(await counts({ sub: odd, client_id: odd })).toBe(false);
      expect(await counts({ sid: odd })).toBe(false);
    },
  );

  it('ACC-52 whatever else a sub, sid or jti may be made of: refused', async () => {
    for (const odd of ODD_IDS) {
      expect(await counts({ sub: odd, client_id: odd }), shortly(odd)).toBe(false);
      expect(await counts({ sid: odd }), shortly(odd)).toBe(false);
    }
  });

  it('ACC-52 __proto__ as a scope gives nothing', async () => {
    const { tokens, header, payload } = await prepared();
    const scope = '__proto__ constructor toString kpis:read';
    expect((await tokens.find(forged(header, { ...payload, scope })))?.scopes).toEqual(['kpis:read']);
    const alone = await tokens.find(forged(header, { ...payload, scope: '__proto__' }));
    expect(alone?.scopes).toEqual([]);
  });

  it('ACC-52 a scope counts by its whole name only', async () => {
    const { tokens, header, payload } = await prepared();
    for (const scope of [
      'kpis:reader',
      'KPIS:READ',
      'kpis:read,alerts:read',
      'kpis:read\nx',
      'kpis:*',
      '*',
      '',
    ])
      expect((await tokens.find(forged(header, { ...payload, scope })))?.scopes, scope).toEqual([]);
  });

  it('ACC-52 a claim called __proto__ stands for no other', async () => {
    const { tokens, header, payload } = await prepared();
    const text = JSON.stringify(without(payload, 'scope')).slice(0, -1);
    const polluting = `${text},"__proto__":{"scope":"kpis:read","scopes":["kpis:read"]}}`;
    expect(await tokens.find(forged(header, polluting))).toBeNull();
    expect(({} as Json).scope).toBeUndefined();
  });
});
