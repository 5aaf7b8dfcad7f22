/**
 * From conversation frames to routing events, each once: a frame tells all that has happened so far, and comes again and
 * again, also by several topics. What happened before anybody listened is not told, so that a restart counts nothing
 * twice. Not pure: it remembers, bounded, which legs it has told of.
 */
import { canonicalQueueId, type RoutingEvent } from '../../../lib/contracts/routing';
import { readConversationFrame } from './conversation-frame';
import { agentsOf, type Leg, legsOf } from './conversation-legs';

export interface RoutingReaderOptions {
  readonly onEvent: (event: RoutingEvent) => void;
  /** What the platform says that user is since `from` (epoch ms) or later; `null`: nothing yet. */
  readonly statusOf: (userId: string, from: number) => string | null;
  /** Epoch ms from which this queue is listened to. */
  readonly since: (queueId: string) => number;
  /** An agent takes part in a conversation of this queue, or did. Absent: nobody wants to know. */
  readonly onAgent?: (userId: string, part: AgentInConversation) => void;
}

export interface AgentInConversation {
  /** Of the topic. */
  readonly queueId: string;
  readonly interactionId: string;
  /** Epoch ms; `null`: he still has it. */
  readonly endedAt: number | null;
}

const MOST_LEGS = 100_000;
const ANSWERING = 'INTERACTING';
type Told = 'queued' | 'ended';

export class RoutingReader {
  readonly #options: RoutingReaderOptions;
  /** By conversation and leg; oldest first. */
  readonly #told = new Map<string, Told>();

  constructor(options: RoutingReaderOptions) {
    this.#options = options;
  }

  /** `queueId`: of the topic. False: it is no conversation. */
  frame(queueId: string, body: unknown): boolean {
    const frame = readConversationFrame(body);
    if (frame === null) return false;
    const { onAgent } = this.#options;
    if (onAgent !== undefined)
      for (const { userId, endedAt } of agentsOf(frame, queueId))
        onAgent(userId, { queueId, interactionId: frame.id, endedAt });
    for (const leg of legsOf(frame, queueId)) this.#leg(frame.id, queueId, leg);
    return true;
  }

  #leg(interactionId: string, queueId: string, { id, queuedAt, end }: Leg): void {
    const key = JSON.stringify([interactionId, queueId, id]);
    const told = this.#told.get(key);
    if (told === 'ended') return;
    const { since, onEvent, statusOf } = this.#options;
    const common = { queueId: canonicalQueueId(queueId), interactionId };
    const from = since(queueId);
    if (told === undefined && queuedAt >= from)
      onEvent({ ...common, eventType: 'queued', waitMs: null, agentStatus: null, at: queuedAt });
    if (end !== null && end.at >= from) {
      const agentStatus =
        end.kind !== 'answered' ? null : ((end.userId && statusOf(end.userId, end.at)) ?? ANSWERING);
      const waitMs = Math.max(0, end.at - queuedAt);
      onEvent({ ...common, eventType: end.kind, waitMs, agentStatus, at: end.at });
    }
    this.#note(key, end === null ? 'queued' : 'ended');
  }

  #note(key: string, told: Told): void {
    this.#told.delete(key);
    this.#told.set(key, told);
    if (this.#told.size <= MOST_LEGS) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}
