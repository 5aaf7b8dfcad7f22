/** Leases and the stream between nodes by their scripts, in a real Redis: fences, races, its clock, lost answers. */
import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { LEASE_MS, type LeaseTable } from '../../../server/cluster/lease-table';
import { createRedisFeed, FEED_STREAM } from '../../../server/cluster/redis-feed';
import { createRedisLeaseTable } from '../../../server/cluster/redis-lease-table';
import { leaseKey, sharedKey } from '../../../server/redis/keys';
import { lossyLink } from '../../support/lost-answers';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();
const row = (id: string) => ({ id, mayHold: true, isLeaving: false });

async function tables() {
  const link = await doors.link();
  return { link, a: createRedisLeaseTable(link), b: createRedisLeaseTable(await doors.link()) };
}
async function taken(table: LeaseTable, me: string, duty: 'alerts' | 'shard:0' = 'alerts') {
  const answer = await table.take(duty, me);
  return answer.ok ? answer.value : must(null, answer.error);
}
async function leaseOf(table: LeaseTable, duty = 'alerts') {
  const round = await table.round(row('looker'), []);
  return round.ok
    ? (round.value.leases.find((lease) => lease.duty === duty) ?? null)
    : must(null, round.error);
}
/** As if it had been taken so long ago. */
const older = (ms: number, until: number, duty = 'alerts') =>
  doors.redis.ask(`HSET ${leaseKey(duty)} until ${until - ms}`);

