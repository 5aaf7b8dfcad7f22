/**
 * Routing events out of the platform's own topics: conversations of queues, and the status of the agents in them. A
 * queue counts from the moment this process first listens to it, and anew where it did not for a while: what happened
 * before was somebody else's to count. After a reconnection it goes on where it was: what is told again counts once.
 */
import { canonicalQueueId, type RoutingEvent } from '../../../lib/contracts/routing';
import type { QueueId } from '../../../lib/ids';
import type { Clock } from '../../runtime/clock';
import type { ConversationListener } from '../channel-pool';
import { AgentBook } from './agent-book';
import { RoutingReader } from './routing-reader';
import { userActivityTopic } from './user-activity';

export interface RoutingFeedOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: (event: RoutingEvent) => void;
  /** Other agents are to be listened to than before. */
  readonly onAgents: () => void;
  readonly mostAgents: number;
}

export interface RoutingFeed extends ConversationListener {
  /** Of one frame; false: it is no conversation. */
  conversation(queueId: QueueId, body: unknown): boolean;
  /** The platform says that this agent is that since then (epoch ms). */
  agentStatus(userId: string, status: string, at: number): void;
  readonly agents: Pick<AgentBook, 'ofChannel' | 'size'>;
}

export function createRoutingFeed({ clock, onEvent, onAgents, mostAgents }: RoutingFeedOptions): RoutingFeed {
  const since = new Map<string, number>();
  const agents = new AgentBook(mostAgents);
  const reader = new RoutingReader({
    onEvent,
    statusOf: (userId, from) => agents.statusSince(userId, from),
    since: (queueId) => since.get(queueId) ?? Number.POSITIVE_INFINITY,
    onAgent(userId, { queueId, interactionId, endedAt }) {
      if (userActivityTopic(userId) === null || !since.has(queueId)) return;
      const place = { queueId: canonicalQueueId(queueId), interactionId, endedAt };
      if (agents.seen(userId, place)) onAgents();
    },
  });
  return {
    agents,
    conversation: (queueId, body) => reader.frame(queueId, body),
    agentStatus(userId, status, at) {
      for (const { queueId, interactionId } of agents.heard(userId, status, at)) {
        const common = { queueId, interactionId, waitMs: null, agentStatus: status, at };
        onEvent({ ...common, eventType: 'agentStatus' });
      }
    },
    listening(queueIds) {
      for (const queueId of queueIds) if (!since.has(queueId)) since.set(queueId, clock.now());
    },
    forget(queueIds) {
      for (const queueId of queueIds) since.delete(queueId);
    },
  };
}
