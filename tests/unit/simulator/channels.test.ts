import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { DEMO_CLIENT } from '../../../server/simulator/options';
import {
  type Channel,
  channelToEvict,
  createChannelRegistry,
} from '../../../server/simulator/platform/channel-registry';
import { decideSubscriptions } from '../../../server/simulator/platform/subscriptions';
import { parseTopic } from '../../../server/simulator/platform/topics';
import { type SimStage, setSimStage } from './sim-stage';

const OTHER = { id: 'other', secret: 'other-secret' };
const HOUR = 3_600_000;
const socket = { send: () => true, close() {}, terminate() {} };

describe('channelToEvict', () => {
  it.each([
    ['nobody', [], null],
    [
      'the one used longest ago',
      [
        { n: 1, lastUsedAt: 5, socket: null },
        { n: 2, lastUsedAt: 3, socket: null },
      ],
      2,
    ],
    [
      'one without a socket before an older one with',
      [
        { n: 1, lastUsedAt: 1, socket },
        { n: 2, lastUsedAt: 9, socket: null },
      ],
      2,
    ],
    [
      'the oldest where all have sockets',
      [
        { n: 1, lastUsedAt: 7, socket },
        { n: 2, lastUsedAt: 6, socket },
      ],
      2,
    ],
  ])('SIM-6 chooses %s', (_what, channels, n) => {
    expect(channelToEvict(channels)?.n ?? null).toBe(n);
  });
});

describe('the registry', () => {
  function setUp() {
    const watched: string[] = [];
    const removed: string[] = [];
    const registry = createChannelRegistry({
      channelsPerClient: 2,
      lifetimeMs: 1_000,
      random: seededRandom(1),
      watched: (topic, on) => watched.push(`${on ? '+' : '-'}${topic}`),
      removed: (channel, reason) => removed.push(`${channel.clientId} ${reason}`),
    });
    return { registry, watched, removed };
  }

  it('SIM-6 evicts from the client that asks for one too many, and from no other', () => {
    const { registry, removed } = setUp();
    const kept = registry.create('b', 't', 0);
    registry.create('a', 't', 1);
    const second = registry.create('a', 't', 2);
    const third = registry.create('a', 't', 3);
    expect(removed).toEqual(['a evicted']);
    expect(registry.ofClient('a')).toEqual([second, third]);
    expect(registry.get(kept.id)).toBe(kept);
  });

  it('SIM-9 tells who is the first and who was the last listener of a topic', () => {
    const { registry, watched } = setUp();
    const [one, two] = [registry.create('a', 't', 0), registry.create('b', 't', 0)] as [Channel, Channel];
    registry.setTopics(one, new Set(['x', 'y']), 1);
    registry.setTopics(two, new Set(['y']), 1);
    registry.setTopics(one, new Set(['z']), 2);
    registry.remove(two, 'expired');
    registry.remove(two, 'expired');
    expect(watched).toEqual(['+x', '+y', '-x', '+z', '-y']);
    expect(registry.subscribers('z')).toEqual(new Set([one]));
  });
});

describe('subscriptions', () => {
  const name = (n: number) => `v2.analytics.queues.q${n}.observations`;
  const decide = (body: unknown, more: Partial<Parameters<typeof decideSubscriptions>[0]> = {}) =>
    decideSubscriptions({
      mode: 'add',
      current: new Set([name(1)]),
      body,
      ignoreErrors: false,
      limit: 3,
      missingFor: () => [],
      ...more,
    });
  const topics = (outcome: ReturnType<typeof decide>) =>
    outcome.ok ? [...outcome.topics] : outcome.problem.code;

  it.each([
    ['adds', [{ id: name(2) }], {}, [name(1), name(2)]],
    ['replaces', [{ id: name(2) }], { mode: 'replace' }, [name(2)]],
    [
      'counts a topic once',
      [{ id: name(2) }, { id: name(2) }, { id: name(1) }, { id: name(3) }],
      {},
      [name(1), name(2), name(3)],
    ],
    [
      'stops at the limit of the total',
      [{ id: name(2) }, { id: name(3) }, { id: name(4) }],
      {},
      'notification.subscription.too.many.subscriptions',
    ],
    [
      'replaces up to the limit',
      [{ id: name(2) }, { id: name(3) }, { id: name(4) }],
      { mode: 'replace' },
      [name(2), name(3), name(4)],
    ],
    [
      'refuses a bad name even when errors are ignored',
      [{ id: 'v2.x' }],
      { ignoreErrors: true },
      'notification.invalid.topic',
    ],
    [
      'refuses a name over 200 characters',
      [{ id: `v2.users.${'x'.repeat(200)}.activity` }],
      {},
      'notification.invalid.topic',
    ],
    ['refuses a body that is no list', { id: name(2) }, {}, 'bad.request'],
    ['refuses a list of other things', [name(2)], {}, 'bad.request'],
    [
      'refuses all for one without permission',
      [{ id: name(2) }, { id: name(3) }],
      { missingFor: (t: string) => (t === name(3) ? ['p'] : []) },
      'missing.permissions',
    ],
  ] as const)('SIM-9 %s', (_what, body, more, expected) => {
    expect(topics(decide(body, more))).toEqual(expected);
  });

  it('SIM-9 shows the rejected ones and leaves them out', () => {
    const missingFor = (topic: string) => (topic === name(3) ? ['p'] : []);
    const outcome = decide([{ id: name(2) }, { id: name(3) }], { missingFor, ignoreErrors: true });
    expect(outcome).toMatchObject({
      topics: new Set([name(1), name(2)]),
      entities: [
        { id: name(1), state: 'Permitted' },
        { id: name(2), state: 'Permitted' },
        { id: name(3), state: 'Rejected', missingPermissions: ['p'] },
      ],
    });
  });

  it.each([
    ['v2.analytics.queues.abc-1.observations', { kind: 'observations', queueId: 'abc-1' }],
    ['v2.analytics.queues.abc.activity', { kind: 'activity', queueId: 'abc' }],
    ['v2.users.abc.activity', { kind: 'userActivity', userId: 'abc' }],
    ['v2.users.abc.presence', { kind: 'other' }],
    ['v2.routing.queues.abc.conversations', { kind: 'conversations', queueId: 'abc' }],
    ['v2.routing.queues.abc.users', { kind: 'other' }],
    ['v2.analytics.queues.abc.aggregates', null],
    ['V2.analytics.queues.abc.observations', null],
    ['v2.analytics.queues..observations', null],
    ['', null],
  ])('SIM-9 knows %s', (topic, expected) => {
    const parsed = parseTopic(topic);
    if (expected === null) expect(parsed).toBeNull();
    else expect(parsed).toMatchObject(expected);
  });
});

