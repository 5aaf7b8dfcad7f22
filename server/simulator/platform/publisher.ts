/** Puts events into the platform's envelope and hands them to whoever is subscribed. Built once, whatever the audience. */
import type { Random } from '../../runtime/random';
import type { Channel, ChannelRegistry } from './channel-registry';
import { randomUuid } from './tokens';

export interface Publisher {
  publish(topicName: string, eventBody: unknown): void;
  /** To one channel, subscribed or not: the system's own messages. */
  notify(channel: Channel, topicName: string, eventBody: unknown): void;
}

export function createPublisher(
  registry: ChannelRegistry,
  random: Random,
  deliver: (channel: Channel, text: string) => void,
): Publisher {
  const frame = (topicName: string, eventBody: unknown) =>
    JSON.stringify({ topicName, version: '2', eventBody, metadata: { CorrelationId: randomUuid(random) } });
  return {
    publish(topicName, eventBody) {
      const subscribers = registry.subscribers(topicName);
      if (subscribers === undefined) return;
      const text = frame(topicName, eventBody);
      for (const channel of subscribers) deliver(channel, text);
    },
    notify: (channel, topicName, eventBody) => deliver(channel, frame(topicName, eventBody)),
  };
}
