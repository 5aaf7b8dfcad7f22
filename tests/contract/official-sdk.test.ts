/** The simulator's REST before a client that nobody here wrote: the platform's own SDK. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_CLIENT } from '../../server/simulator/options';
import type { SdkAnswer } from './sdk-client';
import { answer, field, refusal, type SdkStage, setSdkStage } from './sdk-stage';

let stage: SdkStage;
beforeAll(async () => {
  stage = await setSdkStage();
});
afterAll(() => stage.simulator.stop());
beforeEach(() => stage.refresh());

const topics = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: at < 520 ? stage.observations(at) : stage.activity(at - 520),
  }));

describe('the official SDK', () => {
  it('SIM-2 signs in, and is refused with a wrong secret', async () => {
    const auth = await stage.sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, DEMO_CLIENT.secret);
    expect(auth.accessToken).toMatch(/^[\w-]{86}$/);
    const wrong = stage.sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, 'wrong');
    const text = 'authentication failed';
    await expect(wrong).rejects.toMatchObject({
      response: {
        status: 400,
        data: { error: 'invalid_client', description: text, error_description: text },
      },
    });
  });

  it('SIM-2 asks who it is', async () => {
    const me = await answer(stage.sdk.tokens.getTokensMe(), 'TokenInfo');
    expect(field<{ id: string }>(me, 'OAuthClient').id).toBe(DEMO_CLIENT.id);
    expect((await refusal(stage.sdk.users.getUsersMe())).status).toBe(400);
  });

  it('SIM-2 reads queues page by page', async () => {
    const first = await answer(
      stage.sdk.routing.getRoutingQueues({ pageSize: 500, pageNumber: 1 }),
      'QueueEntityListing',
    );
    const second = await answer(
      stage.sdk.routing.getRoutingQueues({ pageSize: 500, pageNumber: 2 }),
      'QueueEntityListing',
    );
    expect([field(first, 'total'), field(first, 'pageCount')]).toEqual([520, 2]);
    const ids = [first, second].flatMap((page) =>
      field<{ id: string }[]>(page, 'entities').map((queue) => queue.id),
    );
    expect([...ids].sort()).toEqual([...stage.queueIds].sort());
    const one = await answer(stage.sdk.routing.getRoutingQueue(stage.queueIds[0]), 'Queue');
    expect(one.body).toMatchObject({
      name: 'Washers',
      mediaSettings: { call: { serviceLevel: { percentage: 0.8, durationMs: 20_000 } } },
    });
    expect((await refusal(stage.sdk.routing.getRoutingQueue('nobody'))).code).toBe('not.found');
    expect((await refusal(stage.sdk.routing.getRoutingQueues({ pageSize: 501 }))).code).toBe('bad.request');
  });

  it('SIM-2 reads presence definitions, new and old', async () => {
    const list = await answer(
      stage.sdk.presence.getPresenceDefinitions0(),
      'OrganizationPresenceDefinitionEntityListing',
    );
    expect(field<unknown[]>(list, 'entities').length).toBe(field(list, 'total'));
    await answer(
      stage.sdk.presence.getPresencedefinitions({ pageSize: 100 }),
      'OrganizationPresenceEntityListing',
    );
  });

  it('SIM-2 makes, finds and lists a channel', async () => {
    const channel = await stage.newChannel();
    expect(channel.connectUri).toBe(`ws://127.0.0.1:${stage.simulator.port}/channels/${channel.id}`);
    const list = await answer(stage.sdk.notifications.getNotificationsChannels(), 'ChannelEntityListing');
    expect(field<{ id: string }[]>(list, 'entities').map((one) => one.id)).toContain(channel.id);
    expect((await stage.sdk.notifications.headNotificationsChannel(channel.id)).status).toBe(200);
    await expect(stage.sdk.notifications.headNotificationsChannel('streaming-9')).rejects.toMatchObject({
      status: 404,
    });
  });

  it('SIM-9 adds, replaces and clears subscriptions', async () => {
    const { id } = await stage.newChannel();
    const api = stage.sdk.notifications;
    const ids = (got: SdkAnswer) => field<{ id: string }[]>(got, 'entities').map((one) => one.id);
    const model = 'ChannelTopicEntityListing';
    const first = [{ id: stage.observations(0) }, { id: stage.observations(1) }];
    expect(ids(await answer(api.postNotificationsChannelSubscriptions(id, first), model))).toHaveLength(2);
    await answer(api.postNotificationsChannelSubscriptions(id, [{ id: stage.observations(2) }]), model);
    const all = ids(await answer(api.getNotificationsChannelSubscriptions(id), model));
    expect(all).toEqual([stage.observations(0), stage.observations(1), stage.observations(2)]);
    expect(
      ids(await answer(api.putNotificationsChannelSubscriptions(id, [{ id: stage.activity(0) }]), model)),
    ).toEqual([stage.activity(0)]);
    expect((await api.deleteNotificationsChannelSubscriptions(id)).status).toBe(204);
    expect(ids(await answer(api.getNotificationsChannelSubscriptions(id), model))).toEqual([]);
  });

  it('SIM-9 is refused the 1,001st topic, a bad name and a queue that it may not see', async () => {
    const { id } = await stage.newChannel();
    const api = stage.sdk.notifications;
    const unknown = { id: 'v2.analytics.queues.00000000-0000-4000-8000-000000000000.observations' };
    await answer(api.putNotificationsChannelSubscriptions(id, topics(1_000)), 'ChannelTopicEntityListing');
    const over = await refusal(api.postNotificationsChannelSubscriptions(id, [{ id: stage.activity(519) }]));
    expect(over).toMatchObject({ status: 400, code: 'notification.subscription.too.many.subscriptions' });
    // One that is there already does not count twice.
    await answer(
      api.postNotificationsChannelSubscriptions(id, [{ id: stage.observations(0) }]),
      'ChannelTopicEntityListing',
    );
    const bad = await refusal(api.putNotificationsChannelSubscriptions(id, [{ id: 'v2.nonsense' }]));
    expect(bad).toMatchObject({ status: 400, code: 'notification.invalid.topic' });
    const denied = await refusal(
      api.putNotificationsChannelSubscriptions(id, [{ id: stage.observations(0) }, unknown]),
    );
    expect(denied).toMatchObject({ status: 403, code: 'missing.permissions' });
    const some = await answer(
      api.putNotificationsChannelSubscriptions(id, [{ id: stage.observations(0) }, unknown], {
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
});
