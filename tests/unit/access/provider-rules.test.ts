import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { describe, expect, it } from 'vitest';
import { checkOutgoing, outgoingHosts } from '../../../server/access/providers/outgoing-hosts';
import {
  failureOf,
  failureOfRefresh,
  ProviderProblem,
} from '../../../server/access/providers/provider-failures';
import { readMetadata } from '../../../server/access/providers/provider-metadata';
import { createRotations } from '../../../server/access/providers/provider-rotations';
import { failure } from '../../../server/runtime/errors';

describe('where a provider may lead', () => {
  const rule = outgoingHosts(
    ['https://id.example.com/realms/one'],
    ['www.example.com', 'x.example:8443'],
    false,
  );

  it.each([
    'https://id.example.com/token',
    'https://ID.EXAMPLE.COM:443/token',
    'https://www.example.com',
    'https://x.example:8443/keys?a=b',
  ])('ACC-29 %s is allowed', (address) => {
    expect(checkOutgoing(address, rule)).toMatchObject({ ok: true });
  });

  it.each([
    ['not an address', 'is no address'],
    ['', 'is no address'],
    ['//id.example.com/token', 'is no address'],
    ['http://id.example.com/token', 'is not encrypted'],
    ['ftp://id.example.com/token', 'is not encrypted'],
    ['javascript:alert(1)//id.example.com', 'leads to'],
    ['https://id.example.com.evil.example/', 'leads to'],
    ['https://evil-id.example.com/', 'leads to'],
    ['https://sub.id.example.com/', 'leads to'],
    ['https://id.example.com.', 'leads to'],
    ['https://id.example.com:8443/', 'leads to'],
    ['https://x.example/', 'leads to'],
    ['https://id.example.com@evil.example/', 'user name'],
    ['https://evil@id.example.com/', 'user name'],
    ['https://:pass@id.example.com/', 'user name'],
    ['https://id.example.com\\@evil.example/x', { ok: true }],
    ['https:\\\\evil.example\\', 'leads to'],
    ['https://10.0.0.1/', 'leads to'],
    ['https://[::1]/', 'leads to'],
    ['https://0x7f.1/', 'leads to'],
    ['https://іd.example.com/', 'leads to'],
  ])('ACC-29 %s is read as browsers and sockets read it', (address, expected) => {
    const checked = checkOutgoing(address, rule);
    if (typeof expected === 'string') {
      expect(checked).toEqual({ ok: false, error: expect.stringContaining(expected) });
    } else {
      // A backslash is a slash: the host is the one that was named.
      expect(checked.ok && checked.value.host).toBe('id.example.com');
    }
  });

  it.each([
    ['http://127.0.0.1:9000/', true, true],
    ['http://127.0.0.1:9000/', false, false],
    ['http://127.0.0.1:9001/', true, false],
    ['http://2130706433:9000/', true, true],
    ['http://10.0.0.5:9000/', true, false],
    ['https://10.0.0.5:9000/', true, false],
    ['https://127.0.0.1:9000/', false, false],
    ['https://127.0.0.1:9000/', true, true],
  ])('ACC-29 %s, this machine allowed: %s', (address, allowLoopback, isAllowed) => {
    const named = outgoingHosts(['http://127.0.0.1:9000', 'http://10.0.0.5:9000'], [], allowLoopback);
    expect(checkOutgoing(address, named).ok).toBe(isAllowed);
  });
});

describe('what a provider says of itself', () => {
  const hosts = outgoingHosts(['https://login.microsoftonline.com'], [], false);
  const document = (issuer: string) => ({
    ...{ issuer, authorization_endpoint: 'https://login.microsoftonline.com/authorize' },
    token_endpoint: 'https://login.microsoftonline.com/token',
    jwks_uri: 'https://login.microsoftonline.com/keys',
    id_token_signing_alg_values_supported: ['HS256', 'none', 'RS512', 'RS256'],
    registration_endpoint: 'https://evil.example/register',
  });
  const ours = 'https://login.microsoftonline.com/ours/v2.0';

  it.each([
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.com/other/v2.0',
  ])('ACC-29 the issuer %s is not ours, also where the library takes it for one', (issuer) => {
    expect(() => readMetadata(document(issuer), ours, hosts)).toThrow('says that its issuer is');
  });

  it('ACC-29 of the rest we keep what we use, and the signatures that we take', () => {
    const { registration_endpoint: _, ...kept } = document(ours);
    const signatures = ['RS256'];
    expect(readMetadata(document(ours), ours, hosts)).toEqual({
      ...kept,
      id_token_signing_alg_values_supported: signatures,
      userinfo_signing_alg_values_supported: signatures,
    });
  });
});

