/**
 * What devices need of a conversation (SDK model `Conversation`): who takes part, on whose number, in which queue. Pure,
 * liberal in what it accepts, bounded; a participant that cannot be read harms only itself.
 */
import { z } from 'zod';
import { aniSchema } from '../../lib/contracts/device';
import type { Interaction } from '../devices/ports';

const text = z.string().max(1_000).nullish().catch(null);

const participantSchema = z.object({
  // It becomes a part of a path.
  id: z.string().regex(/^[\w-]{1,100}$/),
  purpose: text,
  userId: text,
  queueId: text,
  address: text,
  ani: text,
  dnis: text,
  endTime: text,
  attributes: z.unknown().optional(),
  calls: z
    .array(z.object({ direction: text }))
    .nullish()
    .catch(null),
});
type Participant = z.infer<typeof participantSchema>;

export const conversationSchema = z.object({
  id: z.string(),
  endTime: text,
  participants: z.array(z.unknown()),
});
export type ConversationAnswer = z.infer<typeof conversationSchema>;

const MAX_PARTICIPANTS = 500;
const MAX_AGENTS = 100;
const MAX_ATTRIBUTES = 500;
const MAX_VALUE = 4_000;
const AGENTS: ReadonlySet<string> = new Set(['agent', 'user']);
const CUSTOMERS: ReadonlySet<string> = new Set(['customer', 'external']);

export function readConversation(answer: ConversationAnswer): Interaction {
  const participants = answer.participants.slice(0, MAX_PARTICIPANTS).flatMap((one) => {
    const read = participantSchema.safeParse(one);
    return read.success ? [read.data] : [];
  });
  const customer = customerOf(participants);
  const agents = participants.flatMap(({ purpose, userId }) =>
    AGENTS.has(purpose ?? '') && userId ? [userId] : [],
  );
  return {
    id: answer.id,
    agentUserIds: [...new Set(agents)].slice(0, MAX_AGENTS),
    customerAni: customer === null ? null : numberOf(customer),
    customerAttributes: attributesOf(customer),
    customerParticipantId: customer?.id ?? null,
    queueId: queueOf(participants),
    isOver: Boolean(answer.endTime) || (participants.length > 0 && participants.every(hasLeft)),
  };
}

/** The one who is there; where all have left, the last one. */
function customerOf(participants: readonly Participant[]): Participant | null {
  const customers = participants.filter(({ purpose }) => CUSTOMERS.has(purpose ?? ''));
  return customers.find((one) => !hasLeft(one)) ?? customers.at(-1) ?? null;
}

function hasLeft({ endTime }: Participant): boolean {
  return Boolean(endTime);
}

/** Of a call that we make, the number that is called; `ani` is ours then. */
function numberOf({ ani, dnis, address, calls }: Participant): string | null {
  const isOutbound = calls?.[0]?.direction === 'outbound';
  for (const candidate of [isOutbound ? dnis : ani, address]) {
    const read = aniSchema.safeParse(candidate);
    if (read.success) return read.data;
  }
  return null;
}

/** The queue that it came through last: as the platform's own counts have it, before it is whose the agent is. */
function queueOf(participants: readonly Participant[]): string | null {
  for (const purpose of ['acd', 'agent', 'customer']) {
    const last = participants.findLast((one) => one.purpose === purpose && one.queueId);
    if (last?.queueId) return last.queueId;
  }
  return null;
}

/** Names come from flows and people: they become keys of a Map. */
function attributesOf(customer: Participant | null): ReadonlyMap<string, string> {
  const { attributes } = customer ?? {};
  if (typeof attributes !== 'object' || attributes === null) return new Map();
  const texts = Object.entries(attributes).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= MAX_VALUE,
  );
  return new Map(texts.slice(0, MAX_ATTRIBUTES));
}
