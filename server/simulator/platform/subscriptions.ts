/**
 * What happens to a channel's topics when they are added or replaced. Pure. Source: platform facts, section 2:
 * the limit counts the resulting total; a bad name fails the whole call; a topic without permission fails it too,
 * unless errors are to be ignored: then it comes back as Rejected and is not subscribed.
 */
import { badRequest, missingPermissions, type Problem } from './error-body';
import { parseTopic } from './topics';

export interface SubscriptionRequest {
  readonly mode: 'add' | 'replace';
  readonly current: ReadonlySet<string>;
  /** The request's body, whatever it is. */
  readonly body: unknown;
  readonly ignoreErrors: boolean;
  readonly limit: number;
  /** Permissions that are missing for a topic; empty where it is permitted. */
  missingFor(topic: string): readonly string[];
}

export interface TopicEntity {
  readonly id: string;
  readonly state: 'Permitted' | 'Rejected';
  readonly rejectionReason?: string;
  readonly missingPermissions?: readonly string[];
}

export type SubscriptionDecision =
  | { readonly ok: true; readonly topics: ReadonlySet<string>; readonly entities: readonly TopicEntity[] }
  | { readonly ok: false; readonly problem: Problem };

export function decideSubscriptions(request: SubscriptionRequest): SubscriptionDecision {
  const names = readNames(request.body);
  if (names === null) return fail(badRequest('The body must be an array of {"id": "<topic>"}.'));
  const invalid = names.find((name) => parseTopic(name) === null);
  if (invalid !== undefined) {
    return fail(badRequest(`The topic is not valid: ${invalid.slice(0, 200)}`, 'notification.invalid.topic'));
  }
  const missing = new Map(names.map((name) => [name, request.missingFor(name)]));
  const rejected = new Set(names.filter((name) => (missing.get(name) ?? []).length > 0));
  if (rejected.size > 0 && !request.ignoreErrors) {
    return fail(missingPermissions([...new Set([...rejected].flatMap((name) => missing.get(name) ?? []))]));
  }
  const topics = new Set(request.mode === 'add' ? request.current : []);
  for (const name of names) if (!rejected.has(name)) topics.add(name);
  if (topics.size > request.limit) return fail(tooMany(topics.size, request.limit));
  const refusals = Array.from(rejected, (name) => refusal(name, missing.get(name) ?? []));
  return { ok: true, topics, entities: [...topicEntities(topics), ...refusals] };
}

export function topicEntities(topics: Iterable<string>): TopicEntity[] {
  return Array.from(topics, (id) => ({ id, state: 'Permitted' as const }));
}

function refusal(id: string, missing: readonly string[]): TopicEntity {
  const rejectionReason = `Missing the following permission(s): ${missing.join(', ')}`;
  return { id, state: 'Rejected', rejectionReason, missingPermissions: missing };
}

/** Distinct topic names in their order; `null` where the body is something else. */
function readNames(body: unknown): string[] | null {
  if (!Array.isArray(body)) return null;
  const names = new Set<string>();
  for (const item of body as unknown[]) {
    if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string')
      return null;
    names.add(item.id);
  }
  return [...names];
}

function tooMany(total: number, limit: number): Problem {
  const code = 'notification.subscription.too.many.subscriptions';
  return {
    ...badRequest(`A channel can have at most ${limit} topics; this would make ${total}.`, code),
    params: { limit: String(limit) },
  };
}

function fail(problem: Problem): SubscriptionDecision {
  return { ok: false, problem };
}
