/**
 * The agents whose status is wanted: those who take part in conversations of queues that are listened to. It gives each
 * a place on a channel that he keeps, and knows what the platform last said of him and in which queues he is at work.
 * Not pure: filled in place. Bounded: of more agents than there is room for, who was seen longest ago goes first.
 */

/** Where an agent is at work. */
export interface AgentPlace {
  readonly queueId: string;
  readonly interactionId: string;
  /** Epoch ms; `null`: he still has it. */
  readonly endedAt: number | null;
}

interface Agent {
  readonly slot: number;
  /** By queue; oldest first. */
  readonly places: Map<string, AgentPlace>;
  status: string | null;
  /** Epoch ms since which that is so. */
  statusAt: number;
}

const MOST_PLACES = 10;
/** So long after an interaction his status is still told of its queue: wrap-up, and then he is idle. */
const AFTER_MS = 10 * 60_000;

export class AgentBook {
  readonly #most: number;
  /** By user; who was seen longest ago first. */
  readonly #agents = new Map<string, Agent>();
  readonly #slots: (string | null)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#agents.size;
  }

  /** True: somebody came, so that other agents are to be listened to than before. */
  seen(userId: string, place: AgentPlace): boolean {
    const known = this.#agents.get(userId);
    if (place.endedAt !== null) {
      if (known?.places.get(place.queueId)?.interactionId === place.interactionId)
        known.places.set(place.queueId, place);
      return false;
    }
    const agent = known ?? { slot: this.#slotFor(), places: new Map(), status: null, statusAt: -Infinity };
    this.#agents.delete(userId);
    this.#agents.set(userId, agent);
    this.#slots[agent.slot] = userId;
    agent.places.delete(place.queueId);
    agent.places.set(place.queueId, place);
    const [oldest] = agent.places.keys();
    if (agent.places.size > MOST_PLACES && oldest !== undefined) agent.places.delete(oldest);
    return known === undefined;
  }

  /** Where that is news; nowhere for what is older than what is known, or of somebody who is not in the book. */
  heard(userId: string, status: string, at: number): readonly AgentPlace[] {
    const agent = this.#agents.get(userId);
    if (agent === undefined || at < agent.statusAt || (agent.status === status && at === agent.statusAt))
      return [];
    Object.assign(agent, { status, statusAt: at });
    return [...agent.places.values()].filter(({ endedAt }) => endedAt === null || at - endedAt <= AFTER_MS);
  }

  /** What he is since `since` or later; `null`: the platform has said nothing newer. */
  statusSince(userId: string, since: number): string | null {
    const agent = this.#agents.get(userId);
    return agent !== undefined && agent.statusAt >= since ? agent.status : null;
  }

  /** Those with a place on the channel of that number. */
  ofChannel(channel: number, size: number): readonly string[] {
    return this.#slots.slice(channel * size, (channel + 1) * size).filter((userId) => userId !== null);
  }

  #slotFor(): number {
    if (this.#slots.length < this.#most) return this.#slots.push(null) - 1;
    const [oldest] = this.#agents;
    if (oldest === undefined) throw new Error('a book of agents needs room for one');
    const [userId, { slot }] = oldest;
    this.#agents.delete(userId);
    return slot;
  }
}
