/**
 * `/simulator/conversations`: the live conversations for people and tests to pick one, and standing calls, which last
 * until they are ended: GET (?all=true: also callers without a device) · GET {id}, with what was written into its
 * attributes · POST {deviceId?, customerId?, ani?, account?, queueId?, userId?} · DELETE {id}
 */
import { z } from 'zod';
import type { Reply } from '../platform/error-body';
import type { HttpCall } from '../platform/http-server';
import type { Customer } from '../world/customers';
import type { SimQueue } from '../world/world';
import type { Caller } from './callers';
import type { Conversation, ConversationBook } from './conversation-book';
import { customerParticipantId } from './conversation-entity';
import { agentAt, TALKING_PEOPLE, userOf } from './made-up-agents';

export interface ListedConversation {
  readonly conversationId: string;
  readonly isStanding: boolean;
  readonly mediaType: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly queueId: string | null;
  readonly userId: string | null;
  readonly userName: string | null;
  /** Whose attributes a transcript is written into. */
  readonly customerParticipantId: string;
  readonly ani: string | null;
  readonly account: string | null;
  /** Of whom it is; `null`: unknown. */
  readonly customerId: string | null;
  readonly devices: readonly {
    readonly deviceId: string;
    readonly product: string;
    readonly online: boolean;
  }[];
}

export interface ConversationControl {
  /** The path after `/simulator/conversations`, without `/`. */
  answer(call: HttpCall, id: string | undefined): Reply;
  list(all: boolean): readonly ListedConversation[];
}

export interface ConversationControlOptions {
  readonly conversations: ConversationBook;
  readonly queues: readonly SimQueue[];
  readonly customers: readonly Customer[];
  isOnline(deviceIndex: number): boolean;
  now(): number;
}

const text = z.string().min(1).max(128).optional();
const wishSchema = z.strictObject({
  ...{ deviceId: text, customerId: text, ani: text, account: text, queueId: text, userId: text },
});
type Wish = z.infer<typeof wishSchema>;
const MAX_LISTED = 500;

export function createConversationControl(options: ConversationControlOptions): ConversationControl {
  const { conversations, queues } = options;
  const listed = (one: Conversation) => entry(one, options);

  function list(all: boolean): readonly ListedConversation[] {
    const entries = conversations.talking().map(listed);
    return entries.filter(({ devices }) => all || devices.length > 0).slice(0, MAX_LISTED);
  }
  function begin(body: string): Reply {
    const wish = readWish(body);
    if (typeof wish === 'string') return problem(400, wish);
    const customer = chosen(wish, options);
    if (customer === undefined) return problem(404, 'there is no such customer or device');
    const own = queues.findIndex(({ name }) => name === customer?.devices[0]?.product.queueName);
    const queue = wish.queueId === undefined ? own : queues.findIndex(({ id }) => id === wish.queueId);
    if (queue === -1 && wish.queueId !== undefined) return problem(404, 'there is no such queue');
    const agent = wish.userId === undefined ? usualAgent() : userOf(wish.userId);
    if (agent === undefined) return problem(404, 'there is no such user');
    const call = { caller: callerOf(wish, customer), queue: queue === -1 ? null : queue, agentId: agent.id };
    return { status: 201, body: listed(conversations.begin(call, options.now())) };
  }
  return {
    list,
    answer(call, id) {
      if (id === undefined && call.method === 'POST') return begin(call.body);
      if (id === undefined && call.method === 'GET') {
        return { status: 200, body: { conversations: list(call.query.get('all') === 'true') } };
      }
      const found = conversations.find(id ?? '');
      if (found === null) return problem(404, 'there is no such conversation');
      if (call.method === 'GET') return { status: 200, body: { ...listed(found), writes: found.writes } };
      if (call.method !== 'DELETE') return problem(405, 'GET or DELETE');
      return conversations.end(found.id, options.now())
        ? { status: 200, body: listed(found) }
        : problem(409, 'only a standing call can be ended, and once');
    },
  };
}

function entry(conversation: Conversation, options: ConversationControlOptions): ListedConversation {
  const { id, isStanding, mediaType, startedAt, endedAt, caller } = conversation;
  const stay = conversation.stays.at(-1);
  const userId = stay?.agentId ?? null;
  return {
    ...{ conversationId: id, isStanding, mediaType, startedAt, endedAt, userId },
    queueId: stay?.queue == null ? null : (options.queues[stay.queue]?.id ?? null),
    userName: userId === null ? null : (userOf(userId)?.name ?? null),
    customerParticipantId: customerParticipantId(conversation),
    ...{ ani: caller.ani, account: caller.account, customerId: caller.customer?.customerId ?? null },
    devices: (caller.customer?.devices ?? []).map(({ deviceId, product, index }) => ({
      ...{ deviceId, product: product.name, online: options.isOnline(index) },
    })),
  };
}

/** What is not said: a customer with one device that is online. `null`: an unknown caller was asked for. */
function chosen(
  wish: Wish,
  { customers, isOnline }: ConversationControlOptions,
): Customer | null | undefined {
  const { customerId, deviceId, ani, account } = wish;
  if (customerId !== undefined) return customers.find((one) => one.customerId === customerId);
  if (deviceId !== undefined) {
    return customers.find(({ devices }) => devices.some((device) => device.deviceId === deviceId));
  }
  if (ani !== undefined) return customers.find((one) => one.ani === ani.replace(/^tel:/, '')) ?? null;
  if (account !== undefined) return customers.find((one) => one.account === account) ?? null;
  return customers.find(
    ({ devices }) =>
      devices.length === 1 &&
      devices.every(({ index, product }) => product.queueName !== null && isOnline(index)),
  );
}

function callerOf({ ani, account }: Wish, customer: Customer | null): Caller {
  return { customer, ani: ani?.replace(/^tel:/, '') ?? customer?.ani ?? null, account: account ?? null };
}

function usualAgent() {
  return TALKING_PEOPLE.find(({ roles }) => roles.some(({ name }) => name === 'Agent')) ?? agentAt(0);
}

function readWish(body: string): Wish | string {
  let raw: unknown = {};
  try {
    if (body.trim() !== '') raw = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  const parsed = wishSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'body'}: ${issue?.message}`;
}

function problem(status: number, message: string): Reply {
  return { status, body: { message } };
}
