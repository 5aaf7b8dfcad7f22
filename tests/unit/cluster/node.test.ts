import { describe, expect, it } from 'vitest';
import { queueId } from '../../../lib/ids';
import { ClusterNode } from '../../../server/cluster/node';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { MemoryFeed } from '../../support/memory-feed';
import { MemoryLeaseTable } from '../../support/memory-lease-table';

const Q = queueId('q');

describe('a node that has a shard', () => {
  it('CLUSTER-24 has live what its own source said, also where another node had the shard meanwhile and lost it', async () => {
    const clock = new FakeClock();
    const table = new MemoryLeaseTable(() => clock.now());
    const feed = new MemoryFeed(table, () => clock.now());
    const news: string[] = [];
    const nothing = () => {};
    const node = new ClusterNode({
      ...{ nodeId: 'a', mayHold: true, table: table.seat(), feed: feed.seat(), clock, log: silentLog },
      ...{ defer: (run) => void queueMicrotask(run), duties: () => ['shard:0'], mostPreparing: () => 4 },
      actor: {
        held: nothing,
        prepare: nothing,
        isReady: () => false,
        unprepare: nothing,
        lost: async () => {},
      },
      ...{ apply: nothing, onPlan: nothing, onBeat: nothing, onRound: nothing, status: () => null },
      ...{ wholeOf: () => [], onLink: ({ kind, ids }) => void news.push(`${kind} ${ids.join()}`) },
    });
    node.start();
    await clock.advanceAsync(3_000, 250);
    node.tell('shard:0', { kind: 'linkRestored', queueIds: [Q], at: 1 });
    // Redis loses its memory; another takes the shard and tells of it, and Redis loses its memory again.
    table.empty();
    const fence = (node.holder.fenceOf('shard:0') ?? 0) + 1;
    const beat = JSON.stringify({ feeds: [['shard:0', fence]], status: null });
    node.hear([{ id: '1', fields: new Map(Object.entries({ n: '1', w: 'b', k: 'beat', p: beat })) }]);
    expect(news).toEqual(['restored q', 'lost q']);
    await clock.advanceAsync(2_000, 250);
    expect([table.ownerOf('shard:0'), node.links.liveOf('shard:0'), news.at(-1)]).toEqual([
      'a',
      ['q'],
      'restored q',
    ]);
    await node.stop(0);
  });
});
