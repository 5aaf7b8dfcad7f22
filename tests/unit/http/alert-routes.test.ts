import { describe, expect, it } from 'vitest';
import {
  acknowledgedSchema,
  alertsFrameSchema,
  alertsResponseSchema,
  deliveriesResponseSchema,
  devicesResponseSchema,
  refusedResponseSchema,
} from '../../../lib/contracts/alert';
import { LOCAL } from '../../../server/access/principal';
import type { AuditLog } from '../../../server/audit/audit-log';
import { alertRoutes } from '../../../server/http/alert-routes';
import { FakeClock } from '../../support/fake-clock';
import { FakeDesk } from '../../support/fake-desk';
import { answerOf } from '../../support/fake-exchange';
import { NotedAudit } from '../../support/noted-audit';

function stage(audit: AuditLog = new NotedAudit()) {
  const desk = new FakeDesk();
  const clock = new FakeClock();
  return { desk, clock, audit, routes: alertRoutes({ desk, audit, clock }) };
}
const unrecordable: AuditLog = Object.assign(new NotedAudit(), {
  record: () => Promise.reject(new Error('disk full')),
});

describe('the routes of alerts', () => {
  it.each([
    ['GET /api/v1/alerts', alertsResponseSchema],
    ['GET /api/v1/alerts/groups', alertsFrameSchema],
    ['GET /api/v1/alerts/refused', refusedResponseSchema],
    ['GET /api/v1/alert-deliveries', deliveriesResponseSchema],
    ['GET /api/v1/devices', devicesResponseSchema],
  ])('API-13 %s answers by its contract, with the server’s time', async (target, schema) => {
    const { routes, clock } = stage();
    const answer = await answerOf(routes, target);
    expect(answer.status).toBe(200);
    expect(schema.parse(answer.json()).serverTime).toBe(clock.now());
  });

  it('API-13 asks for what the query says', async () => {
    const { routes, desk } = stage();
    await answerOf(routes, 'GET /api/v1/alerts', { url: '/api/v1/alerts?state=all&site=Cork&limit=5' });
    await answerOf(routes, 'GET /api/v1/devices', { url: '/api/v1/devices?site=Cork' });
    expect(desk.asked).toEqual([{ state: 'all', site: 'Cork', limit: 5 }, 'Cork']);
  });

  it.each(['state=none', 'limit=0', 'limit=501', 'limit=x', 'queueId='])(
    'API-13 refuses the query %s, and repeats nothing of it',
    async (query) => {
      const { routes, desk } = stage();
      const answer = await answerOf(routes, 'GET /api/v1/alerts', { url: `/api/v1/alerts?${query}` });
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'query.invalid' });
      expect(desk.asked).toEqual([]);
    },
  );

  it('API-14 acknowledges in the name of who asks, single alerts or a group', async () => {
    const { routes, desk } = stage();
    const target = 'POST /api/v1/alerts/acknowledgements';
    const taken = await answerOf(routes, target, { who: LOCAL, json: { ids: ['a', 'b'], note: 'on it' } });
    expect(acknowledgedSchema.parse(taken.json())).toEqual({ acknowledged: 3 });
    await answerOf(routes, target, { who: LOCAL, json: { group: 'g' } });
    const by = expect.any(String);
    expect(desk.asked).toEqual([
      { ids: ['a', 'b'], note: 'on it', by },
      { group: 'g', note: '', by },
    ]);
  });

  it.each([
    [{}],
    [{ ids: [] }],
    [{ ids: ['a'], group: 'g' }],
    [{ ids: ['a'], note: 'two\nlines' }],
    [{ ids: ['a'], note: 'x'.repeat(201) }],
    [{ ids: Array.from({ length: 1_001 }, (_, n) => `a${n}`) }],
    [{ ids: ['a'], by: 'somebody else' }],
    ['text'],
  ])('API-14 refuses to acknowledge %j', async (json) => {
    const { routes, desk } = stage();
    const answer = await answerOf(routes, 'POST /api/v1/alerts/acknowledgements', { who: LOCAL, json });
    expect(answer.status).toBe(400);
    expect(desk.asked).toEqual([]);
  });

  it('API-15 replaces the rules as a whole, and sends the dead again; both are recorded first', async () => {
    const audit = new NotedAudit();
    const { routes, desk } = stage(audit);
    const rules = [{ queueId: 'q1', product: 'thermo-*' }];
    const answer = await answerOf(routes, 'POST /api/v1/device-rules', { who: LOCAL, json: rules });
    expect(answer.json()).toEqual({ rules });
    expect((await answerOf(routes, 'GET /api/v1/device-rules')).json()).toEqual({ rules });
    const again = { who: LOCAL, json: { ids: ['a1'] } };
    expect((await answerOf(routes, 'POST /api/v1/alert-deliveries/retries', again)).json()).toEqual({
      queued: 1,
    });
    expect(audit.recorded.map(({ action }) => action)).toEqual([
      'device-rules.changed',
      'alert-deliveries.retried',
    ]);
    expect(desk.rules()).toEqual(rules);
  });

  it.each([
    ['POST /api/v1/device-rules', [{ queueId: 'q1', site: 'Cork' }]],
    ['POST /api/v1/alert-deliveries/retries', { ids: ['a1'] }],
  ])('API-15 %s changes nothing where it cannot be recorded', async (target, json) => {
    const { routes, desk } = stage(unrecordable);
    expect((await answerOf(routes, target, { who: LOCAL, json })).status).toBe(503);
    expect([desk.rules(), desk.asked]).toEqual([[], []]);
  });

  it.each([[[{ queueId: 'q1' }]], [[{ site: 'Cork' }]], [[{ queueId: 'q', site: 'x', more: 1 }]], [{}]])(
    'API-15 refuses the rules %j',
    async (json) => {
      const { routes, desk } = stage();
      const answer = await answerOf(routes, 'POST /api/v1/device-rules', { who: LOCAL, json });
      expect([answer.status, desk.rules()]).toEqual([400, []]);
    },
  );

  it('API-16 says of each that there are no devices here, where there is no broker', async () => {
    const routes = alertRoutes({ desk: null, audit: new NotedAudit(), clock: new FakeClock() });
    expect(routes.length).toBe(9);
    for (const { method, path } of routes) {
      const answer = await answerOf(routes, `${method} ${path}`, { json: {} });
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'source.off' });
    }
  });
});
