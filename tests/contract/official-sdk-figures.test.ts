/** Queries, refusals and the socket, before the platform's own SDK and a plain WebSocket. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { must } from '../../lib/assert';
import { DEMO_CLIENT } from '../../server/simulator/options';
import { answer, field, LIMITED_CLIENT, refusal, type SdkStage, setSdkStage } from './sdk-stage';

let stage: SdkStage;
beforeAll(async () => {
  stage = await setSdkStage();
});
afterAll(() => stage.simulator.stop());
beforeEach(() => stage.refresh());

const byQueue = (ids: readonly string[]) => ({
  type: 'or',
  predicates: ids.map((value) => ({ type: 'dimension', dimension: 'queueId', operator: 'matches', value })),
});

describe('the official SDK', () => {
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
      stage.sdk.analytics.postAnalyticsQueuesObservationsQuery({
        filter: byQueue(stage.queueIds.slice(0, 100)),
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
    const truth = must(stage.simulator.truth().queues[0], 'queue');
    const voice = groups.find(({ group }) => group.queueId === truth.id && group.mediaType === 'voice');
    const count = (metric: string) => voice?.data.find((one) => one.metric === metric)?.stats.count;
    expect([count('oWaiting'), count('oInteracting')]).toEqual([
      truth.media[0]?.now.waiting,
      truth.media[0]?.now.interacting,
    ]);
    const bad = { filter: { type: 'or', predicates: [{ dimension: 'userId', value: 'x' }] }, metrics };
    expect((await refusal(stage.sdk.analytics.postAnalyticsQueuesObservationsQuery(bad))).code).toBe(
      'bad.request',
    );
  });

  it('SIM-16 asks for the day by half hours', async () => {
    const { since, queues } = stage.simulator.truth();
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
      filter: byQueue(stage.queueIds.slice(0, 5)),
      metrics,
    };
    const got = await answer(
      stage.sdk.analytics.postAnalyticsConversationsAggregatesQuery(query),
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
          stage.sdk.analytics.postAnalyticsConversationsAggregatesQuery({ ...query, metrics: ['nAbandon'] }),
        )
      ).code,
    ).toBe('bad.request');
  });

  it('SIM-1 is told of a missing, a wrong and an expired token', async () => {
    stage.sdk.client.setAccessToken('wrong');
    expect(await refusal(stage.sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'bad.credentials',
    });
    stage.sdk.client.clearAccessToken();
    expect(await refusal(stage.sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'authentication.required',
    });
    await stage.sdk.client.loginClientCredentialsGrant('sentinel-expired', DEMO_CLIENT.secret);
    expect(await refusal(stage.sdk.routing.getRoutingQueues())).toMatchObject({
      status: 401,
      code: 'credentials.expired',
    });
  });

  it('SIM-3 is stopped at the 301st request of a minute, with the headers that say so', async () => {
    await stage.sdk.client.loginClientCredentialsGrant(LIMITED_CLIENT.id, LIMITED_CLIENT.secret);
    const first = await stage.sdk.tokens.getTokensMe();
    expect(first.headers).toMatchObject({
      'inin-ratelimit-count': '1',
      'inin-ratelimit-allowed': '300',
      'inin-ratelimit-reset': '60',
    });
    await Promise.all(Array.from({ length: 299 }, () => stage.sdk.tokens.getTokensMe()));
    stage.clock.advance(20_000);
    const over = await refusal(stage.sdk.tokens.getTokensMe());
    expect(over).toMatchObject({ status: 429, code: 'too.many.requests', headers: { 'retry-after': '40' } });
    stage.clock.advance(40_000);
    expect((await stage.sdk.tokens.getTokensMe()).status).toBe(200);
  });
});

describe('a plain WebSocket on connectUri', () => {
  it('SIM-10 hears heartbeats, pongs, observations and activity', async () => {
    const { id, connectUri } = await stage.newChannel();
    const both = stage.queueIds.flatMap((_, at) =>
      at < 100 ? [{ id: stage.observations(at) }, { id: stage.activity(at) }] : [],
    );
    await stage.sdk.notifications.putNotificationsChannelSubscriptions(id, both);
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
      await stage.clock.advanceAsync(1_000, 100);
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
