import { afterEach, describe, expect, it } from 'vitest';
import { alarmsResponseSchema, shelfSchema, webhooksResponseSchema } from '../../../lib/contracts/alarm';
import type { AuditLog } from '../../../server/audit/audit-log';
import { alarmRoutes } from '../../../server/http/alarm-routes';
import { answerOf } from '../../support/fake-exchange';
import { PERSON } from '../../support/fake-gate';
import { NotedAudit } from '../../support/noted-audit';
import { AlarmStage } from '../alarms/alarm-stage';

const A = 'kpi:queue:a#waiting';
const WHO = PERSON(['supervisor'], 'p7');
const ACKNOWLEDGE = 'POST /api/v1/alarms/acknowledgements';
const SHELVE = 'POST /api/v1/alarms/shelves';
const UNSHELVE = 'DELETE /api/v1/alarms/shelves';
const HOOKS = 'POST /api/v1/alarm-webhooks';
const HOOK = {
  ...{ id: 'h1', name: 'Chat', url: 'https://chat.example.com/hidden-part', format: 'slack' },
  ...{ levels: ['critical'], boardIds: null, secret: 'a-secret-of-the-hook-9k2' },
};

let open: AlarmStage[] = [];
afterEach(async () => {
  for (const stage of open) await stage.stop();
  open = [];
});

async function staged(audit: AuditLog = new NotedAudit()) {
  const stage = await new AlarmStage().start();
  open.push(stage);
  const { boards, clock } = stage;
  const routes = alarmRoutes({ desk: stage.floor, boards, audit, clock });
  await stage.figure('queue:a', 'waiting', 'critical');
  return { stage, routes };
}
const unrecordable: AuditLog = Object.assign(new NotedAudit(), {
  record: () => Promise.reject(new Error('disk full')),
});

describe('the routes of alarms', () => {
  it('ALARM-40 list what stands on a board, or on the first one', async () => {
    const { routes, stage } = await staged();
    const answer = await answerOf(routes, 'GET /api/v1/alarms');
    const listed = alarmsResponseSchema.parse(answer.json());
    expect([listed.boardId, listed.serverTime, listed.alarms.map(({ key }) => key)]).toEqual([
      'main',
      stage.clock.now(),
      [A],
    ]);
    for (const [query, status] of [
      ['boardId=main', 200],
      ['boardId=none', 404],
      ['boardId=%20', 400],
      ['other=1', 400],
    ] as const) {
      const url = `/api/v1/alarms?${query}`;
      expect([query, (await answerOf(routes, 'GET /api/v1/alarms', { url })).status]).toEqual([
        query,
        status,
      ]);
    }
  });

  it('ALARM-40 shelve in the name of who asks, until it is taken off again; each is recorded', async () => {
    const audit = new NotedAudit();
    const { routes } = await staged(audit);
    const json = { key: A, minutes: 30, reason: 'a campaign' };
    const shelved = await answerOf(routes, SHELVE, { who: WHO, json });
    expect([shelved.status, shelfSchema.parse(shelved.json())]).toMatchObject([
      201,
      { key: A, reason: 'a campaign', by: WHO.name },
    ]);
    const url = `/api/v1/alarms/shelves?key=${encodeURIComponent(A)}`;
    const gone = [await answerOf(routes, UNSHELVE, { who: WHO, url })];
    gone.push(await answerOf(routes, UNSHELVE, { who: WHO, url }));
    expect(gone.map(({ status }) => status)).toEqual([204, 404]);
    const unknown = await answerOf(routes, SHELVE, { who: WHO, json: { ...json, key: 'kpi:x#waiting' } });
    expect([unknown.status, unknown.json()]).toMatchObject([404, { code: 'alarm.unknown' }]);
    for (const bad of [{ ...json, minutes: 0 }, { ...json, minutes: 1_441 }, { ...json, reason: ' ' }, {}])
      expect((await answerOf(routes, SHELVE, { who: WHO, json: bad })).status).toBe(400);
    expect(audit.recorded).toMatchObject([
      {
        actor: 'person:p7',
        action: 'alarm.shelved',
        subject: `alarm:${A}`,
        details: new Map<string, unknown>([
          ['reason', 'a campaign'],
          ['minutes', 30],
          ['until', expect.any(Number)],
        ]),
      },
      { action: 'alarm.unshelved' },
    ]);
  });

  it('ALARM-40 replace the webhooks as a whole, and tell no secret; what was changed meanwhile is 409', async () => {
    const audit = new NotedAudit();
    const { routes } = await staged(audit);
    const saved = await answerOf(routes, HOOKS, { who: WHO, json: { revision: 0, webhooks: [HOOK] } });
    expect(webhooksResponseSchema.parse(saved.json())).toMatchObject({
      revision: 1,
      webhooks: [{ id: 'h1', hasSecret: true, waiting: 0 }],
    });
    const read = await answerOf(routes, 'GET /api/v1/alarm-webhooks');
    expect(read.json()).toEqual(saved.json());
    expect(saved.body + read.body).not.toContain(HOOK.secret);
    const late = await answerOf(routes, HOOKS, { who: WHO, json: { revision: 0, webhooks: [] } });
    expect([late.status, late.json()]).toMatchObject([409, { code: 'webhooks.changed' }]);
    const bad = { ...HOOK, url: 'http://chat.example.com/' };
    const refused = await answerOf(routes, HOOKS, { who: WHO, json: { revision: 1, webhooks: [bad] } });
    expect([refused.status, refused.json()]).toMatchObject([400, { code: 'webhook.refused' }]);
    const short = { ...HOOK, secret: 'short' };
    expect(
      (await answerOf(routes, HOOKS, { who: WHO, json: { revision: 1, webhooks: [short] } })).status,
    ).toBe(400);
    expect(audit.recorded.map(({ action, details }) => [action, details.get('hosts')])).toEqual([
      ['alarm-webhooks.changed', 'chat.example.com'],
    ]);
    expect(JSON.stringify([...(audit.recorded[0]?.details ?? [])])).not.toMatch(/hidden-part|a-secret/);
  });

  it('ALARM-40 what cannot be recorded is not done', async () => {
    const { routes, stage } = await staged(unrecordable);
    const asked = [
      answerOf(routes, ACKNOWLEDGE, { who: WHO, json: { keys: [A] } }),
      answerOf(routes, SHELVE, { who: WHO, json: { key: A, minutes: 5, reason: 'r' } }),
      answerOf(routes, HOOKS, { who: WHO, json: { revision: 0, webhooks: [HOOK] } }),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(stage.frame().alarms[0]?.acknowledgement).toBeNull();
    expect([stage.floor.shelves(), stage.floor.webhooks().webhooks]).toEqual([[], []]);
  });
});
