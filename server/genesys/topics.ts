/**
 * Names of notification topics, pure. A queue has an `observations` topic (counts, half-hour aggregates, agents)
 * and, where it is wanted, an `activity` topic, which alone carries the longest wait.
 */
import type { QueueId } from '../../lib/ids';

export type TopicKind = 'observations' | 'activity';

/** The platform's limit for a topic's name. */
const MAX_TOPIC_LENGTH = 200;
const SAFE_ID = /^[A-Za-z0-9_-]+$/;

export function observationsTopic(queue: QueueId): string {
  return `v2.analytics.queues.${queue}.observations`;
}

export function activityTopic(queue: QueueId): string {
  return `v2.analytics.queues.${queue}.activity`;
}

/** Topics of one queue: they belong on one channel, so that a queue is live or not as a whole. */
export function topicsOf(queue: QueueId, activityTopics: boolean): readonly string[] {
  return activityTopics ? [observationsTopic(queue), activityTopic(queue)] : [observationsTopic(queue)];
}

/** Whether an id gives a lawful topic: one bad name would fail the subscriptions of its whole channel. */
export function hasLawfulTopics(queue: QueueId): boolean {
  return SAFE_ID.test(queue) && observationsTopic(queue).length <= MAX_TOPIC_LENGTH;
}
