/**
 * What routing needs of a conversation frame (`v2.routing.queues.{id}.conversations`: the whole conversation each time).
 * Pure and liberal: what cannot be read of a participant harms only itself.
 */
import { z } from 'zod';

/** Epoch ms. */
export interface Communication {
  readonly state: string;
  readonly connectedAt: number | null;
  readonly endedAt: number | null;
}

export interface Participant {
  readonly id: string;
  readonly purpose: string;
  readonly queueId: string | null;
  readonly userId: string | null;
  readonly connectedAt: number | null;
  readonly endedAt: number | null;
  readonly communications: readonly Communication[];
}

export interface ConversationFrame {
  readonly id: string;
  readonly participants: readonly Participant[];
}

const MAX_PARTICIPANTS = 500;
const MAX_COMMUNICATIONS = 50;
const KINDS = ['calls', 'chats', 'emails', 'messages', 'callbacks'] as const;

const text = z.string().max(200).nullish().catch(null);
const moment = z
  .string()
  .max(40)
  .transform((written) => Date.parse(written))
  .refine(Number.isFinite)
  .nullish()
  .catch(null);
const communicationSchema = z.object({ state: text, connectedTime: moment, disconnectedTime: moment });
const communications = z.array(z.unknown()).nullish().catch(null);
const participantSchema = z.object({
  id: z.string().min(1).max(200),
  purpose: z.string().max(50),
  queueId: text,
  userId: text,
  connectedTime: moment,
  endTime: moment,
  ...{ calls: communications, chats: communications, emails: communications },
  ...{ messages: communications, callbacks: communications },
});
const conversationSchema = z.object({
  id: z.string().min(1).max(200),
  participants: z.array(z.unknown()),
});

/** `null`: it is no conversation. */
export function readConversationFrame(body: unknown): ConversationFrame | null {
  const read = conversationSchema.safeParse(body);
  if (!read.success) return null;
  const { id, participants } = read.data;
  return {
    id,
    participants: participants.slice(0, MAX_PARTICIPANTS).flatMap((one) => readParticipant(one) ?? []),
  };
}

function readParticipant(value: unknown): Participant | null {
  const read = participantSchema.safeParse(value);
  if (!read.success) return null;
  const { id, purpose, queueId, userId, connectedTime, endTime } = read.data;
  const all = KINDS.flatMap((kind) => read.data[kind] ?? []).slice(0, MAX_COMMUNICATIONS);
  return {
    ...{ id, purpose, queueId: queueId ?? null, userId: userId ?? null },
    connectedAt: connectedTime ?? null,
    endedAt: endTime ?? null,
    communications: all.flatMap((one) => readCommunication(one) ?? []),
  };
}

function readCommunication(value: unknown): Communication | null {
  const read = communicationSchema.safeParse(value);
  if (!read.success) return null;
  const { state, connectedTime, disconnectedTime } = read.data;
  return { state: state ?? '', connectedAt: connectedTime ?? null, endedAt: disconnectedTime ?? null };
}
