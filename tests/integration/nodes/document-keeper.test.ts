/** What several nodes share lies in a real Redis that is emptied, or goes back to what it was. */
import { describe, expect, it } from 'vitest';
import { DocumentKeeper } from '../../../server/cluster/document-keeper';
import { createRedisFilling } from '../../../server/cluster/redis-filling';
import { silentLog } from '../../../server/runtime/log';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { FakeClock } from '../../support/fake-clock';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();
const BOARD = { kind: 'board', id: 'main', content: { name: 'Main' } };
const PERSON = { kind: 'person', id: 'ada', content: { roles: ['admin'] } };

async function node() {
  const redis = await doors.link();
  const store = openRedisStore(redis);
  const clock = new FakeClock();
  const filling = createRedisFilling(redis);
  const keeper = new DocumentKeeper({ store, filling, clock, log: silentLog });
  const look = async (laterMs = 5_000) => {
    clock.advance(laterMs);
    return keeper.changes();
  };
  return { store, keeper, look, guarded: keeper.guarded() };
}

describe('documents of several nodes', () => {
  it('CLUSTER-77 are written again where Redis was emptied', async () => {
    const { store, look, keeper } = await node();
    await store.write([
      { write: 'put', ...BOARD },
      { write: 'put', ...PERSON },
    ]);
    await look();
    await doors.redis.ask('FLUSHALL');
    expect(await store.get('board', 'main')).toBeNull();
    await look();
    expect((await store.get('board', 'main'))?.content).toEqual(BOARD.content);
    expect((await store.get('person', 'ada'))?.content).toEqual(PERSON.content);
    expect(keeper.restored).toBe(2);
  });

  it('CLUSTER-77 once, by whichever node is faster, and not over what was written since', async () => {
    const [a, b] = [await node(), await node()];
    await a.store.write([{ write: 'put', ...BOARD }]);
    await a.store.write([{ write: 'put', ...BOARD, content: { name: 'Second' } }]);
    await Promise.all([a.look(), b.look()]);
    await doors.redis.ask('FLUSHALL');
    // Who is slower is told that it is under way, or that it is done.
    await Promise.allSettled([a.look(), b.look()]);
    expect((await a.store.get('board', 'main'))?.content).toEqual({ name: 'Second' });
    await a.store.write([{ write: 'put', ...BOARD, content: { name: 'Third' } }]);
    await Promise.all([a.look(), b.look()]);
    await Promise.all([a.look(), b.look()]);
    expect((await b.store.get('board', 'main'))?.content).toEqual({ name: 'Third' });
  });

  it('CLUSTER-77 not by a node that was away: what was deleted since does not come back', async () => {
    const [here, away] = [await node(), await node()];
    await here.store.write([
      { write: 'put', ...BOARD },
      { write: 'put', ...PERSON },
    ]);
    await Promise.all([here.look(), away.look()]);
    await doors.redis.ask('FLUSHALL');
    await away.look(3_600_000);
    expect(await here.store.get('person', 'ada')).toBeNull();
    await here.look();
    await here.store.write([{ write: 'delete', kind: 'person', id: 'ada' }]);
    await away.look();
    expect(await here.store.get('person', 'ada')).toBeNull();
    expect(await here.store.get('board', 'main')).not.toBeNull();
  });

  it('CLUSTER-77 a deleted one does not come back', async () => {
    const { store, look } = await node();
    await store.write([
      { write: 'put', ...BOARD },
      { write: 'put', ...PERSON },
    ]);
    await look();
    await store.write([{ write: 'delete', kind: 'board', id: 'main' }]);
    await look();
    await doors.redis.ask('FLUSHALL');
    await look();
    expect(await store.get('board', 'main')).toBeNull();
    expect(await store.get('person', 'ada')).not.toBeNull();
  });

  it('CLUSTER-78 are not known while they are lost, and gone when they were deleted', async () => {
    const { store, look, guarded } = await node();
    await store.write([
      { write: 'put', ...BOARD },
      { write: 'put', ...PERSON },
    ]);
    await look();
    expect(await guarded.get('board', 'other')).toBeNull();
    await store.write([{ write: 'delete', kind: 'board', id: 'main' }]);
    expect(await guarded.get('board', 'main')).toBeNull();
    await doors.redis.ask('FLUSHALL');
    await expect(guarded.get('person', 'ada')).rejects.toThrow('written again');
    await look();
    expect((await guarded.get('person', 'ada'))?.content).toEqual(PERSON.content);
  });
});