describe('what failures mean', () => {
  const response = (status: number, retryAfter?: string) =>
    new Response(null, { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
  const body = (error: string, status = 400, retryAfter?: string) =>
    new ResponseBodyError('said', { cause: { error }, response: response(status, retryAfter) });
  // The library writes schemes in lower case.
  const challenge = (scheme: 'basic' | 'bearer', parameters: Record<string, string>, status = 401) =>
    new WWWAuthenticateChallengeError('said', {
      cause: [{ scheme, parameters }],
      response: response(status),
    });
  const returned = (error: string) =>
    new AuthorizationResponseError('said', { cause: new URLSearchParams({ error }) });
  const ours = (kind: 'retry' | 'fatal', code: string) => new ProviderProblem(failure(kind, code, code));
  const library = (code: string, cause?: unknown) =>
    Object.assign(new ClientError('said', { cause }), { code });

  it.each<[string, unknown, string, string, string]>([
    ['the person is refused', body('invalid_grant'), 'invalid_grant', 'fatal', 'fatal'],
    ['our client is refused', body('invalid_client', 401), 'invalid_client', 'fatal', 'retry'],
    ['our client is challenged', challenge('basic', {}), 'invalid_client', 'fatal', 'retry'],
    ['the token is challenged', challenge('bearer', {}), 'invalid_token', 'fatal', 'fatal'],
    [
      'its scope is',
      challenge('bearer', { error: 'insufficient_scope' }, 403),
      'insufficient_scope',
      'fatal',
      'retry',
    ],
    ['later', body('temporarily_unavailable'), 'temporarily_unavailable', 'retry', 'retry'],
    ['too many', body('anything', 429), 'anything', 'retry', 'retry'],
    ['a person who says no', returned('access_denied'), 'access_denied', 'fatal', 'retry'],
    ['a provider in trouble', returned('server_error'), 'server_error', 'retry', 'retry'],
    ['500', library('OAUTH_RESPONSE_IS_NOT_CONFORM', response(500)), 'http.500', 'retry', 'retry'],
    ['404', library('OAUTH_RESPONSE_IS_NOT_CONFORM', response(404)), 'http.404', 'fatal', 'retry'],
    [
      'HTML',
      library('OAUTH_RESPONSE_IS_NOT_JSON', response(200)),
      'OAUTH_RESPONSE_IS_NOT_JSON',
      'retry',
      'retry',
    ],
    ['a key unknown', library('OAUTH_KEY_SELECTION_FAILED'), 'OAUTH_KEY_SELECTION_FAILED', 'retry', 'retry'],
    [
      'a wrong time',
      library('OAUTH_JWT_TIMESTAMP_CHECK_FAILED'),
      'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
      'fatal',
      'retry',
    ],
    [
      'a wrong claim',
      library('OAUTH_JWT_CLAIM_COMPARISON_FAILED'),
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
      'fatal',
      'fatal',
    ],
    ['a wrong signature', library('OAUTH_INVALID_RESPONSE'), 'OAUTH_INVALID_RESPONSE', 'fatal', 'fatal'],
    ['another person', ours('fatal', 'subject'), 'subject', 'fatal', 'fatal'],
    ['a redirect', ours('fatal', 'redirect'), 'redirect', 'fatal', 'retry'],
    ['ours, wrapped', library('any', ours('retry', 'timeout')), 'timeout', 'retry', 'retry'],
    ['a fault', new TypeError('x is not a function'), 'thrown', 'fatal', 'retry'],
    ['no error at all', 'text', 'thrown', 'fatal', 'retry'],
  ])('ACC-25 %s', (_, thrown, code, atSignIn, whileSignedIn) => {
    expect([failureOf(thrown).code, failureOf(thrown).kind, failureOfRefresh(thrown).kind]).toEqual([
      code,
      atSignIn,
      whileSignedIn,
    ]);
  });

  it('ACC-31 Retry-After counts in seconds, up to ten minutes', () => {
    const waits = ['7', '100000', '-3', 'Wed, 21 Oct 2026 07:28:00 GMT', undefined].map(
      (text) => failureOf(body('slow_down', 429, text)).retryAfterMs,
    );
    expect(waits).toEqual([7_000, 600_000, 0, 0, 0]);
  });

  it('ACC-31 messages are bounded', () => {
    const long = new ResponseBodyError('said', {
      cause: { error: 'e'.repeat(5_000), error_description: 'd'.repeat(5_000) },
      response: response(400),
    });
    expect(failureOf(long).message.length).toBeLessThan(500);
    expect(failureOf(long).code.length).toBeLessThan(250);
  });
});

describe('used-up refresh tokens', () => {
  it('ACC-25 lead to the newest one until it arrived, 2,000 at a time', () => {
    const rotations = createRotations();
    rotations.rotated('a', 'b');
    rotations.rotated('a', 'c');
    expect([rotations.newestOf('a'), rotations.newestOf('b')]).toEqual(['c', 'b']);
    rotations.settled('a');
    expect(rotations.newestOf('a')).toBe('a');
    for (let n = 0; n <= 2_000; n += 1) rotations.rotated(`old ${n}`, `new ${n}`);
    expect([0, 1, 2_000].map((n) => rotations.newestOf(`old ${n}`))).toEqual(['old 0', 'new 1', 'new 2000']);
    rotations.rotated('__proto__', 'x');
    expect(rotations.newestOf('constructor')).toBe('constructor');
  });
});
