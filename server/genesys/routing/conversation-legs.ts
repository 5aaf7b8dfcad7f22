/**
 * What a conversation says of its time in a queue. Waiting: a participant of purpose `acd` is connected and no agent is.
 * Answered: an agent's communication is connected. Abandoned: the customer left while in `acd`. Anything else that ends
 * the wait flowed out. Pure.
 */
import type { ConversationFrame, Participant } from './conversation-frame';

/** One stay in one queue. Epoch ms. */
export interface Leg {
  /** Of its `acd` participant: the same in every frame. */
  readonly id: string;
  readonly queuedAt: number;
  /** `null`: it still waits, or nobody can tell yet how the wait ended. */
  readonly end: LegEnd | null;
}

export interface LegEnd {
  readonly kind: 'answered' | 'abandoned' | 'flowedOut';
  readonly at: number;
  /** Who answered. */
  readonly userId: string | null;
}

const ENDED: ReadonlySet<string> = new Set(['disconnected', 'terminated']);
const CUSTOMERS: ReadonlySet<string> = new Set(['customer', 'external']);
const AGENTS: ReadonlySet<string> = new Set(['agent', 'user']);

/** `queueId`: as in the topic; ids are compared as they are written there. */
export function legsOf({ participants }: ConversationFrame, queueId: string): readonly Leg[] {
  const waits = participants.filter((one) => one.purpose === 'acd' && isOf(one, queueId));
  const starts = waits.flatMap((one) => {
    const queuedAt = beganAt(one);
    return queuedAt === null ? [] : [{ one, queuedAt }];
  });
  starts.sort((a, b) => a.queuedAt - b.queuedAt);
  return starts.map(({ one, queuedAt }, index) => {
    const nextAt = starts[index + 1]?.queuedAt ?? Number.POSITIVE_INFINITY;
    return { id: one.id, queuedAt, end: endOf(one, { participants, queueId, queuedAt, nextAt }) };
  });
}

interface Place {
  readonly participants: readonly Participant[];
  readonly queueId: string;
  readonly queuedAt: number;
  /** When it came into the queue again. */
  readonly nextAt: number;
}

function endOf(wait: Participant, { participants, queueId, queuedAt, nextAt }: Place): LegEnd | null {
  const agents = participants.filter((one) => AGENTS.has(one.purpose) && isOf(one, queueId));
  const answers = agents
    .flatMap((agent) => {
      const at = connectedAt(agent);
      return at !== null && at >= queuedAt && at < nextAt ? [{ at, userId: agent.userId }] : [];
    })
    .sort((a, b) => a.at - b.at);
  const [first] = answers;
  if (first !== undefined) return { kind: 'answered', ...first };
  const at = endedAt(wait);
  if (at === null) return null;
  const customers = participants.filter((one) => CUSTOMERS.has(one.purpose));
  if (customers.length > 0 && customers.every((one) => endedAt(one) !== null))
    return { kind: 'abandoned', at, userId: null };
  // The agent's own frame may come after the one in which the wait ends.
  if (agents.some((agent) => endedAt(agent) === null)) return null;
  return { kind: 'flowedOut', at, userId: null };
}

/** An agent's part in a conversation of this queue. */
export interface AgentPart {
  readonly userId: string;
  /** Epoch ms; `null`: it goes on. */
  readonly endedAt: number | null;
}

export function agentsOf({ participants }: ConversationFrame, queueId: string): readonly AgentPart[] {
  return participants.flatMap((one) =>
    AGENTS.has(one.purpose) && isOf(one, queueId) && one.userId !== null
      ? [{ userId: one.userId, endedAt: endedAt(one) }]
      : [],
  );
}

/** Participants of calls that never left a queue may lack its id: then they are of this topic's. */
function isOf(one: Participant, queueId: string): boolean {
  return one.queueId === null || one.queueId === queueId;
}

function beganAt(one: Participant): number | null {
  return one.connectedAt ?? earliest(one.communications.map((part) => part.connectedAt));
}

function connectedAt(agent: Participant): number | null {
  return earliest(agent.communications.map((part) => part.connectedAt));
}

/** `null`: it goes on. */
function endedAt(one: Participant): number | null {
  if (one.endedAt !== null) return one.endedAt;
  const { communications } = one;
  if (communications.length === 0 || !communications.every((part) => ENDED.has(part.state))) return null;
  return latest(communications.map((part) => part.endedAt));
}

function earliest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function latest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((at) => at !== null);
  return known.length === 0 ? null : Math.max(...known);
}
