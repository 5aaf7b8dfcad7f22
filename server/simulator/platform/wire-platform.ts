/** Wires the platform's parts over a world's queues and books: tokens, channels, sockets, emitters, routes, faults. */

import type { ConversationBook } from '../conversations/conversation-book';
import { conversationRoutes } from '../conversations/conversation-routes';
import { userOf } from '../conversations/made-up-agents';
import { type DeviceFault, isDeviceFault } from '../faults/fault';
import { createFaultBoard, type FaultBoard, type FaultSource } from '../faults/fault-board';
import { isForbiddenQueue, isSilentQueue } from '../faults/sentinels';
import { DEFAULT_LIMITS, DEFAULT_TOKEN_LIFETIME_SECONDS, type SimulatorOptions } from '../options';
import type { Books } from '../world/books';
import type { SimQueue } from '../world/world';
import { type ActivityEmitter, createActivityEmitter } from './activity-emitter';
import { analyticsRoutes, OBSERVATION_PERMISSION } from './analytics-routes';
import type { ApiOptions } from './api';
import { createChannelKeeper } from './channel-keeper';
import { createChannelRegistry } from './channel-registry';
import { type ConversationEmitter, createConversationEmitter } from './conversation-emitter';
import { directoryRoutes } from './directory-routes';
import { errorReply, type Problem } from './error-body';
import { notificationRoutes } from './notification-routes';
import { createObservationEmitter, type ObservationEmitter } from './observation-emitter';
import { peopleRoutes } from './people-routes';
import { createPublisher, type Publisher } from './publisher';
import { createSignInDesk, type SignInClient, type SignInDesk } from './sign-in-desk';
import { createSocketServer, type SocketServer } from './socket-server';
import { createTokenStore, type SimClient, type TokenStore } from './tokens';
import {
  activityTopic,
  conversationsTopic,
  observationsTopic,
  parseTopic,
  userActivityTopic,
} from './topics';
import { createUserActivityEmitter, type UserActivityEmitter } from './user-activity-emitter';

/** Not established which ones the platform asks for: those of REST for the same. */
const CONVERSATION_PERMISSION = 'conversation:communication:view';
const USER_PERMISSION = 'directory:user:view';

export interface PlatformOptions extends SimulatorOptions {
  readonly clients: readonly SimClient[];
  readonly signInClients: readonly SignInClient[];
  readonly queues: readonly SimQueue[];
  readonly books: Books;
  readonly conversations: ConversationBook;
  performOnDevices(fault: DeviceFault): number;
  contextId(): string;
  socketBase(): string;
}

export interface Platform {
  readonly tokens: TokenStore;
  readonly desk: SignInDesk;
  readonly api: ApiOptions;
  readonly sockets: SocketServer;
  readonly faults: FaultBoard & FaultSource;
  readonly conversations: Pick<ConversationEmitter, 'changed' | 'told'>;
  readonly agents: Pick<UserActivityEmitter, 'moved'>;
  /** Sends what the last step of the world changed. */
  flush(): void;
  sweep(): void;
  stop(): void;
}

interface Emitters {
  readonly observations: ObservationEmitter;
  readonly activities: ActivityEmitter;
  readonly conversations: ConversationEmitter;
  readonly users: UserActivityEmitter;
}