describe('leases in Redis', () => {
  it('CLUSTER-50 of two that take at once one has it, until it ends by the clock of Redis', async () => {
    const { a, b } = await tables();
    for (let time = 0; time < 20; time += 1) {
      await doors.redis.ask('FLUSHALL');
      const both = await Promise.all([taken(a, 'a'), taken(b, 'b')]);
      expect(both.filter((one) => one !== null)).toHaveLength(1);
    }
    const lease = must(await leaseOf(a), 'a lease');
    const [owner, other] = lease.owner === 'a' ? [a, b] : [b, a];
    const loser = lease.owner === 'a' ? 'b' : 'a';
    expect(await taken(other, loser)).toBeNull();
    expect(lease.until - lease.since).toBe(LEASE_MS);
    await older(LEASE_MS + 1, lease.until);
    const next = must(await taken(other, loser), 'the next fence');
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(await owner.release('alerts', lease.owner)).toEqual({ ok: true, value: false });
  });

  it('CLUSTER-50 a round renews what is still its own, and nothing else', async () => {
    const { a, b } = await tables();
    await taken(a, 'a');
    const before = must(await leaseOf(a), 'a lease');
    await older(3_000, before.until);
    await b.round(row('b'), ['alerts', 'shard:0']);
    expect(must(await leaseOf(a), 'a lease').until).toBe(before.until - 3_000);
    const round = await a.round(row('a'), ['alerts', 'shard:0']);
    expect(
      round.ok && round.value.leases.map(({ duty, until }) => [duty, until === round.value.at + LEASE_MS]),
    ).toEqual([['alerts', true]]);
    expect(round.ok && round.value.nodes.map(({ id }) => id).sort()).toEqual(['a', 'b', 'looker']);
  });

  it('CLUSTER-50 who was not heard of while a lease lasts is no node any more; who leaves is none at once', async () => {
    const { a, b, link } = await tables();
    await a.round(row('a'), []);
    await b.round(row('b'), []);
    await b.leave('b');
    const gone = JSON.stringify({ row: JSON.stringify(row('gone')), heard: 1 });
    const odd = JSON.stringify({ row: '1', heard: 9e15 });
    expect(await link.call('HSET', sharedKey('nodes'), 'gone', gone, 'odd', odd)).toEqual({
      ok: true,
      value: 2,
    });
    const round = await a.round(row('a'), []);
    expect(round.ok && round.value.nodes).toEqual([row('a')]);
  });

  it('CLUSTER-51 fences grow through an emptied Redis, and never come again', async () => {
    const { a, b } = await tables();
    const fences: number[] = [];
    for (let time = 0; time < 10; time += 1) {
      fences.push(
        must(await taken(a, 'a'), 'a fence').fence,
        must(await taken(b, 'b', 'shard:0'), 'a fence').fence,
      );
      await doors.redis.ask('FLUSHALL');
    }
    expect(fences).toEqual([...new Set(fences)].sort((x, y) => x - y));
    expect(fences.every(Number.isSafeInteger)).toBe(true);
  });

  it('CLUSTER-51 fences grow where the clock of Redis is behind the last one', async () => {
    const { a } = await tables();
    await doors.redis.ask(`SET ${sharedKey('fence')} 4000000000000000`);
    expect((await taken(a, 'a'))?.fence).toBe(4_000_000_000_000_001);
    expect((await taken(a, 'a'))?.fence).toBe(4_000_000_000_000_002);
  });

  it('CLUSTER-52 a shard is offered, accepted by one, and taken by him while its owner lives', async () => {
    const { a, b } = await tables();
    await taken(a, 'a', 'shard:0');
    expect(await b.accept('shard:0', 'b')).toEqual({ ok: true, value: false });
    expect(await b.offer('shard:0', 'b', true)).toEqual({ ok: true, value: false });
    expect(await a.offer('shard:0', 'a', true)).toEqual({ ok: true, value: true });
    expect(await b.accept('shard:0', 'b')).toEqual({ ok: true, value: true });
    expect(await a.accept('shard:0', 'c')).toEqual({ ok: true, value: false });
    expect(await leaseOf(a, 'shard:0')).toMatchObject({ owner: 'a', isOffered: true, next: 'b' });
    expect(await taken(a, 'c', 'shard:0')).toBeNull();
    expect(await taken(b, 'b', 'shard:0')).not.toBeNull();
    expect(await leaseOf(a, 'shard:0')).toMatchObject({ owner: 'b', isOffered: false, next: null });
  });

  it('CLUSTER-52 an offer that is taken back is nobody’s; what is given back is free at once', async () => {
    const { a, b } = await tables();
    await taken(a, 'a', 'shard:0');
    await a.offer('shard:0', 'a', true);
    await b.accept('shard:0', 'b');
    await a.offer('shard:0', 'a', false);
    expect(await taken(b, 'b', 'shard:0')).toBeNull();
    await a.release('shard:0', 'a');
    expect(await leaseOf(b, 'shard:0')).toMatchObject({ owner: 'a', until: 0 });
    expect(await taken(b, 'b', 'shard:0')).not.toBeNull();
  });

  it('CLUSTER-53 a take whose answer was lost is seen in the next round, and taken again under a newer fence', async () => {
    const lossy = lossyLink(await doors.link());
    const a = createRedisLeaseTable(lossy);
    lossy.lose(1);
    expect((await a.take('alerts', 'a')).ok).toBe(false);
    const lease = must(await leaseOf(a), 'a lease');
    expect(lease.owner).toBe('a');
    expect(must(await taken(a, 'a'), 'a fence').fence).toBeGreaterThan(lease.fence);
  });
});

