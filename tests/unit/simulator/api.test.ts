import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPage } from '../../../server/simulator/platform/paging';
import { countRequest, rateHeaders } from '../../../server/simulator/platform/rate-limit';
import { type SimStage, setSimStage } from './sim-stage';

describe('the rate limit', () => {
  it('SIM-3 counts a minute from the first request', () => {
    const first = countRequest(null, 1_000, 2);
    const second = countRequest(first.window, 30_000, 2);
    const third = countRequest(second.window, 60_999, 2);
    const fourth = countRequest(third.window, 61_000, 2);
    expect(
      [first, second, third, fourth].map((one) => [one.allowed, one.window.count, one.resetSeconds]),
    ).toEqual([
      [true, 1, 60],
      [true, 2, 31],
      [false, 2, 1],
      [true, 1, 60],
    ]);
    expect(rateHeaders(third, 2)).toEqual({
      'inin-ratelimit-count': '2',
      'inin-ratelimit-allowed': '2',
      'inin-ratelimit-reset': '1',
    });
  });
});

describe('pages', () => {
  const items = Array.from({ length: 7 }, (_, n) => n);
  const page = (query: string) => readPage(items, new URLSearchParams(query), '/list');
  it.each([
    ['pageSize=3&pageNumber=1', [0, 1, 2], 3],
    ['pageSize=3&pageNumber=3', [6], 3],
    ['pageSize=3&pageNumber=4', [], 3],
    ['', items, 1],
    ['pageSize=500', items, 1],
  ])('SIM-5 %s', (query, entities, pageCount) => {
    expect(page(query)).toMatchObject({ ok: true, value: { entities, pageCount, total: 7 } });
  });
  it.each(['pageSize=0', 'pageSize=501', 'pageSize=x', 'pageNumber=0', 'pageNumber=-1', 'pageNumber=1.5'])(
    'SIM-5 refuses %s',
    (query) => {
      expect(page(query).ok).toBe(false);
    },
  );
  it('SIM-5 links the others', () => {
    const middle = page('pageSize=3&pageNumber=2&name=a');
    expect(middle.ok && [middle.value.previousUri, middle.value.nextUri, middle.value.lastUri]).toEqual([
      '/list?pageSize=3&pageNumber=1&name=a',
      '/list?pageSize=3&pageNumber=3&name=a',
      '/list?pageSize=3&pageNumber=3&name=a',
    ]);
  });
});

