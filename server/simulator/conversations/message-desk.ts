/**
 * A gateway that takes a session's transcript, one message a request: `{type:'message', content:{type:'text', text},
 * from, timestamp}`, beside which it may say more. The address may name the conversation. What it has taken is kept for
 * people and tests to read, also what has come before with the same key: a gateway of a customer's may not look.
 */
import { z } from 'zod';
import { MESSAGES_PATH } from '../platform/control-paths';
import type { Reply } from '../platform/error-body';
import type { HttpCall } from '../platform/http-server';

export interface TakenMessage {
  readonly at: number;
  /** Whether it came with a bearer token, whatever it is. */
  readonly hasToken: boolean;
  /** Of the address, or the body's `conversationId`. */
  readonly conversationId: string | null;
  readonly idempotencyKey: string | null;
  readonly body: z.infer<typeof messageSchema>;
}

export interface MessageTruth {
  readonly taken: number;
  readonly refused: number;
  /** The last ones, oldest first. */
  readonly messages: readonly TakenMessage[];
}

export interface MessageDesk {
  /** `null`: the path is none of its. */
  answer(call: HttpCall): Reply | null;
  truth(limit: number): MessageTruth;
}

const messageSchema = z.looseObject({
  type: z.literal('message'),
  content: z.looseObject({ type: z.literal('text'), text: z.string().min(1).max(10_000) }),
  from: z.unknown().refine((from) => from !== undefined && from !== null, 'is missing'),
  conversationId: z.string().max(100).optional(),
  timestamp: z.union([z.number(), z.iso.datetime({ offset: true })]),
});
const KEPT = 20_000;

export function createMessageDesk(now: () => number): MessageDesk {
  const messages: TakenMessage[] = [];
  let [taken, refused] = [0, 0];
  function refuse(status: number, message: string): Reply {
    refused += 1;
    return { status, body: { message } };
  }
  return {
    answer(call) {
      const place = placeOf(call.path);
      if (place === null) return null;
      if (call.method !== 'POST') return refuse(405, 'only POST');
      const parsed = messageSchema.safeParse(jsonOf(call.body));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return refuse(400, `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
      }
      taken += 1;
      const hasToken = /^bearer\s/i.test(call.authorization ?? '');
      const conversationId = place === '' ? (parsed.data.conversationId ?? null) : place;
      const { idempotencyKey } = call;
      messages.push({ at: now(), hasToken, conversationId, idempotencyKey, body: parsed.data });
      if (messages.length > 2 * KEPT) messages.splice(0, messages.length - KEPT);
      return { status: 202, body: {} };
    },
    truth: (limit) => ({ taken, refused, messages: messages.slice(-Math.min(limit, KEPT)) }),
  };
}

/** `''`: the address names no conversation; `null`: it is another one. */
function placeOf(path: string): string | null {
  if (path === MESSAGES_PATH) return '';
  return path.startsWith(`${MESSAGES_PATH}/`) ? path.slice(MESSAGES_PATH.length + 1) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON.parse throws nothing but SyntaxError; no message is `undefined`
  }
}
