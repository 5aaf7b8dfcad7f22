/**
 * All channels of all OAuth clients, and which queue is live. A queue is live when its channel is, its observations
 * topic was permitted and REST has caught up since; it stops being live the moment its channel does.
 */
import type { QueueId } from '../../lib/ids';
import type { KpiSink } from '../kpi/events';
import type { Clock } from '../runtime/clock';
import type { Failure } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import type { Backfill } from './backfill';
import { type Channel, createChannel } from './channel';
import type { RejectedTopic } from './channel-contract';
import type { ConnectUriRule } from './connect-uri';
import type { FrameCounts } from './frame-counts';
import type { FrameParser, TopicEntry } from './metric-parser';
import type { RestClient } from './rest-client';
import { clientOfShard, type Shard, type ShardPlan } from './shard-plan';
import type { OpenSocket } from './socket';
import { activityTopic, conversationsTopic, observationsTopic } from './topics';

export interface PoolOptions {
  /** One a client, in the order of the settings. */
  readonly clients: readonly { readonly rest: RestClient; readonly backfill: Backfill }[];
  readonly openSocket: OpenSocket;
  readonly parser: FrameParser;
  /** The parser's index: the pool keeps it. */
  readonly topicIndex: Map<string, TopicEntry>;
  readonly counts: FrameCounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly stamp: () => number;
  readonly uriRule: ConnectUriRule;
  readonly sink: KpiSink;
  /** Something that the status shows may have changed. */
  readonly onChange: () => void;
  /** Who makes routing events of conversations; absent: nobody. */
  readonly conversations?: ConversationListener;
}

export interface ConversationListener {
  /** Conversations of these queues are heard now. */
  listening(queueIds: readonly QueueId[]): void;
  /** This process does not listen to them any more. */
  forget(queueIds: readonly QueueId[]): void;
}

export interface PoolReport {
  readonly channels: { readonly live: number; readonly total: number };
  readonly topics: { readonly subscribed: number; readonly rejected: number };
  readonly rejected: readonly RejectedTopic[];
  /** Queues on live channels that have not been caught up yet. */
  readonly catchingUp: number;
  readonly liveQueues: number;
  readonly problems: readonly Failure[];
  readonly evictions: number;
  readonly reconnects: number;
  readonly heardAt: number | null;
  /** Whether any channel was ever live. */
  readonly everLive: boolean;
}

export interface ChannelPool {
  apply(plan: ShardPlan): void;
  /** REST has caught up with these queues. */
  caughtUp(queueIds: readonly QueueId[]): void;
  /** Live queues of one client. */
  liveQueues(client: number): readonly QueueId[];
  /** Live, and no topic tells its longest wait. */
  lacksActivity(queueId: QueueId): boolean;
  /** The channel of that shard is live, and all of it is caught up. */
  isCaughtUp(shard: number): boolean;
  report(): PoolReport;
  stop(): void;
}

interface Member {
  readonly channel: Channel;
  shard: Shard;
  isLive: boolean;
  permitted: ReadonlySet<string>;
  rejected: readonly RejectedTopic[];
  problem: Failure | null;
}

const LIVE_STATES = new Set(['live', 'switching']);

