/**
 * The agents of the made-up centre: who is free, who is on a break, who is not in. Writes where they are into the books.
 * off → idle → ringing → talking → wrapUp → idle; ringing → notResponding → idle; idle → communicating → idle.
 * Now and then an agent's plan is reviewed: at quiet hours the last of a roster go home, at any hour some take a break.
 */
import { must } from '../../../lib/assert';
import type { Random } from '../../runtime/random';
import type { Books, UserPlace } from './books';
import { ON_QUEUE_STATUSES, type OnQueueStatus, presenceIndex } from './catalogue';
import type { DayCurve } from './day-curve';
import { between, exponential, weighted } from './distributions';
import type { EventHeap } from './event-heap';
import { type CentrePlan, ON_QUEUE_SHARE } from './made-up-plan';

export interface AgentDeskOptions {
  readonly plan: CentrePlan;
  readonly books: Books;
  readonly heap: EventHeap;
  readonly random: Random;
  readonly curve: DayCurve;
  /** An agent became idle and looks for work. */
  freed(agent: number, at: number): void;
  /** Told of every move; it changes nothing. */
  readonly moved?: AgentWatch | undefined;
}

/** Who follows agents: where they go (`null`: they log out), and which queues they serve. */
export type AgentWatch = (move: {
  /** Index in the plan. */
  readonly agent: number;
  readonly to: UserPlace | null;
  readonly queues: readonly number[];
  readonly at: number;
}) => void;

export interface AgentDesk {
  /** An idle agent who serves that queue, or `null`. */
  findIdle(queue: number): number | null;
  ring(agent: number): void;
  talk(agent: number, at: number): void;
  /** Done with an interaction (or it went away while ringing): idle, or off where that was decided meanwhile. */
  release(agent: number, at: number): void;
  missRing(agent: number, at: number): void;
  isIdle(agent: number): boolean;
  queuesOf(agent: number): readonly number[];
  /** Decides where everybody is at the beginning. */
  open(at: number): void;
}

interface Agent {
  state: 'off' | 'idle' | 'ringing' | 'talking' | 'notResponding' | 'communicating';
  place: UserPlace | null;
  /** Decided while busy, done when free: a place, or `undefined` for staying. */
  next: UserPlace | null | undefined;
}

const MINUTE = 60_000;
const REVIEW_EVERY_MS = 10 * MINUTE;
const PRIVATE_CALL = 0.04;

const on = (status: OnQueueStatus): UserPlace => ({
  kind: 'onQueue',
  index: ON_QUEUE_STATUSES.indexOf(status),
});
const off = (label: string): UserPlace => ({ kind: 'offQueue', index: presenceIndex(label) });
const PLACE = {
  idle: on('IDLE'),
  interacting: on('INTERACTING'),
  notResponding: on('NOT_RESPONDING'),
  communicating: on('COMMUNICATING'),
};
const BREAKS: readonly (readonly [UserPlace, number])[] = [
  [off('Break'), 35],
  [off('Meal'), 20],
  [off('Meeting'), 14],
  [off('Busy'), 11],
  [off('Training'), 8],
  [off('Away'), 7],
  [off('Coaching'), 5],
];

export function createAgentDesk(options: AgentDeskOptions): AgentDesk {
  const { plan, books, heap, random, curve } = options;
  const agents = plan.agents.map((): Agent => ({ state: 'off', place: null, next: undefined }));
  /** Where the last search of a queue ended: work goes round. */
  const turns = plan.queuePlans.map(() => 0);
  const agentAt = (index: number) => must(agents[index], `agent ${index}`);
  const queuesOf = (index: number) => plan.agents[index]?.queues ?? [];

  function move(index: number, to: UserPlace | null, at: number): void {
    const agent = agentAt(index);
    if (agent.place === to) return;
    books.userMoved(queuesOf(index), agent.place, to, at);
    agent.place = to;
    options.moved?.({ agent: index, to, queues: queuesOf(index), at });
  }
  function goIdle(index: number, at: number): void {
    agentAt(index).state = 'idle';
    move(index, PLACE.idle, at);
    options.freed(index, at);
  }
  function goOff(index: number, place: UserPlace | null, at: number): void {
    agentAt(index).state = 'off';
    move(index, place, at);
  }
  function release(index: number, at: number): void {
    const agent = agentAt(index);
    const { next } = agent;
    agent.next = undefined;
    if (next === undefined) goIdle(index, at);
    else goOff(index, next, at);
  }
  /** `undefined`: on queue. */
  function decidePlace(index: number, at: number): UserPlace | null | undefined {
    const { rank = 0, rosterSize = 1 } = plan.agents[index] ?? {};
    // The first of a roster is always in; the square root keeps the margin that small numbers need at quiet hours.
    if (rank > 0 && rank >= rosterSize * Math.sqrt(curve(at)) * Math.sqrt(curve(at) * 0.8 + 0.2)) return null;
    return random() < ON_QUEUE_SHARE ? undefined : weighted(random, BREAKS, PLACE.idle);
  }
  function review(index: number, at: number): void {
    heap.plan(at + between(random, 0.4, 1.6) * REVIEW_EVERY_MS, (when) => review(index, when));
    const agent = agentAt(index);
    const place = decidePlace(index, at);
    if (agent.state === 'off') {
      if (place === undefined) goIdle(index, at);
      else move(index, place, at);
    } else if (agent.state !== 'idle') agent.next = place;
    else if (place !== undefined) goOff(index, place, at);
    else if (random() < PRIVATE_CALL) pause(index, 'communicating', exponential(random, 2 * MINUTE), at);
  }
  function pause(index: number, state: 'communicating' | 'notResponding', forMs: number, at: number): void {
    agentAt(index).state = state;
    move(index, PLACE[state], at);
    heap.plan(at + forMs, (when) => release(index, when));
  }

  return {
    queuesOf,
    isIdle: (index) => agentAt(index).state === 'idle',
    findIdle(queue) {
      const members = plan.queuePlans[queue]?.members ?? [];
      const start = turns[queue] ?? 0;
      for (let step = 0; step < members.length; step += 1) {
        const index = members[(start + step) % members.length];
        if (index === undefined || agentAt(index).state !== 'idle') continue;
        turns[queue] = (start + step + 1) % members.length;
        return index;
      }
      return null;
    },
    ring(index) {
      agentAt(index).state = 'ringing';
    },
    talk(index, at) {
      agentAt(index).state = 'talking';
      move(index, PLACE.interacting, at);
    },
    release,
    missRing: (index, at) => pause(index, 'notResponding', between(random, 20_000, 90_000), at),
    open(at) {
      for (const index of agents.keys()) {
        const place = decidePlace(index, at);
        if (place === undefined) goIdle(index, at);
        else goOff(index, place, at);
        heap.plan(at + random() * REVIEW_EVERY_MS, (when) => review(index, when));
      }
    },
  };
}
