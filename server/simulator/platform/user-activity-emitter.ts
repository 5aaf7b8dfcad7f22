/**
 * `v2.users.{id}.activity`: routing status and presence of an agent with their start times, after every step of the world
 * that changed them. Nothing is pushed on subscribing. SDK model `UserActivity`.
 */
import { agentAt } from '../conversations/made-up-agents';
import type { UserPlace } from '../world/books';
import { ON_QUEUE_STATUSES, PRESENCES, presenceIndex } from '../world/catalogue';
import type { SimQueue } from '../world/world';

/** An agent's place in the centre's plan, and where he is now. `null`: logged out. */
export interface AgentMove {
  readonly agent: number;
  readonly to: UserPlace | null;
  readonly queues: readonly number[];
  /** Epoch ms. */
  readonly at: number;
}

export interface UserActivityEmitterOptions {
  readonly queues: readonly SimQueue[];
  send(userId: string, eventBody: unknown): void;
}

export interface UserActivityEmitter {
  watch(userId: string, watched: boolean): void;
  moved(move: AgentMove): void;
  flush(): void;
}

const ON_QUEUE = presenceIndex('On Queue');
const OFFLINE = presenceIndex('Offline');

export function createUserActivityEmitter({ queues, send }: UserActivityEmitterOptions): UserActivityEmitter {
  const watched = new Set<string>();
  /** By agent. */
  const pending = new Map<number, AgentMove>();
  return {
    watch(userId, on) {
      if (on) watched.add(userId);
      else watched.delete(userId);
    },
    moved(move) {
      if (watched.size > 0) pending.set(move.agent, move);
    },
    flush() {
      for (const move of pending.values()) {
        const { id } = agentAt(move.agent);
        if (watched.has(id)) send(id, activityOf(id, move, queues));
      }
      pending.clear();
    },
  };
}

function activityOf(id: string, { to, at, queues: own }: AgentMove, queues: readonly SimQueue[]): unknown {
  const since = new Date(at).toISOString();
  const isOn = to?.kind === 'onQueue';
  const presence = PRESENCES[isOn ? ON_QUEUE : (to?.index ?? OFFLINE)];
  return {
    id,
    routingStatus: { status: isOn ? ON_QUEUE_STATUSES[to.index] : 'OFF_QUEUE', startTime: since },
    presence: {
      presenceDefinition: { id: presence?.id, systemPresence: presence?.systemPresence },
      presenceMessage: '',
      modifiedDate: since,
    },
    outOfOffice: { active: false, modifiedDate: since },
    activeQueueIds: isOn ? own.flatMap((index) => queues[index]?.id ?? []) : [],
    dateActiveQueuesChanged: since,
  };
}
