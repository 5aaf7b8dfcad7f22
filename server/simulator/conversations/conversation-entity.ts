/**
 * A conversation as the platform's REST tells it (SDK model `Conversation`), and as a queue's topic does (SDK model
 * `QueueConversationEventTopicConversation`, which has fewer fields). Pure.
 */
import { stableUuid } from '../world/stable-id';
import type { SimQueue } from '../world/world';
import type { Conversation, Stay } from './conversation-book';
import { userOf } from './made-up-agents';

/** Where the medium's communications stand in a participant. */
const FIELD_OF_MEDIA = {
  voice: 'calls',
  chat: 'chats',
  email: 'emails',
  message: 'messages',
  callback: 'callbacks',
} as const;
/** Fields of a participant that the topic has not. */
const REST_ONLY = new Set(['startTime', 'participantType', 'ani', 'dnis', 'queueName']);
const DNIS = 'tel:+18005550199';

export type QueueOf = (index: number) => SimQueue | undefined;

export function conversationEntity(conversation: Conversation, queueOf: QueueOf): unknown {
  const { id, startedAt, endedAt, caller } = conversation;
  const at = addressOf(caller.ani);
  return {
    id,
    startTime: iso(startedAt),
    ...(endedAt === null ? {} : { endTime: iso(endedAt) }),
    ...(at === null ? {} : { address: at }),
    participants: participantsOf(conversation, queueOf),
    recordingState: 'NONE',
    divisions: [],
    selfUri: `/api/v2/conversations/${id}`,
  };
}

export function conversationTopicBody(conversation: Conversation, queueOf: QueueOf): unknown {
  const at = addressOf(conversation.caller.ani);
  return {
    id: conversation.id,
    ...(at === null ? {} : { address: at }),
    participants: participantsOf(conversation, queueOf).map((one) =>
      Object.fromEntries(Object.entries(one).filter(([field]) => !REST_ONLY.has(field))),
    ),
    recordingState: 'NONE',
    divisions: [],
  };
}

/** Whose attributes the caller's are. */
export function customerParticipantId({ id }: Conversation): string {
  return participantId(id, 0);
}

export function hasParticipant(conversation: Conversation, wanted: string): boolean {
  const count = 1 + 2 * conversation.stays.length;
  return Array.from({ length: count }, (_, n) => participantId(conversation.id, n)).includes(wanted);
}

type Told = Readonly<Record<string, unknown>>;

function participantsOf(conversation: Conversation, queueOf: QueueOf): readonly Told[] {
  const { startedAt, endedAt, stays } = conversation;
  const customer = participant(conversation, 0, { purpose: 'customer', from: startedAt, to: endedAt });
  return [customer, ...stays.flatMap((stay, at) => ofStay(conversation, stay, at, queueOf))];
}

function ofStay(conversation: Conversation, stay: Stay, at: number, queueOf: QueueOf): readonly Told[] {
  const { queue, agentId, answeredAt, offeredAt, endedAt } = stay;
  const { id: queueId, name: queueName } = (queue === null ? undefined : queueOf(queue)) ?? {};
  const place = queueId === undefined ? {} : { queueId, queueName };
  const acd =
    queueId === undefined
      ? []
      : [
          {
            ...participant(conversation, 1 + 2 * at, {
              purpose: 'acd',
              from: offeredAt,
              to: answeredAt ?? endedAt,
            }),
            ...place,
            name: queueName,
          },
        ];
  if (agentId === null || answeredAt === null) return acd;
  const agent = participant(conversation, 2 + 2 * at, { purpose: 'agent', from: answeredAt, to: endedAt });
  return [...acd, { ...agent, ...place, userId: agentId, name: userOf(agentId)?.name ?? 'Agent' }];
}

interface Part {
  readonly purpose: 'customer' | 'acd' | 'agent';
  readonly from: number;
  readonly to: number | null;
}

function participant(conversation: Conversation, n: number, { purpose, from, to }: Part) {
  const { id, mediaType, caller, attributes } = conversation;
  const own = participantId(id, n);
  const isCustomer = purpose === 'customer';
  const at = isCustomer ? addressOf(caller.ani) : null;
  const state = to === null ? 'connected' : 'terminated';
  const communication = {
    ...{ id: stableUuid('communication', own), state, connectedTime: iso(from) },
    ...(to === null ? {} : { disconnectedTime: iso(to), disconnectType: 'peer' }),
  };
  const written = attributes.get(own) ?? new Map<string, string>();
  const asked = isCustomer && caller.account !== null ? { account: caller.account } : {};
  return {
    ...{ id: own, startTime: iso(from), connectedTime: iso(from), purpose },
    ...(to === null ? {} : { endTime: iso(to) }),
    participantType: purpose === 'agent' ? 'Internal' : 'External',
    ...(at === null ? {} : { ani: at, address: at, dnis: DNIS }),
    attributes: { ...asked, ...Object.fromEntries(written) },
    [FIELD_OF_MEDIA[mediaType]]: [communication],
  };
}

function participantId(conversationId: string, n: number): string {
  return stableUuid('participant', `${conversationId} ${n}`);
}

function addressOf(ani: string | null): string | null {
  return ani === null ? null : `tel:${ani}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
