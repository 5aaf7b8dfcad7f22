/** The simulator before a client that nobody here wrote: the platform's own SDK, and a plain WebSocket. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { must } from '../../lib/assert';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { DEMO_CLIENT } from '../../server/simulator/options';
import { type RunningSimulator, startSimulator } from '../../server/simulator/simulator';
import { FakeClock } from '../support/fake-clock';
import { connectSdk, type SdkAnswer } from './sdk-client';
import { readSdkShapes } from './sdk-shapes';

const shapes = readSdkShapes();
const LIMITED = { id: 'limited', secret: 'limited-secret' };
let clock: FakeClock;
let simulator: RunningSimulator;
let sdk: ReturnType<typeof connectSdk>;
let queueIds: string[];

beforeAll(async () => {
  clock = new FakeClock();
  simulator = await startSimulator({
    port: 0,
    clock,
    random: seededRandom(4),
    log: silentLog,
    world: { kind: 'made-up', queues: 520, seed: 4, warmUp: true, callsPerHour: 20 },
    clients: [DEMO_CLIENT, LIMITED],
  });
  sdk = connectSdk(simulator.port);
  queueIds = simulator.truth().queues.map((queue) => queue.id);
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  // A minute on: every test has its own rate budget.
  clock.advance(60_000);
  await sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, DEMO_CLIENT.secret);
});

/** Awaits an answer and holds its body against a model of the SDK. */
async function answer(call: Promise<SdkAnswer>, model: string): Promise<SdkAnswer> {
  const got = await call;
  expect(shapes.deviations(got.body, model)).toEqual([]);
  return got;
}
/** The SDK rejects with the answer; its body is the platform's error body. */
async function refusal(call: Promise<SdkAnswer>): Promise<SdkAnswer & { readonly code: unknown }> {
  const got = await call.then(
    () => Promise.reject(new Error('the call was not refused')),
    (thrown: SdkAnswer) => thrown,
  );
  expect(shapes.deviations(got.body, 'ErrorBody')).toEqual([]);
  const { code, status, contextId } = got.body as { code: unknown; status: unknown; contextId: unknown };
  expect([status, typeof contextId]).toEqual([got.status, 'string']);
  return { ...got, code };
}
/** A field of a body that has just been held against its model. */
function field<T>(got: SdkAnswer, name: string): T {
  return (got.body as Record<string, T>)[name] as T;
}
const observations = (queue: number) => `v2.analytics.queues.${must(queueIds[queue], 'queue')}.observations`;
const topics = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: at < 520 ? observations(at) : activity(at - 520) }));
const activity = (queue: number) => `v2.analytics.queues.${must(queueIds[queue], 'queue')}.activity`;
async function newChannel(): Promise<{ id: string; connectUri: string }> {
  const got = await answer(sdk.notifications.postNotificationsChannels(), 'Channel');
  return got.body as { id: string; connectUri: string };
}
const byQueue = (ids: readonly string[]) => ({
  type: 'or',
  predicates: ids.map((value) => ({ type: 'dimension', dimension: 'queueId', operator: 'matches', value })),
});

