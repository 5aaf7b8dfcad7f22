import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aniSchema, interactionIdSchema } from '../../../lib/contracts/device';
import type { ListedConversation } from '../../../server/simulator/conversations/conversation-control';
import { TALKING_PEOPLE } from '../../../server/simulator/conversations/made-up-agents';
import { PEOPLE } from '../../../server/simulator/platform/organisation';
import { USER_SCHEMA } from '../../../server/simulator/platform/people-routes';
import { readSdkShapes } from '../../contract/sdk-shapes';
import { type ApplianceStage, setApplianceStage } from './appliance-stage';

interface Participant {
  readonly id: string;
  readonly purpose: string;
  readonly ani?: string;
  readonly userId?: string;
  readonly queueId?: string;
  readonly endTime?: string;
  readonly attributes: Record<string, string>;
}
interface Told {
  readonly id: string;
  readonly endTime?: string;
  readonly participants: readonly Participant[];
}

const shapes = readSdkShapes();
const senior = PEOPLE.find(({ roles }) => roles.some(({ name }) => name === 'Senior Technician'));
const agent = PEOPLE.find(({ roles }) => roles.some(({ name }) => name === 'Agent'));
let stage: ApplianceStage;
let token: string;

async function listed(query = ''): Promise<readonly ListedConversation[]> {
  // The control API gives what its own code says it gives.
  return (await stage.control(`conversations${query}`)).conversations as ListedConversation[];
}
async function begin(wish: object = {}): Promise<ListedConversation> {
  const { status, body } = await stage.call('POST', '/simulator/conversations', { body: wish });
  expect(status).toBe(201);
  return body as unknown as ListedConversation;
}
const find = (id: string) => stage.call('GET', `/api/v2/conversations/${id}`, { token });
async function told(id: string): Promise<Told> {
  const { body } = await find(id);
  expect(shapes.deviations(body, 'Conversation')).toEqual([]);
  return body as unknown as Told;
}
const write = (id: string, participantId: string, body: unknown) =>
  stage.call('PATCH', `/api/v2/conversations/${id}/participants/${participantId}/attributes`, {
    token,
    body,
  });

