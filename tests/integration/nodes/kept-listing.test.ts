/** Lists and plan in a real Redis, for a node that starts while nobody lists. */
import { describe, expect, it } from 'vitest';
import { queueId } from '../../../lib/ids';
import { createRedisLeaseTable } from '../../../server/cluster/redis-lease-table';
import { createKeptListing } from '../../../server/cluster/redis-listing';
import { SharedListing } from '../../../server/cluster/shared-listing';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();
const [A, B] = [queueId('a'), queueId('b')];
const QUEUES = [A, B].map((id) => ({ id, name: id, divisionId: 'd', divisionName: 'D', serviceLevels: [] }));

describe('what is listed and planned', () => {
  it('CLUSTER-79 is known to a node that starts later, whoever listed has gone', async () => {
    const redis = await doors.link();
    const [table, shelf] = [createRedisLeaseTable(redis), createKeptListing(redis)];
    const lister = new SharedListing();
    expect(lister.text()).toBeNull();
    lister.note({ kind: 'queuesListed', queues: QUEUES });
    lister.note({ kind: 'presencesListed', presences: [{ id: 'p', name: 'Break' }] });
    lister.adopt([[A], [B]]);
    const taken = await table.take('listing', 'lister');
    const fence = taken.ok && taken.value !== null ? taken.value.fence : Number.NaN;
    expect(await shelf.keep(fence, lister.text() ?? '')).toBe(true);

    const kept = await shelf.read();
    const read = new SharedListing().readText(kept.ok ? (kept.value ?? '') : '');
    expect(read?.plan).toEqual([[A], [B]]);
    expect(read?.events.map(({ kind }) => kind)).toEqual(['queuesListed', 'presencesListed']);
    expect(read?.events[0]).toMatchObject({ queues: QUEUES });
  });

  it('CLUSTER-79 is not kept by who lists no more; what is none is left alone', async () => {
    const redis = await doors.link();
    const [table, shelf] = [createRedisLeaseTable(redis), createKeptListing(redis)];
    const first = await table.take('listing', 'first');
    await table.release('listing', 'first');
    await table.take('listing', 'second');
    const old = first.ok && first.value !== null ? first.value.fence : Number.NaN;
    expect(await shelf.keep(old, 'of before')).toBe(false);
    expect(await shelf.read()).toEqual({ ok: true, value: null });
    expect(new SharedListing().readText('no JSON')).toBeNull();
    expect(new SharedListing().readText('{"plan":7}')).toBeNull();
  });
});
