import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { describe, expect, it } from 'vitest';
import { checkOutgoing, outgoingHosts } from '../../../server/access/outgoing-hosts';
import {
  boundedNames,
  claimAt,
  MAX_ROLE_NAMES,
  roleNamesOf,
  textClaim,
} from '../../../server/access/provider-claims';
import { failureOf, failureOfRefresh, ProviderProblem } from '../../../server/access/provider-failures';
import { readGenesysUser } from '../../../server/access/provider-genesys-user';
import { createRotations } from '../../../server/access/provider-rotations';
import { failure } from '../../../server/runtime/errors';

/** As it comes over the wire: `__proto__` is then a key like any other. */
const wire = (text: string): unknown => JSON.parse(text);

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

describe('claims', () => {
  it.each<[string, string, string, unknown]>([
    ['a name', '{"groups":["a"]}', 'groups', ['a']],
    ['a way by dots', '{"realm_access":{"roles":["a"]}}', 'realm_access.roles', ['a']],
    ['a name that is an address', '{"https://x.example/groups":["a"]}', 'https://x.example/groups', ['a']],
    ['the whole name before the way', '{"a.b":1,"a":{"b":2}}', 'a.b', 1],
    ['nothing there', '{"a":1}', 'b', undefined],
    ['a way through text', '{"a":"text"}', 'a.length', undefined],
    ['a way through a list', '{"a":["x"]}', 'a.0', undefined],
    ['__proto__ as claim path, not there', '{}', '__proto__', undefined],
    ['__proto__ as claim path, there', '{"__proto__":["a"]}', '__proto__', ['a']],
    ['a way through __proto__', '{}', '__proto__.constructor.name', undefined],
    ['constructor', '{}', 'constructor', undefined],
    ['toString', '{}', 'toString.name', undefined],
    ['no way at all', '{"":["a"]}', '', ['a']],
    ['nine parts', '{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}', 'a.a.a.a.a.a.a.a.a', undefined],
    ['no object', '["groups"]', 'length', undefined],
  ])('ACC-24 %s', (_, text, path, value) => {
    expect(claimAt(wire(text), path)).toEqual(value);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a list', ['a', 'b', 'a'], ['a', 'b']],
    ['one word', 'admins', ['admins']],
    ['text with a blank could be two', 'team leads', []],
    ['text with a comma could be two', 'a,b', []],
    ['names with blanks in a list', ['Team Leads'], ['Team Leads']],
    ['what is not text is left out', [1, null, ['x'], { a: 1 }, 'a', ''], ['a']],
    ['__proto__ as group is a name', ['__proto__', 'constructor'], ['__proto__', 'constructor']],
    ['no list', { a: 'b' }, []],
    ['nothing', undefined, []],
    ['names with line breaks are none', ['a\nb', 'c\u2028', 'd'], ['d']],
    ['a name too long is left out, not cut', ['x'.repeat(201), 'x'.repeat(200)], ['x'.repeat(200)]],
  ])('ACC-24 %s', (_, claim, names) => {
    expect(roleNamesOf(claim)).toEqual(names);
  });

  it('ACC-24 200 names at most', () => {
    const names = boundedNames(Array.from({ length: 100_000 }, (__, n) => `group ${n}`));
    expect([names.length, names.at(-1)]).toEqual([MAX_ROLE_NAMES, `group ${MAX_ROLE_NAMES - 1}`]);
  });

  it('ACC-24 text is text of its own, and bounded', () => {
    expect(textClaim(wire('{"sub":"__proto__"}'), 'sub', 255)).toBe('__proto__');
    for (const claims of ['{}', '{"sub":1}', '{"sub":""}', `{"sub":"${'s'.repeat(256)}"}`, 'null', '[]']) {
      expect(textClaim(wire(claims), 'sub', 255)).toBeNull();
    }
    expect(textClaim({}, 'toString', 255)).toBeNull();
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

describe('a user of Genesys Cloud', () => {
  const user = (more: object) => readGenesysUser(JSON.stringify({ id: 'u', name: 'Una', ...more }));

  it('ACC-32 has the names and ids of his roles and the ids of his groups', () => {
    const roles = [{ id: 'r1', name: 'Supervisor' }, { id: 'r2' }, { name: '__proto__' }];
    const groups = [{ id: 'g1', name: 'A name anybody can give' }];
    expect(
      user({ authorization: { roles }, groups, organization: { id: 'o' }, email: 'u@x.example' }),
    ).toEqual({
      subject: 'u',
      name: 'Una',
      email: 'u@x.example',
      roleNames: ['Supervisor', '__proto__', 'r1', 'r2', 'g1'],
      rolesAreTold: true,
      organizationId: 'o',
      isActive: true,
    });
  });

  it.each([
    ['without anything', {}, { roleNames: [], rolesAreTold: false, organizationId: null, isActive: true }],
    [
      'with nulls',
      { name: null, email: null, authorization: null, groups: null },
      { name: 'u', email: null },
    ],
    ['inactive', { state: 'inactive' }, { isActive: false }],
    ['deleted', { state: 'deleted' }, { isActive: false }],
  ])('ACC-32 %s', (_, more, expected) => {
    expect(user(more)).toMatchObject(expected);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"id":1}',
    '{"id":""}',
    '{"__proto__":{"id":"u"}}',
    '{"id":"u","groups":{}}',
  ])('ACC-32 %s is nobody', (text) => {
    expect(readGenesysUser(text)).toBeNull();
  });
});