describe('the stream in Redis', () => {
  const piece = (body: string) => ({ kind: 'events' as const, to: '', body });
  const entries = async (link: Awaited<ReturnType<typeof doors.link>>) => {
    const answer = await link.call('XRANGE', FEED_STREAM, '-', '+');
    return (answer.ok ? (answer.value as [string, string[]][]) : []).map(([, words]) =>
      Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : []))),
    );
  };

  it('CLUSTER-54 is numbered without a gap, whoever writes, in the order of each writer', async () => {
    const { link, a, b } = await tables();
    const [first, second] = [createRedisFeed(link), createRedisFeed(await doors.link())];
    const [own, other] = [must(await taken(a, 'a'), 'a'), must(await taken(b, 'b', 'shard:0'), 'b')];
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => [
        first.append({ duty: 'alerts', fence: own.fence, node: 'a' }, [piece(`${at}`), piece(`${at}+`)]),
        second.append({ duty: 'shard:0', fence: other.fence, node: 'b' }, [piece(`${at}`)]),
        second.ask('b', ['listing']),
      ]).flat(),
    );
    const all = await entries(link);
    expect(all.map(({ n }) => Number(n))).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    expect(all.flatMap(({ w, p }) => (w === 'a' ? [p] : []))).toEqual(
      Array.from({ length: 50 }, (_, at) => [`${at}`, `${at}+`]).flat(),
    );
  });

  it('CLUSTER-55 an older fence writes nothing: after the next owner, after FLUSHALL, after both', async () => {
    const { link, a, b } = await tables();
    const feed = createRedisFeed(link);
    const old = must(await taken(a, 'a'), 'a fence');
    const write = (fence: number) => feed.append({ duty: 'alerts', fence, node: 'a' }, [piece('[]')]);
    expect((await write(old.fence)).ok).toBe(true);
    const until = must(await leaseOf(a), 'a lease').until;
    await older(LEASE_MS + 1, until);
    const next = must(await taken(b, 'b'), 'a fence');
    expect(await write(old.fence)).toEqual({ ok: false, error: 'fenced' });
    expect(await entries(link)).toHaveLength(1);
    await doors.redis.ask('FLUSHALL');
    expect(await write(next.fence)).toEqual({ ok: false, error: 'fenced' });
    const newest = must(await taken(b, 'b'), 'a fence');
    expect(await write(next.fence)).toEqual({ ok: false, error: 'fenced' });
    expect((await write(newest.fence)).ok).toBe(true);
    expect((await entries(link)).map(({ n, f }) => [n, f])).toEqual([['1', `${newest.fence}`]]);
  });

  it('CLUSTER-55 a beat is a sign of life for the duties that its node still has', async () => {
    const { link, a, b } = await tables();
    const feed = createRedisFeed(link);
    const [own, shard] = [must(await taken(a, 'a'), 'a'), must(await taken(b, 'b', 'shard:0'), 'b')];
    expect(
      await feed.beat(
        'a',
        [
          ['alerts', own.fence],
          ['shard:0', shard.fence - 1],
          ['calls', 7],
        ],
        '{"x":"\\"]"}',
      ),
    ).toBe(true);
    const [beat] = await entries(link);
    expect(JSON.parse(must(beat?.p, 'a body'))).toEqual({
      feeds: [['alerts', own.fence]],
      status: { x: '"]' },
    });
  });

  it('CLUSTER-54 the newest entry is where a reader begins', async () => {
    const { link } = await tables();
    const feed = createRedisFeed(link);
    expect(await feed.end()).toEqual({ ok: true, value: '0-0' });
    await feed.ask('a', []);
    const end = await feed.end();
    await feed.ask('a', []);
    const answer = await link.call('XRANGE', FEED_STREAM, `(${end.ok ? end.value : ''}`, '+');
    expect(answer.ok && (answer.value as unknown[]).length).toBe(1);
  });

  it('CLUSTER-56 keeps what is younger than 20 s, and some of what is older', async () => {
    const { link } = await tables();
    const feed = createRedisFeed(link);
    const old = Date.now() - 60_000;
    await doors.redis.ask(
      `EVAL "for i=1,2000 do redis.call('XADD',KEYS[1],'${old}-'..i,'n',i) end" 1 ${FEED_STREAM}`,
    );
    for (let time = 0; time < 3; time += 1) await feed.ask('a', []);
    const left = await entries(link);
    // Redis drops whole blocks of a hundred entries.
    expect(left.length).toBeLessThan(203);
    expect(left.slice(-3).map(({ n }) => n)).toEqual(['1', '2', '3']);
  });

  it('CLUSTER-55 a Redis that is away is not fenced: nobody knows whether it was done', async () => {
    const { link, a } = await tables();
    const lossy = lossyLink(link);
    const feed = createRedisFeed(lossy);
    const own = must(await taken(a, 'a'), 'a');
    lossy.lose(1);
    const write = () => feed.append({ duty: 'alerts', fence: own.fence, node: 'a' }, [piece('[]')]);
    expect(await write()).toEqual({ ok: false, error: 'away' });
    expect((await write()).ok).toBe(true);
    expect(await entries(link)).toHaveLength(2);
  });
});