export function wirePlatform(options: PlatformOptions): Platform {
  const { clock, random, log, queues, books } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const lifetimeSeconds = options.tokenLifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
  const queueById = new Map(queues.map((queue) => [queue.id, queue]));
  const tokens = createTokenStore(options.clients, lifetimeSeconds, random);
  const registry = createChannelRegistry({
    channelsPerClient: limits.channelsPerClient,
    lifetimeMs: limits.channelLifetimeMs,
    random,
    watched: (topic, watched) => watch(emitters, queueById, topic, watched),
    removed: (channel) => keeper.goodbye(channel),
  });
  const faults = createFaultBoard(clock, (fault) =>
    isDeviceFault(fault) ? options.performOnDevices(fault) : keeper.perform(fault),
  );
  const desk = createSignInDesk(options.signInClients, random, faults);
  const sockets = createSocketServer({
    registry,
    faults,
    clock,
    random,
    log,
    heartbeatMs: limits.heartbeatMs,
  });
  const publisher = createPublisher(registry, random, (channel, text) => sockets.deliver(channel, text));
  const keeper = createChannelKeeper({ registry, tokens, clock, notify: publisher.notify });
  const emitters = createEmitters(options, publisher);
  const fail = (problem: Problem) => errorReply(problem, options.contextId());
  const routes = [
    ...notificationRoutes({
      registry,
      clock,
      fail,
      topicsPerChannel: limits.topicsPerChannel,
      socketBase: options.socketBase,
      missingFor: topicPermissions(options, queueById),
      subscriptionsChanged: (channel) =>
        publisher.notify(channel, 'v2.subscription.updated', { subscriptionCount: channel.topics.size }),
    }),
    ...directoryRoutes({ queues, queueById, fail }),
    ...peopleRoutes({ desk, user: userOf, fail }),
    ...conversationRoutes({ conversations: options.conversations, queueOf: (index) => queues[index], fail }),
    ...analyticsRoutes({ queues, queueById, books, fail }),
  ];
  return {
    tokens,
    desk,
    sockets,
    faults,
    conversations: emitters.conversations,
    agents: emitters.users,
    api: {
      routes,
      tokens,
      clock,
      requestsPerMinute: limits.requestsPerMinute,
      missingPermissions: new Set(options.missingPermissions),
      contextId: options.contextId,
    },
    flush() {
      emitters.activities.flush();
      emitters.observations.flush();
      emitters.conversations.flush();
      emitters.users.flush();
    },
    sweep: () => keeper.sweep(),
    stop() {
      keeper.stop();
      sockets.close();
    },
  };
}

function createEmitters(options: PlatformOptions, publisher: Publisher): Emitters {
  const { queues, books, clock } = options;
  const unlessSilent = (queue: SimQueue, topic: string, body: unknown) => {
    if (!isSilentQueue(queue.name)) publisher.publish(topic, body);
  };
  const observations = createObservationEmitter({
    queues,
    books,
    clock,
    send: (queue, body) => unlessSilent(queue, observationsTopic(queue.id), body),
  });
  const activities = createActivityEmitter({
    queues,
    books,
    send: (queue, body) => unlessSilent(queue, activityTopic(queue.id), body),
  });
  books.listen({
    mediaChanged(queue, media, at, gauges, metrics) {
      observations.mediaChanged(queue, media, at, gauges, metrics);
      activities.mediaChanged(queue, media, gauges);
    },
    usersChanged: (queue, at) => observations.usersChanged(queue, at),
  });
  const conversations = createConversationEmitter({
    queues,
    send: (queue, body) =>
      !isSilentQueue(queue.name) && publisher.publish(conversationsTopic(queue.id), body) > 0,
  });
  const users = createUserActivityEmitter({
    queues,
    send: (userId, body) => publisher.publish(userActivityTopic(userId), body),
  });
  return { observations, activities, conversations, users };
}

function watch(
  emitters: Emitters,
  queueById: ReadonlyMap<string, SimQueue>,
  name: string,
  watched: boolean,
): void {
  const topic = parseTopic(name);
  if (topic === null || topic.kind === 'other') return;
  if (topic.kind === 'userActivity') {
    emitters.users.watch(topic.userId, watched);
    return;
  }
  const queue = queueById.get(topic.queueId);
  if (queue === undefined) return;
  const { activities, observations, conversations } = emitters;
  const emitter = { activity: activities, observations, conversations }[topic.kind];
  emitter.watch(queue.index, watched);
}

/** A queue that is not there is refused like one that may not be seen: the platform does not tell them apart. */
function topicPermissions(
  options: PlatformOptions,
  queueById: ReadonlyMap<string, SimQueue>,
): (topic: string) => readonly string[] {
  const missing = new Set(options.missingPermissions);
  const forbidden = new Set(options.forbiddenQueueIds);
  return (name) => {
    const topic = parseTopic(name);
    if (topic === null || topic.kind === 'other') return [];
    if (topic.kind === 'userActivity') return missing.has(USER_PERMISSION) ? [USER_PERMISSION] : [];
    const queue = queueById.get(topic.queueId);
    const needed = topic.kind === 'conversations' ? CONVERSATION_PERMISSION : OBSERVATION_PERMISSION;
    const refused =
      queue === undefined || forbidden.has(queue.id) || isForbiddenQueue(queue.name) || missing.has(needed);
    return refused ? [needed] : [];
  };
}
