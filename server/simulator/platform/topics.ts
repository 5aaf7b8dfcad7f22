/** Names of notification topics: which the platform knows, and which of them this simulator has something to say on. */
export type Topic =
  | {
      readonly kind: 'observations' | 'activity' | 'conversations';
      readonly name: string;
      readonly queueId: string;
    }
  | { readonly kind: 'userActivity'; readonly name: string; readonly userId: string }
  /** Known to the platform; permitted, and silent here. */
  | { readonly kind: 'other'; readonly name: string };

/** Source: platform facts, section 2. */
export const MAX_TOPIC_LENGTH = 200;

const ID = '[A-Za-z0-9_-]{1,64}';
const QUEUE_TOPIC = new RegExp(`^v2\\.analytics\\.queues\\.(${ID})\\.(observations|activity)$`);
const CONVERSATIONS = new RegExp(`^v2\\.routing\\.queues\\.(${ID})\\.conversations$`);
const USER_ACTIVITY = new RegExp(`^v2\\.users\\.(${ID})\\.activity$`);
const KNOWN = [
  new RegExp(`^v2\\.routing\\.queues\\.${ID}\\.(conversations|users)(\\.[a-z]+)?$`),
  new RegExp(
    `^v2\\.users\\.${ID}\\.(activity|presence|routingStatus|conversations|conversationsummary)(\\.[a-z]+)?$`,
  ),
  new RegExp(`^v2\\.analytics\\.users\\.${ID}\\.aggregates$`),
  /^v2\.detail\.events\.[a-z.]+$/,
  /^v2\.system\.(socket_closing|token_revoked|no_longer_subscribed)$/,
];

/** `null`: the platform has no such topic (400 `notification.invalid.topic`). */
export function parseTopic(name: string): Topic | null {
  if (name.length > MAX_TOPIC_LENGTH) return null;
  const match = QUEUE_TOPIC.exec(name);
  if (match !== null) {
    return { kind: match[2] === 'activity' ? 'activity' : 'observations', name, queueId: match[1] ?? '' };
  }
  const [, queueId] = CONVERSATIONS.exec(name) ?? [];
  if (queueId !== undefined) return { kind: 'conversations', name, queueId };
  const [, userId] = USER_ACTIVITY.exec(name) ?? [];
  if (userId !== undefined) return { kind: 'userActivity', name, userId };
  return KNOWN.some((pattern) => pattern.test(name)) ? { kind: 'other', name } : null;
}

export function observationsTopic(queueId: string): string {
  return `v2.analytics.queues.${queueId}.observations`;
}

export function conversationsTopic(queueId: string): string {
  return `v2.routing.queues.${queueId}.conversations`;
}

export function userActivityTopic(userId: string): string {
  return `v2.users.${userId}.activity`;
}

export function activityTopic(queueId: string): string {
  return `v2.analytics.queues.${queueId}.activity`;
}
