/**
 * Names of notification topics, pure. A queue has an `observations` topic (counts, half-hour aggregates, agents)
 * and, where they are wanted, an `activity` topic, which alone carries the longest wait, and a `conversations` topic,
 * of which routing events are made.
 */
import type { QueueId } from '../../lib/ids';

export type TopicKind = 'observations' | 'activity' | 'conversations';

/** Which topics of a queue are wanted beside its observations. Absent: not. */
export interface WantedTopics {
  readonly activityTopics: boolean;
  readonly conversationTopics?: boolean;
}

/** The platform's limit for a topic's name. */
const MAX_TOPIC_LENGTH = 200;
const SAFE_ID = /^[A-Za-z0-9_-]+$/;

export function observationsTopic(queue: QueueId): string {
  return `v2.analytics.queues.${queue}.observations`;
}

export function activityTopic(queue: QueueId): string {
  return `v2.analytics.queues.${queue}.activity`;
}

export function conversationsTopic(queue: QueueId): string {
  return `v2.routing.queues.${queue}.conversations`;
}

/** Topics of one queue: they belong on one channel, so that a queue is live or not as a whole. */
export function topicsOf(
  queue: QueueId,
  { activityTopics, conversationTopics = false }: WantedTopics,
): readonly string[] {
  return [
    observationsTopic(queue),
    ...(activityTopics ? [activityTopic(queue)] : []),
    ...(conversationTopics ? [conversationsTopic(queue)] : []),
  ];
}

/** Whether an id gives a lawful topic: one bad name would fail the subscriptions of its whole channel. */
export function hasLawfulTopics(queue: QueueId): boolean {
  return SAFE_ID.test(queue) && observationsTopic(queue).length <= MAX_TOPIC_LENGTH;
}
