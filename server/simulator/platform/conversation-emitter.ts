/**
 * `v2.routing.queues.{id}.conversations`: the whole conversation, after every step of the world that changed it, to each
 * queue that it has been in. It keeps books of the waits that ended and of which somebody was told: what happens while
 * nobody listens is lost here as it is there, unless a later frame of the conversation tells it. Standing calls are in
 * no figure and on no topic. Source: platform facts, section 6.
 */
import type { Conversation, Stay } from '../conversations/conversation-book';
import { conversationTopicBody } from '../conversations/conversation-entity';
import type { SimQueue } from '../world/world';

/** A wait that ended, as the frames tell it. */
export interface RoutingEnd {
  readonly queueId: string;
  readonly interactionId: string;
  readonly eventType: 'answered' | 'abandoned' | 'flowedOut';
  readonly waitMs: number;
  /** Epoch ms. */
  readonly at: number;
}

export interface RoutingSum {
  readonly queueId: string;
  readonly events: number;
  readonly waitMs: number;
}

export interface ConversationEmitterOptions {
  readonly queues: readonly SimQueue[];
  /** True: somebody was sent it whole. */
  send(queue: SimQueue, eventBody: unknown): boolean;
}

export interface ConversationEmitter {
  watch(queue: number, watched: boolean): void;
  changed(conversation: Conversation): void;
  flush(): void;
  /** Of waits that ended at `since` (epoch ms) or later and of which somebody was told; by queue. */
  told(since: number): readonly RoutingSum[];
}

const KEPT_ENDS = 200_000;

export function createConversationEmitter({ queues, send }: ConversationEmitterOptions): ConversationEmitter {
  const watched = new Set<number>();
  const pending = new Set<Conversation>();
  const toldStays = new WeakSet<Stay>();
  /** The last ones; oldest first but for a few. */
  let ends: RoutingEnd[] = [];

  function note(conversation: Conversation, queue: SimQueue): void {
    for (const stay of conversation.stays) {
      if (stay.queue !== queue.index || toldStays.has(stay)) continue;
      const end = endOf(conversation, stay, queue);
      if (end === null) continue;
      toldStays.add(stay);
      ends.push(end);
    }
    if (ends.length > 2 * KEPT_ENDS) ends = ends.slice(-KEPT_ENDS);
  }

  return {
    watch(queue, on) {
      if (on) watched.add(queue);
      else watched.delete(queue);
    },
    changed(conversation) {
      if (conversation.isStanding) return;
      if (conversation.stays.some(({ queue }) => queue !== null && watched.has(queue)))
        pending.add(conversation);
    },
    flush() {
      for (const conversation of pending) {
        const body = conversationTopicBody(conversation, (index) => queues[index]);
        for (const index of new Set(conversation.stays.map((stay) => stay.queue))) {
          const queue = index !== null && watched.has(index) ? queues[index] : undefined;
          if (queue !== undefined && send(queue, body)) note(conversation, queue);
        }
      }
      pending.clear();
    },
    told(since) {
      const sums = new Map<string, RoutingSum>();
      for (const { queueId, waitMs, at } of ends) {
        if (at < since) continue;
        const sum = sums.get(queueId) ?? { queueId, events: 0, waitMs: 0 };
        sums.set(queueId, { queueId, events: sum.events + 1, waitMs: sum.waitMs + waitMs });
      }
      return [...sums.values()];
    },
  };
}

/** `null`: the wait goes on. Frames tell whole ms. */
function endOf(conversation: Conversation, stay: Stay, queue: SimQueue): RoutingEnd | null {
  const endedAt = stay.answeredAt ?? stay.endedAt;
  if (endedAt === null) return null;
  const at = Math.trunc(endedAt);
  const hungUp = conversation.stays.at(-1) === stay ? 'abandoned' : 'flowedOut';
  return {
    ...{ queueId: queue.id, interactionId: conversation.id, at },
    eventType: stay.answeredAt === null ? hungUp : 'answered',
    waitMs: at - Math.trunc(stay.offeredAt),
  };
}