describe('the official SDK', () => {
  it('SIM-2 signs in, and is refused with a wrong secret', async () => {
    const auth = await sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, DEMO_CLIENT.secret);
    expect(auth.accessToken).toMatch(/^[\w-]{86}$/);
    const wrong = sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, 'wrong');
    const text = 'authentication failed';
    await expect(wrong).rejects.toMatchObject({
      response: {
        status: 400,
        data: { error: 'invalid_client', description: text, error_description: text },
      },
    });
  });

  it('SIM-2 asks who it is', async () => {
    const me = await answer(sdk.tokens.getTokensMe(), 'TokenInfo');
    expect(field<{ id: string }>(me, 'OAuthClient').id).toBe(DEMO_CLIENT.id);
    expect((await refusal(sdk.users.getUsersMe())).status).toBe(400);
  });

  it('SIM-2 reads queues page by page', async () => {
    const first = await answer(
      sdk.routing.getRoutingQueues({ pageSize: 500, pageNumber: 1 }),
      'QueueEntityListing',
    );
    const second = await answer(
      sdk.routing.getRoutingQueues({ pageSize: 500, pageNumber: 2 }),
      'QueueEntityListing',
    );
    expect([field(first, 'total'), field(first, 'pageCount')]).toEqual([520, 2]);
    const ids = [first, second].flatMap((page) =>
      field<{ id: string }[]>(page, 'entities').map((queue) => queue.id),
    );
    expect([...ids].sort()).toEqual([...queueIds].sort());
    const one = await answer(sdk.routing.getRoutingQueue(queueIds[0]), 'Queue');
    expect(one.body).toMatchObject({
      name: 'Washers',
      mediaSettings: { call: { serviceLevel: { percentage: 0.8, durationMs: 20_000 } } },
    });
    expect((await refusal(sdk.routing.getRoutingQueue('nobody'))).code).toBe('not.found');
    expect((await refusal(sdk.routing.getRoutingQueues({ pageSize: 501 }))).code).toBe('bad.request');
  });

  it('SIM-2 reads presence definitions, new and old', async () => {
    const list = await answer(
      sdk.presence.getPresenceDefinitions0(),
      'OrganizationPresenceDefinitionEntityListing',
    );
    expect(field<unknown[]>(list, 'entities').length).toBe(field(list, 'total'));
    await answer(sdk.presence.getPresencedefinitions({ pageSize: 100 }), 'OrganizationPresenceEntityListing');
  });

  it('SIM-2 makes, finds and lists a channel', async () => {
    const channel = await newChannel();
    expect(channel.connectUri).toBe(`ws://127.0.0.1:${simulator.port}/channels/${channel.id}`);
    const list = await answer(sdk.notifications.getNotificationsChannels(), 'ChannelEntityListing');
    expect(field<{ id: string }[]>(list, 'entities').map((one) => one.id)).toContain(channel.id);
    expect((await sdk.notifications.headNotificationsChannel(channel.id)).status).toBe(200);
    await expect(sdk.notifications.headNotificationsChannel('streaming-9')).rejects.toMatchObject({
      status: 404,
    });
  });

  it('SIM-9 adds, replaces and clears subscriptions', async () => {
    const { id } = await newChannel();
    const api = sdk.notifications;
    const ids = (got: SdkAnswer) => field<{ id: string }[]>(got, 'entities').map((one) => one.id);
    const model = 'ChannelTopicEntityListing';
    const first = [{ id: observations(0) }, { id: observations(1) }];
    expect(ids(await answer(api.postNotificationsChannelSubscriptions(id, first), model))).toHaveLength(2);
    await answer(api.postNotificationsChannelSubscriptions(id, [{ id: observations(2) }]), model);
    const all = ids(await answer(api.getNotificationsChannelSubscriptions(id), model));
    expect(all).toEqual([observations(0), observations(1), observations(2)]);
    expect(
      ids(await answer(api.putNotificationsChannelSubscriptions(id, [{ id: activity(0) }]), model)),
    ).toEqual([activity(0)]);
    expect((await api.deleteNotificationsChannelSubscriptions(id)).status).toBe(204);
    expect(ids(await answer(api.getNotificationsChannelSubscriptions(id), model))).toEqual([]);
  });

  it('SIM-9 is refused the 1,001st topic, a bad name and a queue that it may not see', async () => {
    const { id } = await newChannel();
    const api = sdk.notifications;
    const unknown = { id: 'v2.analytics.queues.00000000-0000-4000-8000-000000000000.observations' };
    await answer(api.putNotificationsChannelSubscriptions(id, topics(1_000)), 'ChannelTopicEntityListing');
    const over = await refusal(api.postNotificationsChannelSubscriptions(id, [{ id: activity(519) }]));
    expect(over).toMatchObject({ status: 400, code: 'notification.subscription.too.many.subscriptions' });
    // One that is there already does not count twice.
    await answer(
      api.postNotificationsChannelSubscriptions(id, [{ id: observations(0) }]),
      'ChannelTopicEntityListing',
    );
    const bad = await refusal(api.putNotificationsChannelSubscriptions(id, [{ id: 'v2.nonsense' }]));
    expect(bad).toMatchObject({ status: 400, code: 'notification.invalid.topic' });
    const denied = await refusal(
      api.putNotificationsChannelSubscriptions(id, [{ id: observations(0) }, unknown]),
    );
    expect(denied).toMatchObject({ status: 403, code: 'missing.permissions' });
    const some = await answer(
      api.putNotificationsChannelSubscriptions(id, [{ id: observations(0) }, unknown], {
        ignoreErrors: true,
      }),
      'ChannelTopicEntityListing',
    );
    expect(field<{ state: string }[]>(some, 'entities').map((one) => one.state)).toEqual([
      'Permitted',
      'Rejected',
    ]);
    expect(field<{ missingPermissions?: string[] }[]>(some, 'entities')[1]?.missingPermissions).toEqual([
      'analytics:queueObservation:view',
    ]);
  });

  it('SIM-15 asks for the state of queues', async () => {
    const metrics = [
      'oWaiting',
      'oInteracting',
      'oAlerting',
      'oLongestWaiting',
      'oOnQueueUsers',
      'oUserRoutingStatuses',
      'oOffQueueUsers',
    ];
    const got = await answer(
      sdk.analytics.postAnalyticsQueuesObservationsQuery({
        filter: byQueue(queueIds.slice(0, 100)),
        metrics,
      }),
      'QueueObservationQueryResponse',
    );
    const groups = field<
      {
        group: { queueId: string; mediaType?: string };
        data: { metric: string; stats: { count?: number } }[];
      }[]
    >(got, 'results');
    expect(groups).toHaveLength(600);
    expect(field<Record<string, string[]>>(got, 'systemToOrganizationMappings').BREAK).toHaveLength(1);
    const truth = must(simulator.truth().queues[0], 'queue');
    const voice = groups.find(({ group }) => group.queueId === truth.id && group.mediaType === 'voice');
    const count = (metric: string) => voice?.data.find((one) => one.metric === metric)?.stats.count;
    expect([count('oWaiting'), count('oInteracting')]).toEqual([
      truth.media[0]?.now.waiting,
      truth.media[0]?.now.interacting,
    ]);
    const bad = { filter: { type: 'or', predicates: [{ dimension: 'userId', value: 'x' }] }, metrics };
    expect((await refusal(sdk.analytics.postAnalyticsQueuesObservationsQuery(bad))).code).toBe('bad.request');
  });

  it('SIM-16 asks for the day by half hours', async () => {
    const { since, queues } = simulator.truth();
    const metrics = [
      'nOffered',
      'tAnswered',
      'tAbandon',
      'tShortAbandon',
      'oServiceLevel',
      'tHandle',
      'tAcd',
      'tTalk',
      'tAcw',
      'tWait',
      'nOverSla',
      'nTransferred',
      'tFlowOut',
    ];
    const interval = `${new Date(since).toISOString()}/${new Date(since + 86_400_000).toISOString()}`;
    const query = {
      interval,
      granularity: 'PT30M',
      timeZone: 'UTC',
      groupBy: ['queueId', 'mediaType'],
      filter: byQueue(queueIds.slice(0, 5)),
      metrics,
    };
    const got = await answer(
      sdk.analytics.postAnalyticsConversationsAggregatesQuery(query),
      'ConversationAggregateQueryResponse',
    );
    const groups = field<
      {
        group: { queueId: string; mediaType: string };
        data: {
          interval: string;
          metrics: { metric: string; stats: { count?: number; numerator?: number } }[];
        }[];
      }[]
    >(got, 'results');
    for (const queue of queues.slice(0, 5)) {
      for (const { mediaType, today } of queue.media) {
        const data =
          groups.find(({ group }) => group.queueId === queue.id && group.mediaType === mediaType)?.data ?? [];
        const stats = (metric: string) =>
          data.flatMap((step) => step.metrics.filter((one) => one.metric === metric).map((one) => one.stats));
        const sum = (values: readonly (number | undefined)[]) =>
          values.reduce<number>((total, value) => total + (value ?? 0), 0);
        expect(sum(stats('nOffered').map((one) => one.count))).toBe(today.offered);
        expect(sum(stats('oServiceLevel').map((one) => one.numerator))).toBe(today.serviceLevel.numerator);
      }
    }
    expect(
      (
        await refusal(
          sdk.analytics.postAnalyticsConversationsAggregatesQuery({ ...query, metrics: ['nAbandon'] }),
        )
      ).code,
    ).toBe('bad.request');
  });

  it('SIM-1 is told of a missing, a wrong and an expired token', async () => {
    sdk.client.setAccessToken('wrong');
    expect(await refusal(sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'bad.credentials',
    });
    sdk.client.clearAccessToken();
    expect(await refusal(sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'authentication.required',
    });
    await sdk.client.loginClientCredentialsGrant('sentinel-expired', DEMO_CLIENT.secret);
    expect(await refusal(sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'credentials.expired',
    });
  });

  it('SIM-3 is stopped at the 301st request of a minute, with the headers that say so', async () => {
    await sdk.client.loginClientCredentialsGrant(LIMITED.id, LIMITED.secret);
    const first = await sdk.tokens.getTokensMe();
    expect(first.headers).toMatchObject({
      'inin-ratelimit-count': '1',
      'inin-ratelimit-allowed': '300',
      'inin-ratelimit-reset': '60',
    });
    await Promise.all(Array.from({ length: 299 }, () => sdk.tokens.getTokensMe()));
    clock.advance(20_000);
    const over = await refusal(sdk.tokens.getTokensMe());
    expect(over).toMatchObject({ status: 429, code: 'too.many.requests', headers: { 'retry-after': '40' } });
    clock.advance(40_000);
    expect((await sdk.tokens.getTokensMe()).status).toBe(200);
  });
});

