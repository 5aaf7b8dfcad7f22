import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { err } from '../../../lib/result';
import { createRatePacer } from '../../../server/genesys/rate-pacer';
import { createRestClient } from '../../../server/genesys/rest-client';
import { failure } from '../../../server/runtime/errors';
import { failureOfAnswer, failureOfThrown, retryAfterMs } from '../../../server/runtime/http-failures';
import { createTokenSource, renewalLeadMs } from '../../../server/runtime/token-source';
import { FakeClock } from '../../support/fake-clock';
import { answerOf, memoryHttp, type Reply } from './memory-http';

const call = {
  method: 'GET',
  path: '/api/v2/x',
  schema: z.object({ n: z.number() }),
  lane: 'link',
  what: 'asking',
} as const;

/** Logins give tokens t1, t2, …; API calls are answered in turn, the last for ever. */
function setUp(replies: readonly Reply[], login: Reply | null = null) {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  let logins = 0;
  let calls = 0;
  const { http, asked } = memoryHttp(({ url }) => {
    if (!url.endsWith('/oauth/token'))
      return replies[Math.min(calls++, replies.length - 1)] ?? { status: 500 };
    logins += 1;
    return login ?? { status: 200, body: { access_token: `t${logins}`, expires_in: 600 } };
  });
  const client = { id: 'id', secret: 'secret-canary' };
  const tokens = createTokenSource({ loginUrl: 'https://login.x', client, http, clock, signal });
  const pacer = createRatePacer(clock);
  const rest = createRestClient({
    apiUrl: 'https://api.x',
    tokens,
    pacer,
    http,
    stamp: () => clock.now(),
    signal,
    onStatusClass: () => {},
  });
  return { clock, tokens, rest, asked, logins: () => logins };
}

describe('rest client', () => {
  it('GEN-29 stamps an answer with the moment its request went out', async () => {
    const { rest, clock } = setUp([{ status: 200, body: { n: 5 } }]);
    expect(await rest.call(call)).toEqual({ ok: true, value: { value: { n: 5 }, sentAt: clock.now() } });
  });

  it('GEN-4 answers a 401 by one new token and one more try', async () => {
    const { rest, asked, logins } = setUp([
      { status: 401, body: { code: 'bad.credentials' } },
      { status: 200, body: { n: 1 } },
    ]);
    expect(await rest.call(call)).toMatchObject({ ok: true });
    expect(logins()).toBe(2);
    expect(asked.at(-1)?.headers.authorization).toBe('Bearer t2');
    const refusing = setUp([{ status: 401, body: { code: 'bad.credentials' } }]);
    expect(await refusing.rest.call(call)).toMatchObject({
      ok: false,
      error: { kind: 'reauth', status: 401 },
    });
    expect(refusing.asked.filter(({ url }) => url.endsWith('/x'))).toHaveLength(2);
  });

  it.each([
    [{ status: 200, text: '<html>' }, 'retry', 'malformed'],
    [{ status: 200, text: '{"n":' }, 'retry', 'malformed'],
    [{ status: 200, body: { n: 'x' } }, 'retry', 'malformed'],
    [{ status: 301, headers: { location: 'https://evil.example' } }, 'fatal', 'redirect'],
    [{ status: 400, body: { code: 'bad.request' } }, 'fatal', 'bad.request'],
    [{ status: 403, body: { code: 'missing.permissions' } }, 'fatal', 'missing.permissions'],
    [{ status: 404, text: 'nothing' }, 'fatal', 'http.404'],
    [{ status: 408 }, 'retry', 'http.408'],
    [{ status: 429, body: { code: 'too.many.requests' } }, 'retry', 'too.many.requests'],
    [{ status: 500, text: '<html>' }, 'retry', 'http.500'],
    [{ status: 503, body: { code: 'service.unavailable' } }, 'retry', 'service.unavailable'],
  ] as const)('GEN-32 %o is %s, %s', async (reply, kind, code) => {
    expect(await setUp([reply]).rest.call(call)).toMatchObject({ ok: false, error: { kind, code } });
  });

  it('GEN-39 a 429 holds the next call for as long as it says', async () => {
    const { rest, clock } = setUp([
      { status: 429, headers: { 'retry-after': '5' } },
      { status: 200, body: { n: 1 } },
    ]);
    expect(await rest.call(call)).toMatchObject({ ok: false, error: { retryAfterMs: 5_000 } });
    const next = rest.call(call);
    const sent = clock.now();
    await clock.advanceAsync(6_000, 500);
    expect(await next).toMatchObject({ ok: true, value: { sentAt: sent + 5_000 } });
  });

  it('GEN-39 a spent budget by the platform’s own count holds until its reset', async () => {
    const headers = {
      'inin-ratelimit-count': '300',
      'inin-ratelimit-allowed': '300',
      'inin-ratelimit-reset': '9',
    };
    const { rest, clock } = setUp([{ status: 200, body: { n: 1 }, headers }]);
    await rest.call(call);
    const sent = clock.now();
    const next = rest.call(call);
    await clock.advanceAsync(10_000, 500);
    expect(await next).toMatchObject({ value: { sentAt: sent + 9_000 } });
  });
});

