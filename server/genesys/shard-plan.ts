/**
 * Which queue's topics go on which channel, pure. A channel holds 1,000 topics, an OAuth client 20 channels; all
 * topics of a queue share a channel. A plan grows out of the one before: a queue that comes changes one shard, one
 * that goes changes one. What fits nowhere is named, never dropped in silence.
 */
import type { QueueId } from '../../lib/ids';
import { topicsOf, type WantedTopics } from './topics';

export const TOPICS_PER_CHANNEL = 1_000;
export const CHANNELS_PER_CLIENT = 20;

export interface Shard {
  /** Its place for ever: shard `index` is channel `index mod 20` of client `⌊index ÷ 20⌋`. */
  readonly index: number;
  readonly queueIds: readonly QueueId[];
  readonly topics: readonly string[];
}

export interface ShardPlan {
  /** In order of `index`; a shard may be empty. */
  readonly shards: readonly Shard[];
  /** Queues for which no channel is left. */
  readonly unplaced: readonly QueueId[];
}

export interface ShardPlanOptions extends WantedTopics {
  readonly clientCount: number;
  /** Channels of each client that new queues do not open. Absent: none. */
  readonly spareChannels?: number;
}

export const emptyPlan: ShardPlan = { shards: [], unplaced: [] };

/** The plan for these queues. Shards that did not change keep their identity. */
export function planShards(
  before: ShardPlan,
  queueIds: readonly QueueId[],
  options: ShardPlanOptions,
): ShardPlan {
  const wanted = new Set(queueIds);
  const kept = before.shards.map((shard) => shard.queueIds.filter((id) => wanted.has(id)));
  const placed = new Set(kept.flat());
  const unplaced: QueueId[] = [];
  const room = queuesPerShard(options);
  let index = 0;
  for (const id of wanted) {
    if (placed.has(id)) continue;
    while ((kept[index]?.length ?? 0) >= room || isSpare(index, options)) index += 1;
    if (index >= options.clientCount * CHANNELS_PER_CLIENT) unplaced.push(id);
    else kept[index] = [...(kept[index] ?? []), id];
  }
  // A spare one between two clients is a shard without queues.
  const shards = Array.from(kept, (ids = [], at) => shardOf(at, ids, before.shards[at], options));
  return { shards, unplaced };
}

/** A plan as another node made it: the queues of each shard, by its place. Shards that are as before stay the same. */
export function planOf(
  queueIds: readonly (readonly QueueId[])[],
  wanted: WantedTopics,
  before: ShardPlan,
): ShardPlan {
  return { shards: queueIds.map((ids, at) => shardOf(at, ids, before.shards[at], wanted)), unplaced: [] };
}

/** A shard that is there already stays. */
function isSpare(index: number, { spareChannels = 0 }: ShardPlanOptions): boolean {
  return index % CHANNELS_PER_CLIENT >= CHANNELS_PER_CLIENT - spareChannels;
}

export function queuesPerShard({ activityTopics, conversationTopics = false }: WantedTopics): number {
  return Math.floor(TOPICS_PER_CHANNEL / (1 + Number(activityTopics) + Number(conversationTopics)));
}

/** Which OAuth client (by its place in the settings) carries a shard. */
export function clientOfShard(index: number): number {
  return Math.floor(index / CHANNELS_PER_CLIENT);
}

/** Channels of the last client that no shard takes. */
export function channelsLeft({ shards }: ShardPlan, clientCount: number): number {
  const left = clientCount * CHANNELS_PER_CLIENT - shards.length;
  return Math.max(0, Math.min(CHANNELS_PER_CLIENT, left));
}

/** Of several nodes: less those that its shards take once more while they go from one node to another. */
export function channelsLeftOfSeveral(plan: ShardPlan, clientCount: number): number {
  const left = channelsLeft(plan, clientCount);
  return Math.max(0, left - (CHANNELS_PER_CLIENT - left));
}

function shardOf(
  index: number,
  queueIds: readonly QueueId[],
  before: Shard | undefined,
  wanted: WantedTopics,
): Shard {
  const same =
    before?.queueIds.length === queueIds.length && before.queueIds.every((id, at) => id === queueIds[at]);
  if (before !== undefined && same) return before;
  return { index, queueIds, topics: queueIds.flatMap((id) => topicsOf(id, wanted)) };
}
