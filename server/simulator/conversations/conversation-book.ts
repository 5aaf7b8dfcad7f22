/**
 * The conversations behind the centre's figures: who talks with whom in which queue now, and what was written into
 * their attributes. It follows the callers of the made-up world and changes nothing there; standing calls are made by
 * command, are in no figure, and last until they are ended. Bounded: of those that are over it keeps the last ones.
 */
import { must } from '../../../lib/assert';
import type { CallWatch } from '../world/caller-flow';
import { MEDIA_TYPES, type MediaType } from '../world/catalogue';
import { stableUuid } from '../world/stable-id';
import type { Caller, DrawCaller } from './callers';
import { agentAt } from './made-up-agents';

/** In one queue. */
export interface Stay {
  /** Index of the queue; `null`: of none. */
  readonly queue: number | null;
  readonly offeredAt: number;
  /** User of the platform. */
  agentId: string | null;
  answeredAt: number | null;
  endedAt: number | null;
}

export interface AttributeWrite {
  readonly at: number;
  readonly participantId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Conversation {
  readonly id: string;
  readonly mediaType: MediaType;
  readonly isStanding: boolean;
  readonly startedAt: number;
  endedAt: number | null;
  readonly stays: Stay[];
  readonly caller: Caller;
  /** By participant. */
  readonly attributes: Map<string, Map<string, string>>;
  /** The last ones, oldest first. */
  readonly writes: AttributeWrite[];
}

export interface StandingCall {
  readonly caller: Caller;
  readonly queue: number | null;
  readonly agentId: string;
}

export interface ConversationBook {
  readonly watch: CallWatch;
  find(id: string): Conversation | null;
  /** Those in which an agent talks, standing ones first. */
  talking(): readonly Conversation[];
  begin(call: StandingCall, at: number): Conversation;
  /** A standing call; `false`: there is none, or it is over. */
  end(id: string, at: number): boolean;
  write(conversation: Conversation, write: AttributeWrite): void;
}

export interface ConversationBookOptions {
  /** Makes ids of this run unlike those of another. */
  readonly run: string;
  readonly drawCaller: DrawCaller;
  queueName(index: number): string | null;
  /** Something in a conversation is other than before. */
  changed?(conversation: Conversation): void;
}

const KEPT_OVER = 5_000;
const KEPT_WRITES = 2_000;
const MAX_STANDING = 2_000;
/** Above every number of a leg that a day can have. */
const FIRST_STANDING = 2 ** 44;

export function createConversationBook(options: ConversationBookOptions): ConversationBook {
  const prefix = stableUuid('conversation', options.run).slice(0, 24);
  /** By the number in their id. */
  const held = new Map<number, Followed>();
  /** Number of the conversation, by the leg that it is in now. */
  const byLeg = new Map<number, Followed>();
  const live = new Set<Followed>();
  const over = new Set<Followed>();
  let nextStanding = FIRST_STANDING;

  function hold(number: number, made: Omit<Drawn, 'number'>): Followed {
    const conversation = createFollowed({ ...made, number }, prefix, options);
    held.set(number, conversation);
    live.add(conversation);
    return conversation;
  }
  function putOver(conversation: Followed): void {
    live.delete(conversation);
    over.add(conversation);
    const [oldest] = over;
    if (over.size <= KEPT_OVER || oldest === undefined) return;
    over.delete(oldest);
    held.delete(oldest.number);
  }
  function end(conversation: Followed, at: number): void {
    conversation.endedAt = at;
    const stay = conversation.stays.at(-1);
    if (stay !== undefined) stay.endedAt = at;
    putOver(conversation);
  }

  const watch: CallWatch = {
    offered(leg, at, from) {
      const before = from === null ? undefined : byLeg.get(from.id);
      if (from !== null) byLeg.delete(from.id);
      const mediaType = MEDIA_TYPES[leg.media] ?? 'voice';
      const conversation = before ?? hold(leg.id, { mediaType, startedAt: at, caller: null });
      over.delete(conversation);
      live.add(conversation);
      conversation.endedAt = null;
      conversation.stays.push(newStay(leg.queue, at));
      byLeg.set(leg.id, conversation);
      options.changed?.(conversation);
    },
    answered(leg, agent, at) {
      const conversation = byLeg.get(leg.id);
      const stay = conversation?.stays.at(-1);
      if (conversation === undefined || stay === undefined) return;
      Object.assign(stay, { agentId: agentAt(agent).id, answeredAt: at });
      options.changed?.(conversation);
    },
    left(leg, at) {
      const conversation = byLeg.get(leg.id);
      if (conversation === undefined) return;
      end(conversation, at);
      options.changed?.(conversation);
      // It stays findable by its leg for the moment: it may be sent on at once.
      lastLeft.push(leg.id);
      if (lastLeft.length > 1) byLeg.delete(must(lastLeft.shift(), 'leg'));
    },
  };
  const lastLeft: number[] = [];

  return {
    watch,
    find(id) {
      if (!id.startsWith(prefix) || !/^[0-9a-f]{12}$/.test(id.slice(24))) return null;
      return held.get(Number.parseInt(id.slice(24), 16)) ?? null;
    },
    talking: () =>
      [...live]
        .filter(({ stays }) => typeof stays.at(-1)?.agentId === 'string')
        .sort((a, b) => Number(b.isStanding) - Number(a.isStanding)),
    begin({ caller, queue, agentId }, at) {
      const standing = [...live].filter((one) => one.isStanding);
      const [oldest] = standing;
      if (standing.length >= MAX_STANDING && oldest !== undefined) end(oldest, at);
      const conversation = hold(nextStanding, { mediaType: 'voice', startedAt: at, caller });
      nextStanding += 1;
      conversation.stays.push({ ...newStay(queue, at), agentId, answeredAt: at });
      return conversation;
    },
    end(id, at) {
      const conversation = this.find(id);
      if (conversation?.isStanding !== true || conversation.endedAt !== null) return false;
      // Whatever `find` gives is one of `held`.
      end(conversation as Followed, at);
      return true;
    },
    write(conversation, write) {
      const { attributes, writes } = conversation;
      const there = attributes.get(write.participantId) ?? new Map<string, string>();
      for (const [name, value] of Object.entries(write.attributes)) there.set(name, value);
      attributes.set(write.participantId, there);
      writes.push(write);
      if (writes.length > KEPT_WRITES) writes.shift();
    },
  };
}

interface Followed extends Conversation {
  readonly number: number;
}
interface Drawn {
  readonly number: number;
  readonly mediaType: MediaType;
  readonly startedAt: number;
  /** `null`: drawn when somebody asks; most of a day's callers nobody ever asks after. */
  readonly caller: Caller | null;
}

function newStay(queue: number | null, at: number): Stay {
  return { queue, offeredAt: at, agentId: null, answeredAt: null, endedAt: null };
}

function createFollowed(drawn: Drawn, prefix: string, options: ConversationBookOptions): Followed {
  const { number, mediaType, startedAt } = drawn;
  let caller = drawn.caller;
  return {
    ...{ number, mediaType, startedAt, endedAt: null, stays: [], attributes: new Map(), writes: [] },
    isStanding: number >= FIRST_STANDING,
    get id() {
      return prefix + number.toString(16).padStart(12, '0');
    },
    get caller() {
      const queue = this.stays[0]?.queue ?? null;
      const queueName = queue === null ? null : options.queueName(queue);
      caller ??= options.drawCaller({ queueName, mediaType, number });
      return caller;
    },
  };
}