describe('live conversations', () => {
  beforeEach(async () => {
    stage = await setApplianceStage();
    token = await stage.login();
  });
  afterEach(() => stage.stop());

  it('SIM-75 are told by REST as the platform tells them: who, in which queue, from which number', async () => {
    await stage.pass(10 * 60_000, 5_000);
    // Within the rate limit of a token.
    const all = (await listed('?all=true')).slice(0, 200);
    expect(all.length).toBeGreaterThan(20);
    for (const one of all) {
      interactionIdSchema.parse(one.conversationId);
      const { participants } = await told(one.conversationId);
      const [customer, acd] = participants;
      expect([customer?.purpose, acd?.purpose]).toEqual(['customer', 'acd']);
      expect(customer?.id).toBe(one.customerParticipantId);
      expect(customer?.ani === undefined ? null : aniSchema.parse(customer.ani)).toBe(one.ani);
      expect(customer?.attributes.account ?? null).toBe(one.account);
      const talking = participants.filter(
        ({ purpose, endTime }) => purpose === 'agent' && endTime === undefined,
      );
      expect(talking.map(({ userId, queueId }) => [userId, queueId])).toEqual([[one.userId, one.queueId]]);
    }
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(all.length);
    expect(new Set(all.map(({ customerId }) => customerId === null))).toEqual(new Set([true, false]));
  });

  it('SIM-75 end, and are sent on to another queue', async () => {
    await stage.pass(15 * 60_000, 5_000);
    const all = (await listed('?all=true')).slice(0, 200).map(({ conversationId }) => conversationId);
    const agents = [];
    for (const id of all) agents.push(agentsOf((await told(id)).participants));
    expect(Math.max(...agents)).toBeGreaterThan(1);
    const first = all[agents.indexOf(Math.max(...agents))];
    await stage.pass(40 * 60_000, 20_000);
    token = await stage.login();
    const { endTime, participants } = await told(first ?? '');
    expect(endTime).toBeDefined();
    expect(participants.every((one) => one.endTime !== undefined)).toBe(true);
    expect((await find('00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect((await find('no-conversation')).status).toBe(404);
  });

  it('SIM-76 have attributes that are merged, told, and listed as they were written', async () => {
    const { conversationId: id, customerParticipantId: own } = await begin();
    expect((await write(id, own, { attributes: { first: '1', other: 'x' } })).status).toBe(200);
    expect((await write(id, own, { attributes: { first: '2' } })).status).toBe(200);
    expect((await told(id)).participants[0]?.attributes).toEqual({ first: '2', other: 'x' });
    const { writes } = await stage.control(`conversations/${id}`);
    expect(writes).toMatchObject([
      { attributes: { first: '1', other: 'x' } },
      { attributes: { first: '2' } },
    ]);
    for (const attributes of [null, [], { a: 1 }, { a: 'x'.repeat(10_001) }, 'a']) {
      expect((await write(id, own, { attributes })).status).toBe(400);
    }
    expect((await write(id, id, { attributes: {} })).status).toBe(404);
    expect((await write(own, own, { attributes: {} })).status).toBe(404);
  });

  it('SIM-76 refuse attributes on command, with the time to wait', async () => {
    const { conversationId: id, customerParticipantId: own } = await begin();
    await stage.inject({
      ...{
        kind: 'restError',
        status: 429,
        retryAfterSeconds: 3,
        method: 'PATCH',
        path: '/attributes',
        times: 1,
      },
    });
    const refused = await write(id, own, { attributes: { a: '1' } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await told(id)).participants[0]?.attributes).toEqual({});
    expect((await write(id, own, { attributes: { a: '1' } })).status).toBe(200);
  });

  it('SIM-76 may be written down at a gateway instead', async () => {
    const message = {
      ...{ type: 'message', content: { type: 'text', text: 'Signal −89 dBm' }, from: 'device' },
      timestamp: '2026-11-20T09:00:00.000Z',
    };
    const post = (body: unknown) => stage.call('POST', '/simulator/gateway/messages', { body });
    expect((await post(message)).status).toBe(202);
    expect((await post({ ...message, conversationId: 'c', timestamp: 5 })).status).toBe(202);
    for (const wrong of [{}, { ...message, type: 'event' }, { ...message, content: 'text' }, '{', []]) {
      expect((await post(wrong)).status).toBe(400);
    }
    await stage.inject({ kind: 'restError', status: 429, path: '/gateway/messages', times: 1 });
    expect((await post(message)).status).toBe(429);
    expect(await stage.control('messages?limit=1')).toMatchObject({
      ...{ taken: 2, refused: 5 },
      messages: [{ conversationId: 'c', hasToken: false, idempotencyKey: null }],
    });
    const response = await fetch(`${stage.simulator.url}/simulator/gateway/messages/c2`, {
      method: 'POST',
      headers: { Authorization: 'Bearer x', 'Idempotency-Key': 'k' },
      body: JSON.stringify(message),
    });
    await response.body?.cancel();
    expect(await stage.control('messages?limit=1')).toMatchObject({
      messages: [{ conversationId: 'c2', hasToken: true, idempotencyKey: 'k', body: message }],
    });
  });

  it('SIM-77 have agents who are users, with roles and what the organisation marks them with', async () => {
    await stage.pass(5 * 60_000, 5_000);
    const users = new Set((await listed('?all=true')).map(({ userId }) => userId ?? ''));
    expect(TALKING_PEOPLE.some(({ id }) => users.has(id))).toBe(true);
    for (const id of [...[...users].slice(0, 50), senior?.id]) {
      const path = `/api/v2/users/${id}`;
      const user = await stage.call('GET', `${path}?expand=authorization,groups`, { token });
      expect(shapes.deviations(user.body, 'User')).toEqual([]);
      const own = await stage.call('GET', `${path}/customattributes/${USER_SCHEMA.id}`, { token });
      expect(own.body).toMatchObject({ userId: id, attributes: { senior_tech: id === senior?.id } });
      const bulk = await stage.call('GET', `${path}/customattributes/bulk?schemaIds=${USER_SCHEMA.id}`, {
        token,
      });
      expect(JSON.parse(bulk.text)).toEqual([own.body]);
      const { roles } = user.body.authorization as { roles: { name: string }[] };
      expect(roles.some(({ name }) => name === 'Senior Technician')).toBe(id === senior?.id);
    }
    const schemas = await stage.call('GET', '/api/v2/users/customattributes/schemas', { token });
    expect(schemas.body).toMatchObject({ entities: [{ id: USER_SCHEMA.id, name: 'technician' }] });
    for (const path of [
      'none',
      `${agent?.id}/customattributes/none`,
      '00000000-0000-4000-8000-000000000000',
    ]) {
      expect((await stage.call('GET', `/api/v2/users/${path}`, { token })).status).toBe(404);
    }
    const plain = await stage.call('GET', `/api/v2/users/${agent?.id}`, { token });
    expect(plain.body).not.toHaveProperty('authorization');
    expect((await stage.call('GET', '/api/v2/users/me', { token })).status).toBe(400);
  });

  it('SIM-78 with a customer’s device are listed, so that one can be picked', async () => {
    await stage.pass(10 * 60_000, 5_000);
    const all = await listed();
    expect(all.length).toBeGreaterThan(10);
    for (const { devices, userId, queueId, conversationId } of all) {
      expect([devices.length > 0, userId === null, queueId === null]).toEqual([true, false, false]);
      expect(await stage.control(`conversations/${conversationId}`)).toMatchObject({
        conversationId,
        writes: [],
      });
    }
  });

  it('SIM-78 can be made on command, last until they are ended, and are in no figure', async () => {
    const before = stage.simulator.truth().queues;
    const usual = await begin();
    expect(usual).toMatchObject({ isStanding: true, userId: agent?.id, devices: [{ online: true }] });
    const { customers } = (await stage.control('customers')) as {
      customers: { customerId: string; ani: string; account: string; devices: { deviceId: string }[] }[];
    };
    const two = customers.find(({ devices }) => devices.length === 2);
    const device = two?.devices[1]?.deviceId;
    expect(await begin({ deviceId: device, userId: senior?.id })).toMatchObject({
      ...{
        customerId: two?.customerId,
        ani: two?.ani,
        userId: senior?.id,
        devices: [{}, { deviceId: device }],
      },
    });
    expect(await begin({ account: two?.account })).toMatchObject({ account: two?.account });
    expect(await begin({ ani: '+19895550199' })).toMatchObject({ customerId: null, devices: [] });
    expect(stage.simulator.truth().queues).toEqual(before);
    expect((await listed()).map(({ isStanding }) => isStanding)).toEqual([true, true, true]);
    const { conversationId: id } = usual;
    await stage.pass(60_000, 5_000);
    expect((await told(id)).endTime).toBeUndefined();
    const end = () => stage.call('DELETE', `/simulator/conversations/${id}`);
    expect((await end()).status).toBe(200);
    expect((await told(id)).endTime).toBeDefined();
    expect((await end()).status).toBe(409);
    const wrong: readonly (readonly [unknown, number])[] = [
      [{ deviceId: 'none' }, 404],
      [{ queueId: 'none' }, 404],
      [{ userId: 'none' }, 404],
      [{ colour: 'red' }, 400],
      ['{', 400],
    ];
    for (const [body, status] of wrong) {
      expect((await stage.call('POST', '/simulator/conversations', { body })).status).toBe(status);
    }
  });
});

function agentsOf(participants: readonly Participant[]): number {
  return participants.filter(({ purpose }) => purpose === 'agent').length;
}
