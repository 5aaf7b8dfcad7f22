import { describe, expect, it } from 'vitest';
import { agentTokenSchema } from '../../../lib/contracts/access';
import { agentDeviceSchema, telemetrySchema } from '../../../lib/contracts/device';
import {
  commandResponseSchema,
  sessionResponseSchema,
  sessionsResponseSchema,
} from '../../../lib/contracts/diagnostics';
import { LOCAL, type PersonPrincipal, type Principal } from '../../../server/access/principal';
import type { DeskProblemKind } from '../../../server/devices/diagnostics-desk';
import { createOffDesk } from '../../../server/devices/off-desk';
import { createDeviceHttp } from '../../../server/http/device-http';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { FakeDiagnosticsDesk, FakeTelemetryDesk } from '../../support/fake-device-desks';
import { answerOf, FAKE_ADDRESS } from '../../support/fake-exchange';
import { FakeGate, MACHINE, PERSON } from '../../support/fake-gate';

const SUPERVISOR = PERSON(['supervisor']);
const AGENT = PERSON(['agent'], 'p2');
const INITIATE = {
  interactionId: 'i-1',
  customerId: 'c1',
  deviceId: 'SN-1',
  requestedCommands: ['ping_latency'],
};
const EXECUTE = { interactionId: 'i-1', command: 'channel_scan', params: { duration: '30s' } };

function stage({ sessions = true, cloud = true } = {}) {
  const clock = new FakeClock();
  const telemetry = new FakeTelemetryDesk();
  const desk = new FakeDiagnosticsDesk();
  const gate = new FakeGate();
  const issuedTo: PersonPrincipal[] = [];
  const { routes } = createDeviceHttp({
    ...{ gate, clock, log: silentLog },
    telemetry: cloud ? telemetry : createOffDesk(clock),
    diagnostics: sessions ? desk : null,
    platformIdentity: async (principal: Principal) => ({
      genesysUserId: principal.kind === 'person' && principal.personId === 'p2' ? 'user-1' : null,
      email: principal.kind === 'person' ? `${principal.personId}@example.com` : null,
    }),
    agentTokens: {
      async issue(person) {
        issuedTo.push(person);
        return { token: 'a.b.c', expiresAt: 900_000 };
      },
    },
  });
  return { clock, telemetry, desk, gate, routes, issuedTo };
}

describe('GET /v1/device/status', () => {
  it.each([
    ['device_id=SN-1', { device_id: 'SN-1' }],
    ['account=A-7', { account: 'A-7' }],
    ['ani=tel:%2B35312345678', { ani: '+35312345678' }],
    ['ani=35312345678', { ani: '35312345678' }],
  ])('API-20 asks the desk for %s, and gives what it says', async (query, asked) => {
    const { routes, telemetry } = stage();
    const answer = await answerOf(routes, 'GET /v1/device/status', { url: `/v1/device/status?${query}` });
    expect(answer.status).toBe(200);
    expect(telemetrySchema.strict().parse(answer.json()).deviceStatus).toBe('online');
    expect(telemetry.asked).toEqual([asked]);
  });

  it.each([
    '',
    'device_id=',
    'device_id=a&account=b',
    'ani=evilnumber',
    'evil=1',
    'device_id=a&device_id=b',
    'account=evil%E2%80%A8b',
  ])('API-20 refuses the query “%s”, and repeats nothing of it', async (query) => {
    const { routes, telemetry } = stage();
    const answer = await answerOf(routes, 'GET /v1/device/status', { url: `/v1/device/status?${query}` });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'query.invalid' });
    expect(answer.body).not.toContain('evil');
    expect(telemetry.asked).toEqual([]);
  });

  it('API-25 without a device cloud the state is unknown, and why', async () => {
    const { routes } = stage({ cloud: false });
    const answer = await answerOf(routes, 'GET /v1/device/status', { url: '/v1/device/status?device_id=a' });
    const said = telemetrySchema.parse(answer.json());
    expect([said.deviceStatus, said.reason?.code]).toEqual(['unknown', 'off']);
  });
});

describe('GET /api/v1/agent/device', () => {
  const target = 'GET /api/v1/agent/device';
  const ask = (id: string) => ({ url: `/api/v1/agent/device?conversationId=${id}` });

  it('API-21 gives the device of a conversation, and tells the desk who asks and how far he reaches', async () => {
    const { routes, telemetry } = stage();
    const answer = await answerOf(routes, target, { ...ask('i-1'), who: AGENT, reach: 'own' });
    expect(agentDeviceSchema.strict().parse(answer.json()).customerId).toBe('c1');
    const viewer = { reach: 'own', genesysUserId: 'user-1', email: 'p2@example.com' };
    expect(telemetry.asked).toEqual([{ interactionId: 'i-1', ...viewer }]);
  });

  it.each([
    ['i-2', AGENT],
    ['i-1', PERSON(['agent'], 'p3')],
  ])('API-21 the conversation %s that is none, or another’s, is not there', async (id, who) => {
    const { routes } = stage();
    const answer = await answerOf(routes, target, { ...ask(id), who, reach: 'own' });
    expect([answer.status, answer.json()]).toMatchObject([404, { code: 'interaction.unknown' }]);
  });

  it.each(['', 'a%20b', '..', 'x'.repeat(65), 'i-1&conversationId=i-2'])(
    'API-26 refuses the conversation “%s” before anybody is asked',
    async (id) => {
      const { routes, telemetry } = stage();
      const answer = await answerOf(routes, target, { ...ask(id), who: SUPERVISOR });
      expect([answer.status, telemetry.asked]).toEqual([400, []]);
    },
  );

  it('API-25 without a device cloud the widget is told so, and not left blank', async () => {
    const { routes } = stage({ cloud: false });
    const answer = await answerOf(routes, target, { ...ask('i-1'), who: AGENT });
    expect(agentDeviceSchema.parse(answer.json()).telemetry.reason?.code).toBe('off');
  });
});