describe('the API', () => {
  let stage: SimStage;
  let token: string;
  beforeEach(async () => {
    stage = await setSimStage({ world: { kind: 'made-up', queues: 30, seed: 2, warmUp: false } });
    token = await stage.login();
  });
  afterEach(() => stage.stop());

  it.each([
    ['GET', '/api/v2/nothing', undefined, 404, 'not.found'],
    ['GET', '/elsewhere', undefined, 404, 'not.found'],
    ['DELETE', '/api/v2/routing/queues', undefined, 405, 'method.not.allowed'],
    ['POST', '/api/v2/analytics/queues/observations/query', '{', 400, 'bad.request'],
    ['POST', '/api/v2/analytics/queues/observations/query', '[]', 400, 'bad.request'],
    ['POST', '/api/v2/analytics/queues/observations/query', undefined, 400, 'bad.request'],
    [
      'POST',
      '/api/v2/analytics/queues/observations/query',
      ' '.repeat(4_194_305),
      413,
      'request.entity.too.large',
    ],
    ['GET', '/api/v2/users/me', undefined, 400, 'bad.request'],
  ])('SIM-4 answers %s %s with the error body', async (method, path, body, status, code) => {
    const got = await stage.call(method, path, { token, ...(body === undefined ? {} : { body }) });
    expect(got.status).toBe(status);
    expect(got.body).toEqual({
      message: expect.stringMatching(/./),
      code,
      status,
      messageWithParams: expect.any(String),
      messageParams: expect.any(Object),
      contextId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      details: [],
      errors: [],
    });
  });

  it('SIM-4 says which methods there are', async () => {
    const got = await stage.call('PATCH', '/api/v2/routing/queues', { token });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('SIM-4 refuses what the permissions do not cover', async () => {
    const poor = await setSimStage({
      missingPermissions: ['routing:queue:view', 'analytics:queueObservation:view'],
    });
    try {
      const other = await poor.login();
      const queues = await poor.call('GET', '/api/v2/routing/queues', { token: other });
      expect([queues.status, queues.body.code]).toEqual([403, 'missing.permissions']);
      const id = poor.simulator.truth().queues[0]?.id;
      const channel = await poor.channel(other);
      const path = `/api/v2/notifications/channels/${channel.id}/subscriptions`;
      const body = [{ id: `v2.analytics.queues.${id}.observations` }];
      expect((await poor.call('PUT', path, { token: other, body })).status).toBe(403);
      expect((await poor.call('GET', '/api/v2/presence/definitions', { token: other })).status).toBe(200);
    } finally {
      await poor.stop();
    }
  });

  it('SIM-1 refuses logins of other kinds and half ones', async () => {
    const login = async (authorization: string, body: string) => {
      const response = await fetch(`${stage.simulator.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    const good = `Basic ${btoa('floorcast-demo:floorcast-demo-secret')}`;
    expect(await login(good, 'grant_type=password')).toEqual([400, 'unsupported_grant_type']);
    expect(await login(good, '')).toEqual([400, 'invalid_request']);
    expect(await login('Bearer x', 'grant_type=client_credentials')).toEqual([400, 'invalid_client']);
    expect(await login(`Basic ${btoa('nobody:x')}`, 'grant_type=client_credentials')).toEqual([
      400,
      'invalid_client',
    ]);
    expect((await stage.call('GET', '/oauth/token')).status).toBe(405);
  });

  it('SIM-1 a token ends when its time is over, and says so a second early', async () => {
    const short = await setSimStage({ tokenLifetimeSeconds: 300 });
    try {
      const response = await fetch(`${short.simulator.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('floorcast-demo:floorcast-demo-secret')}` },
        body: 'grant_type=client_credentials',
      });
      const {
        access_token: own,
        token_type,
        expires_in,
      } = (await response.json()) as Record<string, unknown>;
      expect([token_type, expires_in]).toEqual(['bearer', 299]);
      const me = () => short.call('GET', '/api/v2/tokens/me', { token: String(own) });
      short.clock.advance(299_999);
      expect((await me()).status).toBe(200);
      short.clock.advance(1);
      expect([(await me()).status, (await me()).body.code]).toEqual([401, 'credentials.expired']);
    } finally {
      await short.stop();
    }
  });

  it('SIM-5 pages through every queue once, and filters by name, division and id', async () => {
    const list = async (query: string) => {
      const { body } = await stage.call('GET', `/api/v2/routing/queues?${query}`, { token });
      return body.entities as { id: string; name: string; division: { id: string } }[];
    };
    const pages = await Promise.all([1, 2, 3].map((n) => list(`pageSize=12&pageNumber=${n}`)));
    const all = pages.flat();
    expect(pages.map((one) => one.length)).toEqual([12, 12, 6]);
    expect(new Set(all.map((queue) => queue.id)).size).toBe(30);
    expect((await list('name=wash&pageSize=100')).map((queue) => queue.name)).toEqual([
      'Washers',
      'Washers 2',
      'Washers 3',
    ]);
    expect((await list('name=*ers%202&pageSize=100')).map((queue) => queue.name)).toEqual([
      'Dishwashers 2',
      'Dryers 2',
      'Washers 2',
    ]);
    const first = all[0];
    const ofDivision = all.filter((queue) => queue.division.id === first?.division.id);
    expect(await list(`divisionId=${first?.division.id}&pageSize=100`)).toHaveLength(ofDivision.length);
    expect(await list(`id=${first?.id}`)).toEqual([first]);
  });
});
