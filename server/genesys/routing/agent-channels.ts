/**
 * The channels of agents' topics, apart from those of queues: what becomes of them changes no figure and no queue's
 * state. At most two, and only where the client has channels to spare: a channel too many would evict another. Agents
 * come and go by the second; the platform is told of it at a pace.
 */
import type { Cancel, Clock } from '../../runtime/clock';
import type { Failure } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { Random } from '../../runtime/random';
import { type Channel, createChannel } from '../channel';
import type { RejectedTopic } from '../channel-contract';
import type { ConnectUriRule } from '../connect-uri';
import type { FrameCounts } from '../frame-counts';
import { isRecord } from '../frame-guard';
import { type FrameOutcome, noticeOf, rejected } from '../metric-parser';
import type { RestClient } from '../rest-client';
import type { OpenSocket } from '../socket';
import { readUserActivity, userActivityTopic } from './user-activity';

export interface AgentChannelsOptions {
  readonly rest: RestClient;
  readonly openSocket: OpenSocket;
  readonly counts: FrameCounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly stamp: () => number;
  readonly uriRule: ConnectUriRule;
  /** Channels that the client can spare now; `null`: another node's are the agents. */
  readonly room: () => number | null;
  /** Who is to be on the channel of that number. */
  readonly agentsOf: (channel: number) => readonly string[];
  readonly onStatus: (userId: string, status: string, at: number) => void;
  readonly onChange: () => void;
}

export interface AgentReport {
  readonly subscribed: number;
  readonly rejected: readonly RejectedTopic[];
  /** Agents are there, and no channel for them. */
  readonly hasNoRoom: boolean;
}

export interface AgentChannels {
  /** Other agents are wanted than before, or there may be room. */
  changed(): void;
  /** There is less room: what is too many is closed on the spot. */
  lostRoom(): void;
  report(): AgentReport;
  stop(): void;
}

interface Member {
  readonly channel: Channel;
  agents: readonly string[];
  subscribed: number;
  rejected: readonly RejectedTopic[];
}

export const AGENT_CHANNELS = 2;
export const FIRST_AFTER_MS = 1_000;
export const EVERY_MS = 10_000;
const APPLIED: FrameOutcome = { kind: 'applied' };

export function createAgentChannels(options: AgentChannelsOptions): AgentChannels {
  const { clock, log } = options;
  const members = new Map<number, Member>();
  const users = new Map<string, string>();
  let cancel: Cancel | null = null;
  let hasNoRoom = false;
  let appliedAt = Number.NEGATIVE_INFINITY;
  let isOver = false;

  function parse(text: string, receivedAt: number): FrameOutcome {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return rejected('json');
    }
    if (!isRecord(frame) || typeof frame.topicName !== 'string') return rejected('envelope');
    const userId = users.get(frame.topicName);
    if (userId === undefined) return noticeOf(frame.topicName, frame.eventBody);
    const read = readUserActivity(frame.eventBody);
    if (read === null) return rejected('user');
    if (read !== 'nothing') options.onStatus(userId, read.status, read.at ?? receivedAt);
    return APPLIED;
  }

  function open(number: number, agents: readonly string[]): void {
    const { rest, openSocket, counts, random, stamp, uriRule } = options;
    const channel = createChannel({
      ...{ rest, openSocket, counts, clock, random, stamp, uriRule, parser: { parse } },
      log: log.child({ agents: number }),
      topics: topicsOf(agents),
      events: {
        live: () => log.info('a channel of agents is live', { agents: number }),
        lost: () => log.warn('a channel of agents is lost', { agents: number }),
        subscribed(topics, refused) {
          if (refused.length > 0) log.warn("agents' topics are refused", { topics: refused.length });
          Object.assign(member, { subscribed: topics.length - refused.length, rejected: refused });
          options.onChange();
        },
        fault: (fault) => log.warn('a channel of agents has a fault', { agents: number, fault }),
        problem: (problem: Failure | null) => {
          if (problem !== null)
            log.warn('a channel of agents has a problem', { agents: number, reason: problem.message });
        },
      },
    });
    const member: Member = { channel, agents, subscribed: 0, rejected: [] };
    members.set(number, member);
    channel.start();
  }

  function close(number: number): void {
    members.get(number)?.channel.stop();
    members.delete(number);
  }

  function apply(): void {
    cancel = null;
    appliedAt = clock.monotonicNow();
    const spare = options.room();
    const room = Math.min(AGENT_CHANNELS, Math.max(0, spare ?? 0));
    users.clear();
    let isLeftOut = false;
    for (let number = 0; number < AGENT_CHANNELS; number += 1) {
      const agents = options.agentsOf(number);
      if (number >= room || agents.length === 0) {
        isLeftOut ||= spare !== null && agents.length > 0;
        close(number);
        continue;
      }
      for (const userId of agents) users.set(userActivityTopic(userId) ?? '', userId);
      const member = members.get(number);
      if (member === undefined) open(number, agents);
      else if (!isSame(member.agents, agents)) {
        member.agents = agents;
        member.channel.setTopics(topicsOf(agents));
      }
    }
    if (isLeftOut && !hasNoRoom) log.warn("no channel is left for agents' status");
    hasNoRoom = isLeftOut;
    options.onChange();
  }

  return {
    changed() {
      if (cancel !== null || isOver) return;
      const waitMs = Math.max(FIRST_AFTER_MS, appliedAt + EVERY_MS - clock.monotonicNow());
      cancel = clock.after(waitMs, apply);
    },
    lostRoom() {
      if (isOver) return;
      cancel?.();
      apply();
    },
    report: () => ({
      subscribed: [...members.values()].reduce((sum, { subscribed }) => sum + subscribed, 0),
      rejected: [...members.values()].flatMap((member) => member.rejected),
      hasNoRoom,
    }),
    stop() {
      isOver = true;
      cancel?.();
      for (const number of [...members.keys()]) close(number);
    },
  };
}

function topicsOf(agents: readonly string[]): readonly string[] {
  return agents.flatMap((userId) => userActivityTopic(userId) ?? []);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}