describe('POST /api/v1/agent/token', () => {
  it('ACC-96 gives a person a token for his session, and nobody else', async () => {
    const { routes, issuedTo } = stage();
    const target = 'POST /api/v1/agent/token';
    const answer = await answerOf(routes, target, { who: AGENT });
    expect(agentTokenSchema.strict().parse(answer.json()).expiresAt).toBe(900_000);
    expect(issuedTo).toEqual([AGENT]);
    const local = await answerOf(routes, target, { who: LOCAL });
    expect([local.status, local.json()]).toMatchObject([409, { code: 'token.needless' }]);
    expect(issuedTo.length).toBe(1);
  });
});

describe('the routes of diagnostic sessions', () => {
  it.each([
    ['POST /v1/diagnostics/initiate', 201, INITIATE, sessionResponseSchema],
    ['POST /v1/diagnostics/execute', 202, EXECUTE, commandResponseSchema],
    ['POST /v1/diagnostics/:id/end', 200, { solvedRemotely: true }, sessionResponseSchema],
    ['GET /v1/diagnostics/:id', 200, undefined, sessionResponseSchema],
    ['GET /api/v1/diagnostics', 200, undefined, sessionsResponseSchema],
  ])('API-22 %s answers %i by its contract, with the server’s time', async (target, status, json, schema) => {
    const { routes, clock } = stage();
    const answer = await answerOf(routes, target, { who: SUPERVISOR, ids: { id: 'i-1' }, json });
    expect(answer.status).toBe(status);
    expect(schema.strict().parse(answer.json()).serverTime).toBe(clock.now());
  });

  it('API-22 a session that is open already is answered by 200', async () => {
    const { routes, desk } = stage();
    desk.isNew = false;
    const answer = await answerOf(routes, 'POST /v1/diagnostics/initiate', { who: AGENT, json: INITIATE });
    expect(answer.status).toBe(200);
  });

  it('API-22 hands the wish on whole, in the name of who asks', async () => {
    const { routes, desk } = stage();
    const asked = { who: AGENT, reach: 'own' as const };
    await answerOf(routes, 'POST /v1/diagnostics/initiate', { ...asked, json: INITIATE });
    await answerOf(routes, 'POST /v1/diagnostics/execute', { ...asked, json: EXECUTE });
    await answerOf(routes, 'POST /v1/diagnostics/:id/end', { ...asked, ids: { id: 'i-1' }, json: {} });
    const actor = {
      ...{ reach: 'own', genesysUserId: 'user-1', email: 'p2@example.com', actor: 'person:p2' },
      ...{ name: 'Person p2', roles: ['agent'], address: FAKE_ADDRESS },
    };
    const requestedCommands = [{ command: 'ping_latency', params: {} }];
    expect(desk.asked).toEqual([
      { wish: { ...INITIATE, requestedCommands }, actor },
      { wish: EXECUTE, actor },
      { interactionId: 'i-1', wish: { solvedRemotely: null }, actor },
    ]);
  });

  it('API-33 a machine reaches all interactions, and has no roles', async () => {
    const { routes, desk } = stage();
    await answerOf(routes, 'POST /v1/diagnostics/execute', {
      who: MACHINE(['diagnostics:run']),
      json: EXECUTE,
    });
    expect(desk.asked).toMatchObject([
      { actor: { actor: 'machine:m1', reach: 'all', genesysUserId: null, roles: [] } },
    ]);
  });

  it('API-22 acts in the roles of the moment, not of when the request began, and for nobody who is gone', async () => {
    const { routes, desk, gate } = stage();
    const senior = PERSON(['supervisor', 'senior_tech']);
    gate.change(senior, SUPERVISOR, false);
    const target = 'POST /v1/diagnostics/execute';
    await answerOf(routes, target, { who: senior, json: EXECUTE });
    expect(desk.asked).toMatchObject([{ actor: { roles: ['supervisor'] } }]);
    gate.change(senior, null, false);
    const answer = await answerOf(routes, target, { who: senior, json: EXECUTE });
    expect([answer.status, desk.asked.length]).toEqual([401, 1]);
  });

  it('API-22 says what the caller may run now', async () => {
    const { routes } = stage();
    const mayRun = async (who: Principal) => {
      const answer = await answerOf(routes, 'GET /v1/diagnostics/:id', { who, ids: { id: 'i-1' } });
      return sessionResponseSchema.parse(answer.json()).mayRun;
    };
    expect(await mayRun(SUPERVISOR)).toEqual(['ping_latency']);
    expect(await mayRun(PERSON(['senior_tech']))).toEqual(['ping_latency', 'reboot_module']);
  });

  const REFUSALS: readonly (readonly [DeskProblemKind, number, string])[] = [
    ['off', 404, 'source.off'],
    ['not-found', 404, 'diagnostics.unknown'],
    ['not-owned', 403, 'device.not-owned'],
    ['not-yours', 403, 'interaction.not-yours'],
    ['command', 403, 'command.refused'],
    ['params', 403, 'command.params'],
    ['role', 403, 'command.role'],
    ['ended', 409, 'diagnostics.ended'],
    ['replayed', 409, 'request.replayed'],
    ['full', 429, 'diagnostics.full'],
    ['unrecorded', 503, 'audit.unavailable'],
    ['unavailable', 503, 'diagnostics.unavailable'],
  ];
  it.each(REFUSALS)(
    'API-23 where the desk says %s it is %i %s, in the desk’s words',
    async (kind, status, code) => {
      const { routes, desk } = stage();
      desk.refuses = kind;
      for (const [target, json] of [
        ['POST /v1/diagnostics/initiate', INITIATE],
        ['POST /v1/diagnostics/execute', EXECUTE],
        ['POST /v1/diagnostics/:id/end', {}],
      ] as const) {
        const answer = await answerOf(routes, target, { who: SUPERVISOR, ids: { id: 'i-1' }, json });
        expect([answer.status, answer.json()]).toEqual([status, { code, message: 'no, and this is why' }]);
        const isLater = status === 429 || status === 503;
        expect(answer.headers.has('retry-after')).toBe(isLater);
      }
    },
  );

  it('API-24 the bundle is a file to download, of letters that a header can hold', async () => {
    const { routes } = stage();
    const target = 'GET /v1/diagnostics/:id/bundle';
    const answer = await answerOf(routes, target, { who: SUPERVISOR, ids: { id: 'i-1' } });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="diagnostics-i-1.json"');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ interactionId: 'i-1', windows: [] });
    const foreign = { who: AGENT, reach: 'own', ids: { id: 'i-2' } } as const;
    expect((await answerOf(routes, target, foreign)).status).toBe(404);
  });

  it.each(['a"b', 'a\r\nb', '..', 'i_1', '', 'x'.repeat(65), '__proto__'])(
    'API-26 a session named “%s” is not there, and the desk is not asked',
    async (id) => {
      const { routes, desk } = stage();
      const asked = { who: SUPERVISOR, ids: { id }, json: {} };
      for (const target of [
        'GET /v1/diagnostics/:id',
        'GET /v1/diagnostics/:id/bundle',
        'GET /v1/diagnostics/:id/stream',
        'POST /v1/diagnostics/:id/end',
      ]) {
        const answer = await answerOf(routes, target, asked);
        expect([answer.status, answer.json()]).toMatchObject([404, { code: 'diagnostics.unknown' }]);
      }
      expect([desk.asked, desk.reads]).toEqual([[], 0]);
    },
  );

  it.each([
    ['POST /v1/diagnostics/initiate', {}],
    ['POST /v1/diagnostics/initiate', { ...INITIATE, evil: 1 }],
    ['POST /v1/diagnostics/initiate', { ...INITIATE, requestedCommands: Array(11).fill('ping_latency') }],
    ['POST /v1/diagnostics/initiate', { ...INITIATE, interactionId: 'evil id' }],
    ['POST /v1/diagnostics/execute', { ...EXECUTE, command: ['evil'] }],
    ['POST /v1/diagnostics/execute', { ...EXECUTE, requestId: 'evil' }],
    ['POST /v1/diagnostics/execute', 'evil'],
    ['POST /v1/diagnostics/:id/end', { solvedRemotely: 'evil' }],
    ['POST /v1/diagnostics/:id/end', undefined],
  ])('API-26 %s refuses %j, and repeats nothing of it', async (target, json) => {
    const { routes, desk } = stage();
    const answer = await answerOf(routes, target, { who: SUPERVISOR, ids: { id: 'i-1' }, json });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('evil');
    expect(desk.asked).toEqual([]);
  });

  it('API-25 without a link each of them says so', async () => {
    const { routes } = stage({ sessions: false });
    const own = routes.filter(({ path }) => path.includes('/diagnostics'));
    expect(own.length).toBe(7);
    for (const { method, path } of own) {
      const answer = await answerOf(routes, `${method} ${path}`, { who: SUPERVISOR, json: {} });
      expect([answer.status, answer.json()]).toMatchObject([404, { code: 'source.off' }]);
    }
  });
});
