import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueueId, queueId } from '../../../lib/ids';
import {
  CHANNELS_PER_CLIENT,
  channelsLeftOfSeveral,
  clientOfShard,
  emptyPlan,
  planShards,
  queuesPerShard,
  type ShardPlan,
  TOPICS_PER_CHANNEL,
} from '../../../server/genesys/shard-plan';
import { topicsOf } from '../../../server/genesys/topics';

function queues(count: number, prefix = 'q'): QueueId[] {
  return Array.from({ length: count }, (_, at) => queueId(`${prefix}${at}`));
}

function changedShards(before: ShardPlan, after: ShardPlan): number {
  const longest = Math.max(before.shards.length, after.shards.length);
  return Array.from({ length: longest }, (_, at) => before.shards[at] !== after.shards[at]).filter(Boolean)
    .length;
}

const ids = fc.uniqueArray(fc.integer({ min: 0, max: 5_000 }), { maxLength: 1_600 });
const asQueues = (numbers: readonly number[]) => numbers.map((number) => queueId(`q${number}`));

describe('shard plan', () => {
  it.each([
    { count: 0, activityTopics: true, clientCount: 1, shards: 0, unplaced: 0 },
    { count: 500, activityTopics: true, clientCount: 1, shards: 1, unplaced: 0 },
    { count: 501, activityTopics: true, clientCount: 1, shards: 2, unplaced: 0 },
    { count: 1_000, activityTopics: false, clientCount: 1, shards: 1, unplaced: 0 },
    { count: 10_000, activityTopics: true, clientCount: 1, shards: 20, unplaced: 0 },
    { count: 10_001, activityTopics: true, clientCount: 1, shards: 20, unplaced: 1 },
    { count: 20_001, activityTopics: false, clientCount: 2, shards: 21, unplaced: 0 },
    { count: 333, activityTopics: true, conversationTopics: true, clientCount: 1, shards: 1, unplaced: 0 },
    { count: 334, activityTopics: true, conversationTopics: true, clientCount: 1, shards: 2, unplaced: 0 },
    { count: 500, activityTopics: false, conversationTopics: true, clientCount: 1, shards: 1, unplaced: 0 },
  ])('GEN-5 ROUTE-60 puts $count queues on $shards channels, $unplaced nowhere', (row) => {
    const plan = planShards(emptyPlan, queues(row.count), row);
    expect(plan.shards).toHaveLength(row.shards);
    expect(plan.unplaced).toHaveLength(row.unplaced);
  });

  it('GEN-5 ROUTE-60 shards together are the topics of all queues, each once, none past a limit', () => {
    fc.assert(
      fc.property(ids, ids, fc.boolean(), fc.boolean(), (first, second, activityTopics, more) => {
        const options = { activityTopics, conversationTopics: more, clientCount: 1 };
        const wanted = asQueues(second);
        const plan = planShards(planShards(emptyPlan, asQueues(first), options), wanted, options);
        const topics = plan.shards.flatMap((shard) => shard.topics);
        const expected = wanted.flatMap((id) => topicsOf(id, options));
        expect([...topics].sort()).toEqual([...expected].sort());
        for (const shard of plan.shards) expect(shard.topics.length).toBeLessThanOrEqual(TOPICS_PER_CHANNEL);
      }),
      { numRuns: 50 },
    );
  });

  it('GEN-6 one queue more, or one less, changes at most one shard', () => {
    fc.assert(
      fc.property(ids, fc.nat(), fc.boolean(), (numbers, at, activityTopics) => {
        const options = { activityTopics, clientCount: 1 };
        const before = planShards(emptyPlan, asQueues(numbers), options);
        const more = planShards(before, [...asQueues(numbers), queueId('new')], options);
        expect(changedShards(before, more)).toBe(1);
        const less = asQueues(numbers).filter((_, index) => index !== at % Math.max(1, numbers.length));
        expect(changedShards(before, planShards(before, less, options))).toBe(Math.min(1, numbers.length));
        expect(planShards(before, asQueues(numbers), options).shards).toEqual(before.shards);
      }),
      { numRuns: 50 },
    );
  });

  it('GEN-7 both topics of a queue are on the same channel', () => {
    const plan = planShards(emptyPlan, queues(1_234), { activityTopics: true, clientCount: 1 });
    for (const shard of plan.shards) {
      expect(new Set(shard.topics)).toEqual(
        new Set(shard.queueIds.flatMap((id) => topicsOf(id, { activityTopics: true }))),
      );
      expect(shard.queueIds.length).toBeLessThanOrEqual(queuesPerShard({ activityTopics: true }));
    }
  });

  it('GEN-5 gives the next client what twenty channels of one do not hold', () => {
    expect([0, CHANNELS_PER_CLIENT - 1, CHANNELS_PER_CLIENT].map(clientOfShard)).toEqual([0, 0, 1]);
  });

  it('CLUSTER-64 leaves agents of several nodes only what is left where every shard is carried twice for a moment', () => {
    const left = (shards: number, clients = 1) => {
      const count = shards * queuesPerShard({ activityTopics: true });
      const plan = planShards(emptyPlan, queues(count), { activityTopics: true, clientCount: clients });
      expect(plan.shards).toHaveLength(shards);
      return channelsLeftOfSeveral(plan, clients);
    };
    expect([0, 1, 8, 10, 11, 20].map((shards) => left(shards))).toEqual([20, 18, 4, 0, 0, 0]);
    expect([20, 21, 30].map((shards) => left(shards, 2))).toEqual([20, 18, 0]);
  });
});
