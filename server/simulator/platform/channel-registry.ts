/**
 * Notification channels: at most 20 a client (the 21st evicts), 24 hours each, renewed by changing subscriptions, one
 * socket each. Knows who is subscribed to what; does not know sockets beyond "something that takes frames".
 * Source: platform facts, section 2.
 */
import type { Random } from '../../runtime/random';
import { randomUuid } from './tokens';

/** The open socket of a channel. */
export interface ChannelSocket {
  /** Sends now, through every frame fault; whether it goes out whole. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
  /** Ends it without a closing handshake. */
  terminate(): void;
}

export interface Channel {
  readonly id: string;
  readonly clientId: string;
  readonly tokenValue: string;
  expiresAt: number;
  lastUsedAt: number;
  topics: ReadonlySet<string>;
  socket: ChannelSocket | null;
  closingAnnounced: boolean;
}

export interface ChannelRegistryOptions {
  readonly channelsPerClient: number;
  readonly lifetimeMs: number;
  readonly random: Random;
  /** A topic got its first subscriber, or lost its last. */
  watched(topic: string, watched: boolean): void;
  /** The channel is gone; its socket, if any, is still open. */
  removed(channel: Channel, reason: 'evicted' | 'expired'): void;
}

export interface ChannelRegistry {
  create(clientId: string, tokenValue: string, now: number): Channel;
  get(id: string): Channel | undefined;
  ofClient(clientId: string): readonly Channel[];
  all(): Iterable<Channel>;
  /** Sets the topics and renews the channel. */
  setTopics(channel: Channel, topics: ReadonlySet<string>, now: number): void;
  subscribers(topic: string): ReadonlySet<Channel> | undefined;
  remove(channel: Channel, reason: 'evicted' | 'expired'): void;
}

/** Which of a client's channels makes room: one without a socket first, then the one used longest ago. */
export function channelToEvict<C extends Pick<Channel, 'lastUsedAt' | 'socket'>>(
  channels: readonly C[],
): C | null {
  const order = [...channels].sort(
    (a, b) => Number(a.socket !== null) - Number(b.socket !== null) || a.lastUsedAt - b.lastUsedAt,
  );
  return order[0] ?? null;
}

export function createChannelRegistry(options: ChannelRegistryOptions): ChannelRegistry {
  const channels = new Map<string, Channel>();
  const byTopic = new Map<string, Set<Channel>>();

  function subscribe(channel: Channel, topic: string): void {
    const subscribers = byTopic.get(topic);
    if (subscribers !== undefined) subscribers.add(channel);
    else {
      byTopic.set(topic, new Set([channel]));
      options.watched(topic, true);
    }
  }
  function unsubscribe(channel: Channel, topic: string): void {
    const subscribers = byTopic.get(topic);
    subscribers?.delete(channel);
    if (subscribers?.size !== 0) return;
    byTopic.delete(topic);
    options.watched(topic, false);
  }
  function replaceTopics(channel: Channel, topics: ReadonlySet<string>): void {
    const before = channel.topics;
    channel.topics = topics;
    for (const topic of before) if (!topics.has(topic)) unsubscribe(channel, topic);
    for (const topic of topics) if (!before.has(topic)) subscribe(channel, topic);
  }
  function remove(channel: Channel, reason: 'evicted' | 'expired'): void {
    if (!channels.delete(channel.id)) return;
    replaceTopics(channel, new Set());
    options.removed(channel, reason);
  }
  const ofClient = (clientId: string) => [...channels.values()].filter((one) => one.clientId === clientId);

  return {
    create(clientId, tokenValue, now) {
      const own = ofClient(clientId);
      const loser = own.length >= options.channelsPerClient ? channelToEvict(own) : null;
      if (loser !== null) remove(loser, 'evicted');
      const channel: Channel = {
        id: `streaming-2-${randomUuid(options.random)}`,
        clientId,
        tokenValue,
        expiresAt: now + options.lifetimeMs,
        lastUsedAt: now,
        topics: new Set(),
        socket: null,
        closingAnnounced: false,
      };
      channels.set(channel.id, channel);
      return channel;
    },
    get: (id) => channels.get(id),
    ofClient,
    all: () => channels.values(),
    setTopics(channel, topics, now) {
      replaceTopics(channel, topics);
      channel.lastUsedAt = now;
      channel.expiresAt = now + options.lifetimeMs;
      channel.closingAnnounced = false;
    },
    subscribers: (topic) => byTopic.get(topic),
    remove,
  };
}