describe('channels on the wire', () => {
  let stage: SimStage;
  let token: string;
  beforeEach(async () => {
    stage = await setSimStage({ clients: [DEMO_CLIENT, OTHER] });
    token = await stage.login();
  });
  afterEach(() => stage.stop());
  const head = async (id: string) =>
    (await stage.call('HEAD', `/api/v2/notifications/channels/${id}`, { token })).status;

  it('SIM-6 the 21st channel takes the place of the idle one', async () => {
    const channels = [];
    for (let n = 0; n < 20; n += 1) {
      channels.push(await stage.channel(token));
      await stage.pass(10, 10);
    }
    const [first, second] = channels;
    if (first === undefined || second === undefined) throw new Error('twenty channels');
    const held = await stage.connect(first);
    await stage.channel(token);
    expect([await head(first.id), await head(second.id)]).toEqual([200, 404]);
    expect(held.socket.readyState).toBe(1);
    const { body } = await stage.call('GET', '/api/v2/notifications/channels', { token });
    expect(body.entities).toHaveLength(20);
  });

  it('SIM-7 announces its end a minute before, closes, and answers 404 from then on', async () => {
    const channel = await stage.channel(token);
    expect(Date.parse(channel.expires)).toBe(stage.clock.now() + 24 * HOUR);
    await stage.pass(23.5 * HOUR, HOUR / 2);
    const listener = await stage.connect(channel);
    await stage.pass(29 * 60_000 + 2_000, 60_000);
    expect(listener.of('socket_closing')).toHaveLength(1);
    await stage.pass(62_000, 1_000);
    expect(await listener.closed()).toBe(1001);
    await expect(stage.connect(channel)).rejects.toThrow('404');
  });

  it('SIM-7 a change of subscriptions renews it', async () => {
    const channel = await stage.channel(token);
    await stage.pass(20 * HOUR, HOUR / 2);
    await stage.call('PUT', `/api/v2/notifications/channels/${channel.id}/subscriptions`, {
      token: await stage.login(),
      body: [],
    });
    await stage.pass(20 * HOUR, HOUR / 2);
    const listener = await stage.connect(channel);
    expect(listener.of('socket_closing')).toHaveLength(0);
  });

  it('SIM-7 belongs to its client alone', async () => {
    const channel = await stage.channel(token);
    const other = await stage.login(OTHER);
    const path = `/api/v2/notifications/channels/${channel.id}/subscriptions`;
    expect((await stage.call('GET', path, { token: other })).status).toBe(404);
    const { body } = await stage.call('GET', '/api/v2/notifications/channels', { token: other });
    expect(body.entities).toEqual([]);
  });

  it('SIM-7 hides ids from another token of the same client', async () => {
    await stage.channel(token);
    const again = await stage.login();
    const { body } = await stage.call('GET', '/api/v2/notifications/channels?includechannels=oauthclient', {
      token: again,
    });
    expect(body.entities).toEqual([{ expires: expect.any(String) }]);
  });

  it('SIM-8 a second socket closes the first', async () => {
    const channel = await stage.channel(token);
    const first = await stage.connect(channel);
    const second = await stage.connect(channel);
    expect(await first.closed()).toBe(1000);
    await stage.pass(31_000, 1_000);
    expect(second.frames.map((frame) => frame.topicName)).toContain('channel.metadata');
    expect(second.socket.readyState).toBe(1);
  });

  it('SIM-10 beats every 30 s, answers a ping and ignores the rest', async () => {
    const listener = await stage.connect(await stage.channel(token));
    for (const text of ['nonsense', '{"message":"other"}', '[]', 'null', '{"message":"ping"}'])
      listener.socket.send(text);
    listener.socket.send(Buffer.from('{"message":"ping"}'));
    await stage.pass(95_000, 500);
    const messages = listener.of('channel.metadata').map((frame) => frame.eventBody.message);
    expect(messages).toEqual(['pong', 'WebSocket Heartbeat', 'WebSocket Heartbeat', 'WebSocket Heartbeat']);
  });

  it('SIM-9 says on the socket that its subscriptions changed', async () => {
    const channel = await stage.channel(token);
    const listener = await stage.connect(channel);
    const topic = { id: `v2.analytics.queues.${stage.simulator.truth().queues[0]?.id}.observations` };
    await stage.call('POST', `/api/v2/notifications/channels/${channel.id}/subscriptions`, {
      token,
      body: [topic],
    });
    await stage.pass(50);
    expect(listener.of('v2.subscription.updated')[0]?.eventBody).toEqual({ subscriptionCount: 1 });
  });
});
