/** REST of notification channels and their subscriptions. Source: platform facts, section 2. */
import type { Clock } from '../../runtime/clock';
import type { Channel, ChannelRegistry } from './channel-registry';
import { notFound, type Problem, type Reply } from './error-body';
import type { ApiCall, Route } from './router';
import { decideSubscriptions, topicEntities } from './subscriptions';
import type { Token } from './tokens';

export interface NotificationRouteOptions {
  readonly registry: ChannelRegistry;
  readonly clock: Clock;
  readonly topicsPerChannel: number;
  /** `ws://host:port`, known once the server listens. */
  socketBase(): string;
  /** Permissions that this client lacks for a topic. */
  missingFor(topic: string): readonly string[];
  subscriptionsChanged(channel: Channel): void;
  fail(problem: Problem): Reply;
}

const CHANNELS = '/api/v2/notifications/channels';
const SUBSCRIPTIONS = `${CHANNELS}/:id/subscriptions`;

export function notificationRoutes(options: NotificationRouteOptions): readonly Route[] {
  const { registry, clock, fail } = options;
  const channelOf = (call: ApiCall) => {
    const channel = registry.get(call.params.get('id') ?? '');
    return channel?.clientId === call.token.clientId ? channel : undefined;
  };
  const withChannel = (handle: (channel: Channel, call: ApiCall) => Reply) => (call: ApiCall) => {
    const channel = channelOf(call);
    return channel === undefined ? fail(notFound('channel')) : handle(channel, call);
  };
  const describe = (channel: Channel) => ({
    id: channel.id,
    connectUri: `${options.socketBase()}/channels/${channel.id}`,
    expires: new Date(clock.now() + channel.expiresAt - clock.monotonicNow()).toISOString(),
  });
  const setTopics = (channel: Channel, topics: ReadonlySet<string>) => {
    registry.setTopics(channel, topics, clock.monotonicNow());
    options.subscriptionsChanged(channel);
  };
  const change = (mode: 'add' | 'replace') =>
    withChannel((channel, call) => {
      const decision = decideSubscriptions({
        mode,
        current: channel.topics,
        body: call.body,
        ignoreErrors: call.query.get('ignoreErrors') === 'true',
        limit: options.topicsPerChannel,
        missingFor: options.missingFor,
      });
      if (!decision.ok) return fail(decision.problem);
      setTopics(channel, decision.topics);
      return { status: 200, body: { entities: decision.entities } };
    });

  return [
    {
      method: 'POST',
      path: CHANNELS,
      handle: (call) => {
        const channel = registry.create(call.token.clientId, call.token.value, clock.monotonicNow());
        return { status: 200, body: describe(channel) };
      },
    },
    {
      method: 'GET',
      path: CHANNELS,
      handle: (call) => {
        const all = call.query.get('includechannels') === 'oauthclient';
        const channels = registry.ofClient(call.token.clientId).filter((one) => all || isOf(one, call.token));
        // A channel's id is its secret: those of other tokens are shown without it.
        const entities = channels.map((one) =>
          isOf(one, call.token) ? describe(one) : { expires: describe(one).expires },
        );
        return { status: 200, body: { entities } };
      },
    },
    { method: 'HEAD', path: `${CHANNELS}/:id`, handle: withChannel(() => ({ status: 200 })) },
    {
      method: 'GET',
      path: SUBSCRIPTIONS,
      handle: withChannel((channel) => ({ status: 200, body: { entities: topicEntities(channel.topics) } })),
    },
    { method: 'POST', path: SUBSCRIPTIONS, handle: change('add') },
    { method: 'PUT', path: SUBSCRIPTIONS, handle: change('replace') },
    {
      method: 'DELETE',
      path: SUBSCRIPTIONS,
      handle: withChannel((channel) => {
        setTopics(channel, new Set());
        return { status: 204 };
      }),
    },
  ];
}

function isOf(channel: Channel, token: Token): boolean {
  return channel.tokenValue === token.value;
}