export function createChannelPool(options: PoolOptions): ChannelPool {
  const { clients, topicIndex, sink, clock, log } = options;
  const members = new Map<number, Member>();
  const live = new Set<QueueId>();
  const homes = new Map<QueueId, Member>();
  let evictions = 0;
  let reconnects = 0;
  let everLive = false;

  const backfillOf = (member: Member) => clients[clientOfShard(member.shard.index)]?.backfill;
  const served = (member: Member) =>
    member.isLive ? member.shard.queueIds.filter((id) => member.permitted.has(observationsTopic(id))) : [];

  function sayListening(member: Member): void {
    if (!member.isLive || options.conversations === undefined) return;
    const { shard, permitted } = member;
    options.conversations.listening(shard.queueIds.filter((id) => permitted.has(conversationsTopic(id))));
  }

  function open(shard: Shard): void {
    const client = clients[clientOfShard(shard.index)];
    if (client === undefined) return;
    const { openSocket, parser, counts, random, stamp, uriRule } = options;
    const channel = createChannel({
      ...{ rest: client.rest, openSocket, parser, counts, clock, random, stamp, uriRule },
      log: log.child({ channel: shard.index }),
      topics: shard.topics,
      events: {
        live: (seamless) => onLive(member, seamless),
        lost: (heardAt) => onLost(member, heardAt),
        subscribed: (topics, refused) => onSubscribed(member, topics, refused),
        fault: (fault) => {
          if (fault === 'evicted') evictions += 1;
          const said = {
            evicted: 'the platform evicted a channel',
            silent: 'a channel fell silent',
            channelGone: 'a channel is gone',
          };
          log.warn(said[fault], { channel: member.shard.index });
          options.onChange();
        },
        problem: (problem) => {
          if (problem !== null)
            log.warn('a channel has a problem', { channel: shard.index, reason: problem.message });
          member.problem = problem;
          options.onChange();
        },
      },
    });
    const member: Member = {
      channel,
      shard,
      isLive: false,
      permitted: new Set(),
      rejected: [],
      problem: null,
    };
    members.set(shard.index, member);
    channel.start();
  }

  function onLive(member: Member, seamless: boolean): void {
    log.info(seamless ? 'a channel changed its socket' : 'a channel is live', {
      channel: member.shard.index,
    });
    member.isLive = true;
    everLive = true;
    sayListening(member);
    backfillOf(member)?.request(served(member));
    options.onChange();
  }

  function onLost(member: Member, heardAt: number): void {
    member.isLive = false;
    reconnects += 1;
    log.warn('a channel is lost', { channel: member.shard.index });
    backfillOf(member)?.forget(member.shard.queueIds);
    say('linkLost', member.shard.queueIds, heardAt);
    options.onChange();
  }

  /** Says that these queues are not live any more, those that were. */
  function say(kind: 'linkLost', queueIds: readonly QueueId[], heardAt: number): void {
    const lost = queueIds.filter((id) => live.delete(id));
    if (lost.length > 0) sink({ kind, queueIds: lost, at: clock.now(), heardAt });
  }

  function onSubscribed(member: Member, topics: readonly string[], refused: readonly RejectedTopic[]): void {
    const before = new Set(served(member));
    const not = new Set(refused.map(({ topic }) => topic));
    member.rejected = refused;
    member.permitted = new Set(topics.filter((topic) => !not.has(topic)));
    sayListening(member);
    if (member.isLive) {
      const now = served(member);
      const still = new Set(now);
      say(
        'linkLost',
        [...before].filter((id) => !still.has(id)),
        member.channel.heardAt() ?? clock.now(),
      );
      const added = now.filter((id) => !before.has(id));
      if (added.length > 0) backfillOf(member)?.request(added);
    }
    options.onChange();
  }

  function index(plan: ShardPlan): void {
    const wanted = new Map<string, TopicEntry>();
    for (const { queueIds, topics } of plan.shards) {
      const names = new Set(topics);
      for (const queueId of queueIds) {
        wanted.set(observationsTopic(queueId), { kind: 'observations', queueId, lastAt: 0 });
        const activity = activityTopic(queueId);
        if (names.has(activity)) wanted.set(activity, { kind: 'activity', queueId, lastAt: 0 });
        const talks = conversationsTopic(queueId);
        if (names.has(talks)) wanted.set(talks, { kind: 'conversations', queueId, lastAt: 0 });
      }
    }
    for (const [name, { kind, queueId }] of [...topicIndex]) {
      if (wanted.has(name)) continue;
      topicIndex.delete(name);
      if (kind === 'conversations') options.conversations?.forget([queueId]);
    }
    for (const [name, entry] of wanted) if (!topicIndex.has(name)) topicIndex.set(name, entry);
  }

  function close(member: Member): void {
    member.channel.stop();
    members.delete(member.shard.index);
  }

  function applyShard(shard: Shard): void {
    const member = members.get(shard.index);
    if (member === undefined) {
      if (shard.queueIds.length > 0) open(shard);
    } else if (member.shard !== shard) {
      const kept = new Set(shard.queueIds);
      const gone = member.shard.queueIds.filter((id) => !kept.has(id));
      backfillOf(member)?.forget(gone);
      for (const id of gone) live.delete(id);
      member.shard = shard;
      if (shard.queueIds.length === 0) close(member);
      else member.channel.setTopics(shard.topics);
    }
  }

  return {
    apply(plan) {
      index(plan);
      for (const shard of plan.shards) applyShard(shard);
      homes.clear();
      for (const member of members.values()) for (const id of member.shard.queueIds) homes.set(id, member);
      options.onChange();
    },
    caughtUp(queueIds) {
      const restored = queueIds.filter((id) => {
        const home = homes.get(id);
        const isServed = home?.isLive === true && home.permitted.has(observationsTopic(id));
        if (!isServed || live.has(id)) return false;
        live.add(id);
        return true;
      });
      if (restored.length > 0) sink({ kind: 'linkRestored', queueIds: restored, at: clock.now() });
      options.onChange();
    },
    liveQueues: (client) =>
      [...live].filter((id) => clientOfShard(homes.get(id)?.shard.index ?? -1) === client),
    lacksActivity: (id) => live.has(id) && homes.get(id)?.permitted.has(activityTopic(id)) !== true,
    isCaughtUp(shard) {
      const member = members.get(shard);
      if (member?.isLive !== true || member.permitted.size + member.rejected.length === 0) return false;
      return served(member).every((id) => live.has(id));
    },
    report: () => reportOf([...members.values()], { live, evictions, reconnects, everLive, served }),
    stop() {
      for (const member of [...members.values()]) close(member);
    },
  };
}

function reportOf(
  members: readonly Member[],
  known: {
    live: ReadonlySet<QueueId>;
    evictions: number;
    reconnects: number;
    everLive: boolean;
    served: (member: Member) => readonly QueueId[];
  },
): PoolReport {
  const { live, served, evictions, reconnects, everLive } = known;
  const up = members.filter(({ channel }) => LIVE_STATES.has(channel.state()));
  const rejected = members.flatMap((member) => member.rejected);
  const heard = members.map(({ channel }) => channel.heardAt()).filter((at) => at !== null);
  return {
    channels: { live: up.length, total: members.length },
    topics: {
      subscribed: members.reduce((sum, member) => sum + member.permitted.size, 0),
      rejected: rejected.length,
    },
    rejected,
    catchingUp: members.flatMap(served).filter((id) => !live.has(id)).length,
    liveQueues: live.size,
    problems: members.map(({ problem }) => problem).filter((problem) => problem !== null),
    evictions,
    reconnects,
    heardAt: heard.length === 0 ? null : Math.max(...heard),
    everLive,
  };
}