describe('failures', () => {
  it.each([
    [{}, 0],
    [{ 'retry-after': '12' }, 12_000],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after': 'soon' }, 0],
    [{ 'retry-after': '99999999' }, 600_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 30_000],
  ])('GEN-39 Retry-After %o is %i ms', (headers, ms) => {
    expect(retryAfterMs(answerOf({ status: 429, headers }))).toBe(ms);
  });

  it('GEN-39 a 429 that names no time waits for the reset, or five seconds', () => {
    const reset = answerOf({ status: 429, headers: { 'inin-ratelimit-reset': '8' } });
    expect(failureOfAnswer(reset, 'x').retryAfterMs).toBe(8_000);
    expect(failureOfAnswer(answerOf({ status: 429 }), 'x').retryAfterMs).toBe(5_000);
  });

  it('GEN-40 a host that cannot be found points at the region', () => {
    const thrown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    expect(failureOfThrown(thrown, 'signing in', 'login.nowhere').message).toMatch(
      /login\.nowhere cannot be found; check the region/,
    );
  });
});

describe('token source', () => {
  it('GEN-4 asks once however many want a token', async () => {
    const { tokens, logins } = setUp([]);
    const all = await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    expect(all).toEqual(Array(3).fill({ ok: true, value: 't1' }));
    expect(logins()).toBe(1);
  });

  it('GEN-4 renews before the end: a tenth of its life or a minute', async () => {
    const { tokens, clock, logins } = setUp([]);
    await tokens.token();
    clock.advance(539_000);
    await tokens.token();
    expect(logins()).toBe(1);
    clock.advance(1_000);
    await tokens.token();
    expect(logins()).toBe(2);
    expect([86_400_000, 300_000, 10_000].map(renewalLeadMs)).toEqual([8_640_000, 60_000, 5_000]);
  });

  it('GEN-40 a refused client says what to check, and no secret', async () => {
    const { tokens } = setUp([], {
      status: 400,
      body: { error: 'invalid_client', description: 'authentication failed' },
    });
    const answer = await tokens.token();
    expect(answer).toMatchObject({ ok: false, error: { kind: 'fatal', code: 'invalid_client' } });
    expect(JSON.stringify(answer)).toMatch(/https:\/\/login\.x; check GENESYS_CLIENT_ID/);
    expect(JSON.stringify(answer)).not.toContain('secret-canary');
  });

  it('GEN-4 a failed login is no token, and the next asker tries again', async () => {
    const { clock, tokens } = setUp([]);
    const offline = memoryHttp((_, nth) =>
      nth === 1
        ? err(failure('retry', 'timeout', 'late'))
        : { status: 200, body: { access_token: 'a', expires_in: 60 } },
    );
    const { signal } = new AbortController();
    const source = createTokenSource({
      loginUrl: 'https://l',
      client: { id: 'i', secret: 's' },
      http: offline.http,
      clock,
      signal,
    });
    expect(await source.token()).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(await source.token()).toEqual({ ok: true, value: 'a' });
    expect(await tokens.token()).toMatchObject({ ok: true });
  });
});
