import { describe, expect, it } from 'vitest';
import { createCloudClient } from '../../../../server/devices/telemetry/cloud-client';
import { cloudUrl } from '../../../../server/devices/telemetry/cloud-url';
import {
  CALL,
  type CloudReply,
  calm,
  cloudStage,
  inTurn,
  NETWORK,
  ONLINE,
  settled,
  TIMEOUT,
} from './cloud-stage';

const REFUSED: CloudReply = { status: 401, body: { message: 'no' } };
const BUSY: CloudReply = { status: 503 };
const bearer = ({ headers }: { headers: Readonly<Record<string, string>> }) => headers.authorization;

describe('calls to the device cloud', () => {
  it('DEV-1 share one token, which is renewed before its end', async () => {
    const { client, clock, logins, calls } = cloudStage({ answer: () => ONLINE });
    await Promise.all([client.get(CALL), client.get(CALL), client.get(CALL)]);
    expect(logins).toHaveLength(1);
    expect(logins[0]).toMatchObject({
      method: 'POST',
      timeoutMs: 500,
      body: 'grant_type=client_credentials',
    });
    clock.advance(530_000);
    await client.get(CALL);
    clock.advance(20_000);
    await client.get(CALL);
    expect(calls.map(bearer)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('DEV-2 renew a token that is refused, once, and log it', async () => {
    const { client, calls, lines } = cloudStage({ answer: inTurn(REFUSED, ONLINE) });
    expect(await client.get(CALL)).toMatchObject({ ok: true });
    expect(calls.map(bearer)).toEqual(['Bearer t1', 'Bearer t2']);
    expect(lines.filter((line) => line.includes('"info"'))).toHaveLength(1);
    expect(lines.join()).toContain('the token was refused (401)');
    expect(client.counts.refusedTokens).toBe(1);
  });

  it('DEV-2 end after a second refusal, and come back after ten seconds', async () => {
    const { client, clock, calls, logins, lines } = cloudStage({ answer: () => REFUSED });
    const said = [await client.get(CALL), await client.get(CALL), await client.get(CALL)];
    for (const one of said) expect(one).toMatchObject({ ok: false, error: { kind: 'reauth', status: 401 } });
    expect([calls.length, logins.length]).toEqual([2, 2]);
    clock.advance(10_000);
    await client.get(CALL);
    expect([calls.length, logins.length]).toEqual([4, 4]);
    // Each time it was refused, one line a minute above debug.
    expect(lines.filter((line) => line.includes('"info"'))).toHaveLength(1);
  });

  it('DEV-123 renew a token that is refused at the second try, too, and then no more', async () => {
    const first = cloudStage({ answer: inTurn(BUSY, REFUSED, ONLINE) });
    const asking = first.client.get(CALL);
    await calm();
    await first.clock.advanceAsync(1_000);
    expect(await asking).toMatchObject({ ok: true });
    expect(first.calls.map(bearer)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
    const { client, clock, calls } = cloudStage({ answer: inTurn(REFUSED, BUSY, REFUSED) });
    const again = client.get(CALL);
    await calm();
    await clock.advanceAsync(1_000);
    expect(await again).toMatchObject({ ok: false, error: { kind: 'reauth' } });
    expect(calls).toHaveLength(3);
  });

  it('DEV-2 do not try a client that is refused again and again', async () => {
    const login = () => ({ status: 400, body: { error: 'invalid_client' } });
    const { client, clock, calls, logins } = cloudStage({ answer: () => ONLINE, login });
    for (let round = 0; round < 5; round++) {
      expect(await client.get(CALL)).toMatchObject({ ok: false, error: { code: 'invalid_client' } });
    }
    expect([calls.length, logins.length]).toEqual([0, 1]);
    clock.advance(10_000);
    await client.get(CALL);
    expect(logins).toHaveLength(2);
  });

  it.each<[string, CloudReply, CloudReply, number, object]>([
    ['a time-out', TIMEOUT, ONLINE, 2, { ok: true }],
    ['a 503', BUSY, ONLINE, 2, { ok: true }],
    ['a lost connection', NETWORK, ONLINE, 2, { ok: true }],
    ['a gateway in trouble', { status: 502 }, ONLINE, 2, { ok: true }],
    ['two time-outs', TIMEOUT, TIMEOUT, 2, { ok: false, error: { code: 'timeout' } }],
    ['two 503', BUSY, BUSY, 2, { ok: false, error: { status: 503 } }],
    ['a 500', { status: 500 }, ONLINE, 1, { ok: false, error: { status: 500 } }],
    ['a 404', { status: 404 }, ONLINE, 1, { ok: false, error: { status: 404 } }],
    ['a 403', { status: 403 }, ONLINE, 1, { ok: false, error: { status: 403 } }],
  ])('DEV-3 meet %s, then the next answer', async (_, first, second, count, outcome) => {
    const { client, clock, calls } = cloudStage({ answer: inTurn(first, second) });
    const asking = client.get(CALL);
    await calm();
    expect(calls).toHaveLength(1);
    await clock.advanceAsync(999);
    expect(calls).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(await asking).toMatchObject(outcome);
    expect(calls).toHaveLength(count);
    expect(calls[0]?.timeoutMs).toBe(2_000);
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-3 ask for a token that did not come in time once more, too', async () => {
    const { client, clock } = cloudStage({
      answer: () => ONLINE,
      login: (nth) => (nth === 1 ? TIMEOUT : { status: 200, body: { access_token: 'ta', expires_in: 60 } }),
    });
    expect(await settled(clock, client.get(CALL))).toMatchObject({ ok: true });
    expect(client.counts.retries).toBe(1);
  });

  it('DEV-3 do not wait for a second that nobody has: stopping ends the pause', async () => {
    const { client, ending } = cloudStage({ answer: () => BUSY });
    const asking = client.get(CALL);
    await calm();
    ending.abort();
    expect(await asking).toMatchObject({ ok: false });
  });

  it.each<[string, CloudReply, string]>([
    ['HTML', { status: 200, text: '<html>' }, 'malformed'],
    ['JSON that is cut', { status: 200, text: '{"status":' }, 'malformed'],
    ['another shape', { status: 200, body: { status: 5 } }, 'malformed'],
    ['a list', { status: 200, body: [] }, 'malformed'],
    ['null', { status: 200, text: 'null' }, 'malformed'],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example' } }, 'redirect'],
  ])('DEV-4 take %s for no answer, and do not ask again', async (_, reply, code) => {
    const { client, calls } = cloudStage({ answer: () => reply });
    expect(await client.get(CALL)).toMatchObject({ ok: false, error: { code } });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.maxBytes).toBe(65_536);
    expect(client.counts.byOutcome).toEqual(new Map([['bad-answer', 1]]));
  });

  it.each<[string, Record<string, string>, number]>([
    ['429 with 7 s', { 'retry-after': '7' }, 7_000],
    ['429 without a time', {}, 5_000],
    ['429 with an hour', { 'retry-after': '3600' }, 60_000],
  ])('DEV-16 leave a cloud alone that says %s', async (_, headers, ms) => {
    const { client, clock, calls } = cloudStage({ answer: inTurn({ status: 429, headers }, ONLINE) });
    expect(await client.get(CALL)).toMatchObject({ ok: false, error: { status: 429 } });
    clock.advance(ms - 1);
    expect(await client.get(CALL)).toMatchObject({ ok: false, error: { code: 'left.alone', kind: 'retry' } });
    expect(calls).toHaveLength(1);
    clock.advance(1);
    expect(await client.get(CALL)).toMatchObject({ ok: true });
  });

  it('DEV-16 ask again after a second where a 503 asks for no more, and not where it does', async () => {
    const soon = cloudStage({ answer: inTurn({ status: 503, headers: { 'retry-after': '1' } }, ONLINE) });
    expect(await settled(soon.clock, soon.client.get(CALL))).toMatchObject({ ok: true });
    const later = cloudStage({ answer: inTurn({ status: 503, headers: { 'retry-after': '20' } }, ONLINE) });
    expect(await later.client.get(CALL)).toMatchObject({ ok: false });
    expect(later.calls).toHaveLength(1);
  });

  it('DEV-13 are so many at once; others wait no longer than two seconds, and not behind too many', async () => {
    const open: (() => void)[] = [];
    const stage = cloudStage({ answer: () => ONLINE });
    const http = stage.http;
    let [now, most] = [0, 0];
    const slow: typeof http = async (request) => {
      if (request.url.includes('oauth')) return http(request);
      most = Math.max(most, ++now);
      await new Promise<void>((resolve) => open.push(resolve));
      now--;
      return http(request);
    };
    const options = { baseUrl: 'https://cloud.example.com', what: 'asking', maxBytes: 1_000 };
    const client = createCloudClient({ ...stage, ...options, http: slow });
    const asked = Array.from({ length: 600 }, () => client.get(CALL));
    await calm();
    expect(client.underWayCount).toBe(24);
    expect(client.counts.byOutcome.get('busy')).toBe(600 - 24 - 500);
    stage.clock.advance(2_000);
    await calm();
    expect(client.counts.byOutcome.get('busy')).toBe(600 - 24);
    for (const go of open.splice(0)) go();
    await Promise.all(asked);
    expect([most, client.underWayCount, stage.clock.pendingCount]).toEqual([24, 0, 0]);
  });
});

describe('the address of a call', () => {
  it.each<[string, string]>([
    ['SN-1', 'https://c.example/v1/devices/SN-1/status'],
    ['a/b', 'https://c.example/v1/devices/a%2Fb/status'],
    ['../customers', 'https://c.example/v1/devices/..%2Fcustomers/status'],
    ['%2e%2e', 'https://c.example/v1/devices/%252e%252e/status'],
    ['a?b#c', 'https://c.example/v1/devices/a%3Fb%23c/status'],
    ['a\\b', 'https://c.example/v1/devices/a%5Cb/status'],
    ['a b', 'https://c.example/v1/devices/a%20b/status'],
    ['ü😀', 'https://c.example/v1/devices/%C3%BC%F0%9F%98%80/status'],
    ['...', 'https://c.example/v1/devices/.../status'],
  ])('DEV-17 holds the id %j as one part', (id, url) => {
    expect(cloudUrl('https://c.example/v1/', { path: ['devices', id, 'status'] })).toBe(url);
  });

  it.each([['.'], ['..'], [''], ['a\ud800']])('DEV-17 is none for %j', (id) => {
    expect(cloudUrl('https://c.example', { path: ['devices', id, 'status'] })).toBeNull();
  });

  it('DEV-17 keeps what the base has, and escapes values', () => {
    const query = [['ani', '+353&x=1']] as const;
    const url = 'https://c.example/v1/customers?tenant=a&ani=%2B353%26x%3D1';
    expect(cloudUrl('https://c.example/v1?tenant=a', { path: ['customers'], query })).toBe(url);
  });

  it('DEV-17 of an id that can be none is not gone to', async () => {
    const { client, calls, logins } = cloudStage({ answer: () => ONLINE });
    const path = ['devices', '..', 'status'];
    expect(await client.get({ ...CALL, path })).toMatchObject({ ok: false, error: { code: 'not.an.id' } });
    expect([calls.length, logins.length]).toEqual([0, 0]);
  });
});
