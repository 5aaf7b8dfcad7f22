/** Puts events into the platform's envelope and hands them to whoever is subscribed. Built once, whatever the audience. */
import type { Random } from '../../runtime/random';
import type { Channel, ChannelRegistry } from './channel-registry';
import { randomUuid } from './tokens';

export interface Publisher {
  /** How many channels were sent it whole. */
  publish(topicName: string, eventBody: unknown): number;
  /** To one channel, subscribed or not: the system's own messages. */
  notify(channel: Channel, topicName: string, eventBody: unknown): void;
}

export function createPublisher(
  registry: ChannelRegistry,
  random: Random,
  deliver: (channel: Channel, text: string) => boolean,
): Publisher {
  const frame = (topicName: string, eventBody: unknown) =>
    JSON.stringify({ topicName, version: '2', eventBody, metadata: { CorrelationId: randomUuid(random) } });
  return {
    publish(topicName, eventBody) {
      const subscribers = registry.subscribers(topicName);
      if (subscribers === undefined) return 0;
      const text = frame(topicName, eventBody);
      let sent = 0;
      for (const channel of subscribers) sent += Number(deliver(channel, text));
      return sent;
    },
    notify: (channel, topicName, eventBody) => void deliver(channel, frame(topicName, eventBody)),
  };
}
