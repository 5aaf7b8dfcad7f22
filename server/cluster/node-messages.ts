/**
 * What nodes say to each other, as it lies on the bus, and where. Requests go to the channel of a duty, which its owner
 * listens on; answers to the channel of the node that asked; who begins to serve a duty tells all. What cannot be read
 * is nobody's, and harms nobody.
 */
import { z } from 'zod';
import { sharedKey } from '../redis/keys';

export const channelOfAll = sharedKey('nodes');
export const channelOfDuty = (duty: string) => sharedKey('asked', duty);
export const channelOfNode = (nodeId: string) => sharedKey('node', nodeId);

const name = z.string().min(1).max(100);
const epoch = z.string().min(1).max(200);
const count = z.number().int().nonnegative();

const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: name, from: name, method: name, args: z.unknown().optional() }),
  /** Said again and again while somebody watches. `anew`: the epoch that has a gap. */
  z.object({
    ...{ kind: z.literal('watch'), id: name, from: name, method: name, args: z.unknown().optional() },
    anew: epoch.nullable(),
  }),
  z.object({ kind: z.literal('unwatch'), id: name, from: name }),
]);
export type Request = z.infer<typeof requestSchema>;

const answerSchema = z.discriminatedUnion('kind', [
  /** The owner has the call, and works on it. */
  z.object({ kind: z.literal('heard'), id: name }),
  z.object({ kind: z.literal('reply'), id: name, value: z.unknown().optional() }),
  z.object({
    ...{ kind: z.literal('refusal'), id: name, reason: z.enum(['failed', 'tooLarge']) },
    message: z.string().max(1_000),
  }),
  /** The owner has the watch: what it told so far, counted from the epoch's beginning. */
  z.object({ kind: z.literal('watching'), id: name, epoch, seq: count }),
  z.object({ kind: z.literal('told'), id: name, epoch, seq: count, value: z.unknown().optional() }),
]);
export type Answer = z.infer<typeof answerSchema>;

const noticeSchema = z.object({ kind: z.literal('serving'), duty: name });
export type Notice = z.infer<typeof noticeSchema>;

/** Whose telling it is, from its beginning on. */
export const epochOf = (nodeId: string, id: string) => `${nodeId}/${id}`;
export const ownerOf = (ofEpoch: string) => ofEpoch.slice(0, ofEpoch.lastIndexOf('/'));

export const readRequest = (text: string) => readBy(requestSchema, text);
export const readAnswer = (text: string) => readBy(answerSchema, text);
export const readNotice = (text: string) => readBy(noticeSchema, text);

function readBy<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // No JSON.
    return null;
  }
}

/** `null`: it cannot be written as JSON. */
export function textOf(message: Request | Answer | Notice): string | null {
  try {
    return JSON.stringify(message);
  } catch {
    // A circle, or a number without end.
    return null;
  }
}
