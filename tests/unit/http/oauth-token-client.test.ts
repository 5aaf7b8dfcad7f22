/** How a client says who it is: read as RFC 6749, 2.3.1 writes it. */
import { describe, expect, it } from 'vitest';
import { clientIn } from '../../../server/http/oauth-token-client';

const NOTHING = new Map<string, string>();
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the client in a request for a token', () => {
  it.each([
    ['as they are', 'id:secret', 'id', 'secret'],
    ['a plus is a blank', 'a+b:c+d', 'a b', 'c d'],
    ['an encoded plus is one', 'a%2Bb:c%2Bd', 'a+b', 'c+d'],
    ['an encoded colon is part of the id', 'a%3Ab:c', 'a:b', 'c'],
    ['what follows the first colon is the secret', 'a:b:c', 'a', 'b:c'],
    ['characters beyond ASCII', '%C3%A9:%E2%82%AC', 'é', '€'],
    ['an empty secret is one, and nobody’s', 'a:', 'a', ''],
  ])('ACC-54 by Basic: %s', (_, text, clientId, secret) => {
    const value = { clientId, secret, way: 'basic' };
    expect(clientIn(basic(text), NOTHING)).toEqual({ ok: true, value });
  });

  it.each([
    ['no colon', 'id'],
    ['no id', ':secret'],
    ['nothing', ':'],
    ['a percent sign with nothing behind it', 'a:%'],
    ['half a character', '%C3:b'],
  ])('ACC-55 by Basic: %s is a bad client', (_, text) => {
    const error = { status: 401, error: 'invalid_client' };
    expect(clientIn(basic(text), NOTHING)).toMatchObject({ ok: false, error });
  });

  it.each([
    ['an id without a secret', [['client_id', 'a']], 400],
    ['a secret without an id', [['client_secret', 'a']], 400],
    ['neither', [], 401],
  ] as const)('ACC-55 in the body: %s is a bad client', (_, fields, status) => {
    const error = { status, error: 'invalid_client' };
    expect(clientIn(undefined, new Map(fields))).toMatchObject({ ok: false, error });
  });
});
