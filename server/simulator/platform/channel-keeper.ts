/** Performs the instant faults and the ends that come by themselves: expiry, eviction, revocation, maintenance. */
import { unreachable } from '../../../lib/assert';
import type { Cancel, Clock } from '../../runtime/clock';
import type { ChannelFault } from '../faults/fault';
import type { Channel, ChannelRegistry } from './channel-registry';
import type { TokenStore } from './tokens';

export interface ChannelKeeperOptions {
  readonly registry: ChannelRegistry;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  /** One message on one channel. */
  notify(channel: Channel, topicName: string, eventBody: unknown): void;
}

export interface ChannelKeeper {
  /** How many were hit. */
  perform(fault: ChannelFault): number;
  /** To be called about once a second: announces and ends what has had its time. */
  sweep(): void;
  /** A channel was taken away. */
  goodbye(channel: Channel): void;
  stop(): void;
}

/** The notice before a channel ends. Source: platform facts, section 3. */
export const CLOSING_NOTICE_MS = 60_000;
const GOING_AWAY = 1001;

export function createChannelKeeper(options: ChannelKeeperOptions): ChannelKeeper {
  const { registry, tokens, clock } = options;
  const pending = new Set<Cancel>();
  const chosen = (id: string | undefined) =>
    [...registry.all()].filter((one) => id === undefined || one.id === id);
  const open = (id: string | undefined) => chosen(id).filter((one) => one.socket !== null);
  const each = (channels: readonly Channel[], act: (channel: Channel) => void) => {
    for (const channel of channels) act(channel);
    return channels.length;
  };

  function announce(channel: Channel): void {
    channel.closingAnnounced = true;
    options.notify(channel, 'v2.system.socket_closing', { reason: 'the server will close this socket soon' });
  }
  function announceAndClose(channel: Channel, closeAfterMs: number): void {
    const { socket } = channel;
    announce(channel);
    const cancel = clock.after(closeAfterMs, () => {
      pending.delete(cancel);
      channel.closingAnnounced = false;
      // The client may have come back already, on a socket of its own.
      if (channel.socket === socket) socket?.close(GOING_AWAY, 'maintenance');
    });
    pending.add(cancel);
  }
  function revoke(clientId: string | undefined): number {
    const clients = new Set(tokens.revoke(clientId ?? null));
    const hit = [...registry.all()].filter((one) => clients.has(one.clientId));
    each(hit, (channel) =>
      options.notify(channel, `v2.system.token_revoked.${channel.id}`, { reason: 'revoked' }),
    );
    return clients.size;
  }
  function loseTopic(topic: string): number {
    const hit = [...(registry.subscribers(topic) ?? [])];
    return each(hit, (channel) => {
      const { expiresAt, lastUsedAt } = channel;
      registry.setTopics(channel, new Set([...channel.topics].filter((one) => one !== topic)), lastUsedAt);
      channel.expiresAt = expiresAt;
      options.notify(channel, `v2.system.no_longer_subscribed.${channel.id}`, { topics: [topic] });
    });
  }

  return {
    perform(fault) {
      switch (fault.kind) {
        case 'cutSockets':
          return each(open(fault.channelId), (channel) => channel.socket?.terminate());
        case 'closeSockets':
          return each(open(fault.channelId), (channel) => channel.socket?.close(fault.code, fault.reason));
        case 'announceClosing':
          return each(open(fault.channelId), (channel) => announceAndClose(channel, fault.closeAfterMs));
        case 'expireChannels':
          return each(chosen(fault.channelId), (channel) => registry.remove(channel, 'expired'));
        case 'evictChannel': {
          const oldest = chosen(fault.channelId).sort((a, b) => a.lastUsedAt - b.lastUsedAt)[0];
          return each(oldest === undefined ? [] : [oldest], (channel) => registry.remove(channel, 'evicted'));
        }
        case 'revokeTokens':
          return revoke(fault.clientId);
        case 'loseTopic':
          return loseTopic(fault.topic);
        default:
          return unreachable(fault);
      }
    },
    sweep() {
      const now = clock.monotonicNow();
      for (const channel of [...registry.all()]) {
        if (channel.expiresAt <= now) registry.remove(channel, 'expired');
        else if (channel.expiresAt - now <= CLOSING_NOTICE_MS && !channel.closingAnnounced) announce(channel);
      }
      tokens.sweep(now);
    },
    goodbye(channel) {
      channel.socket?.close(GOING_AWAY, 'the channel is gone');
    },
    stop() {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