describe('a plain WebSocket on connectUri', () => {
  it('SIM-10 hears heartbeats, pongs, observations and activity', async () => {
    const { id, connectUri } = await newChannel();
    const both = queueIds.flatMap((_, at) =>
      at < 100 ? [{ id: observations(at) }, { id: activity(at) }] : [],
    );
    await sdk.notifications.putNotificationsChannelSubscriptions(id, both);
    const socket = new WebSocket(connectUri);
    const heard = new Map<
      string,
      { eventBody: Record<string, unknown>; version?: string; metadata?: { CorrelationId: string } }
    >();
    const kindOf = (frame: { topicName: string; eventBody: { message?: string } }) =>
      frame.eventBody.message ?? must(frame.topicName.split('.').at(-1), 'kind');
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Parameters<typeof kindOf>[0] & {
        eventBody: Record<string, unknown>;
      };
      heard.set(kindOf(frame), frame);
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ message: 'ping' }));
    const wanted = ['pong', 'WebSocket Heartbeat', 'observations', 'activity'];
    while (!wanted.every((kind) => heard.has(kind))) {
      await clock.advanceAsync(1_000, 100);
    }
    expect(heard.get('WebSocket Heartbeat')).toEqual({
      topicName: 'channel.metadata',
      eventBody: { message: 'WebSocket Heartbeat' },
    });
    expect(heard.get('observations')).toMatchObject({
      version: '2',
      eventBody: { group: { queueId: expect.any(String) }, data: expect.any(Array) },
    });
    expect(heard.get('observations')?.metadata?.CorrelationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(heard.get('activity')?.eventBody).toMatchObject({
      results: [{ mediaType: expect.any(String), data: expect.any(Array) }],
    });
    socket.close();
    await once(socket, 'close');
  });
});
