/**
 * REST of live conversations: `GET /api/v2/conversations/{id}` and the attributes of a participant, which are merged
 * into what is there. Source: platform facts, section 7, and the official SDK's ConversationsApi.
 */
import { badRequest, notFound, type Problem, type Reply } from '../platform/error-body';
import type { ApiCall, Route } from '../platform/router';
import type { Conversation, ConversationBook } from './conversation-book';
import { conversationEntity, hasParticipant, type QueueOf } from './conversation-entity';

export interface ConversationRouteOptions {
  readonly conversations: Pick<ConversationBook, 'find' | 'write'>;
  readonly queueOf: QueueOf;
  fail(problem: Problem): Reply;
}

const CONVERSATION = '/api/v2/conversations/:id';
/** Not established for the platform; a bound for this one. */
const MAX_ATTRIBUTES = 200;
const MAX_VALUE = 10_000;

export function conversationRoutes(options: ConversationRouteOptions): readonly Route[] {
  const { conversations, queueOf, fail } = options;
  const found = (call: ApiCall, then: (conversation: Conversation) => Reply): Reply => {
    const conversation = conversations.find(call.params.get('id') ?? '');
    return conversation === null ? fail(notFound('conversation')) : then(conversation);
  };
  return [
    {
      method: 'GET',
      path: CONVERSATION,
      permission: 'conversation:communication:view',
      handle: (call) =>
        found(call, (conversation) => ({ status: 200, body: conversationEntity(conversation, queueOf) })),
    },
    {
      method: 'PATCH',
      path: `${CONVERSATION}/participants/:participant/attributes`,
      permission: 'conversation:participant:attributes:edit',
      handle: (call) =>
        found(call, (conversation) => {
          const participantId = call.params.get('participant') ?? '';
          if (!hasParticipant(conversation, participantId)) return fail(notFound('participant'));
          const attributes = readAttributes(call.body);
          if (attributes === null) return fail(badRequest('attributes must be an object of texts'));
          conversations.write(conversation, { at: call.now, participantId, attributes });
          return { status: 200, body: {} };
        }),
    },
  ];
}

function readAttributes(body: unknown): Readonly<Record<string, string>> | null {
  if (typeof body !== 'object' || body === null || !('attributes' in body)) return null;
  const { attributes } = body;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return null;
  const entries = Object.entries(attributes);
  const isGood = entries.every(
    ([name, value]) => name.length <= 200 && typeof value === 'string' && value.length <= MAX_VALUE,
  );
  // Each value has just been seen to be a text.
  return isGood && entries.length <= MAX_ATTRIBUTES ? (attributes as Record<string, string>) : null;
}
