import { describe, expect, it } from 'vitest';
import { chained } from '../../../server/audit/audit-chain';
import { verifyStore } from '../../../server/audit/verify-audit';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { auditEvent } from '../../support/audit-events';
import { auditStoreSuite } from '../../support/audit-store-suite';
import { documentStoreSuite } from '../../support/document-store-suite';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();
const opened = async () => openRedisStore(await doors.link());

documentStoreSuite('Redis', async () => ({
  store: await opened(),
  reopen: opened,
  cleanUp: async () => {},
}));

auditStoreSuite('Redis', async () => {
  const audit = async () => (await opened()).audit;
  return { store: await audit(), secondDoor: audit, reopen: audit, cleanUp: async () => {} };
});

const put = (id: string, content: unknown, expectedVersion?: number) =>
  ({
    write: 'put',
    kind: 'k',
    id,
    content,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  }) as const;

describe('documents that several nodes share', () => {
  it('STORE-100 of two nodes that change the same version one is told, and each sees what the other wrote', async () => {
    const [a, b] = [await opened(), await opened()];
    for (let version = 0; version < 50; version += 1) {
      const answers = await Promise.all([a, b].map((store, n) => store.write([put('one', n, version)])));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      const winner = answers.findIndex(({ ok }) => ok);
      expect(await Promise.all([a.get('k', 'one'), b.get('k', 'one')])).toEqual(
        Array(2).fill({ kind: 'k', id: 'one', version: version + 1, content: winner }),
      );
    }
  });

  it('STORE-100 a batch finds the versions that it makes itself', async () => {
    const store = await opened();
    const batch = [
      put('a', 1, 0),
      put('a', 2, 1),
      { write: 'delete', kind: 'k', id: 'a' } as const,
      put('a', 3, 0),
    ];
    expect((await store.write(batch)).ok).toBe(true);
    expect(await store.get('k', 'a')).toMatchObject({ version: 1, content: 3 });
    expect(await store.write([put('b', 1, 0), put('a', 2, 1), put('a', 3, 1)])).toEqual({
      ok: false,
      error: { kind: 'k', id: 'a', expectedVersion: 1, foundVersion: 2 },
    });
    expect((await store.list('k')).map(({ id, version }) => [id, version])).toEqual([['a', 1]]);
  });

  it('STORE-101 counts each write that changed something, and knows which kinds changed since', async () => {
    const [a, b] = [await opened(), await opened()];
    expect([await a.changes(), await a.changedKinds(0)]).toEqual([0, []]);
    await a.write([put('x', 1), { ...put('y', 1), kind: 'other' }]);
    const first = await b.changes();
    expect(first).toBe(1);
    expect((await b.changedKinds(0)).toSorted()).toEqual(['k', 'other']);
    await a.write([]);
    await a.write([put('x', 2, 7)]);
    expect(await b.changes()).toBe(first);
    await a.write([put('x', 2, 1)]);
    expect([await b.changes(), await b.changedKinds(first)]).toEqual([first + 1, ['k']]);
  });

  it('STORE-102 lists many and large ones page by page, as of one moment, while others write', async () => {
    const [reader, writer] = [await opened(), await opened()];
    const ids = Array.from({ length: 1_300 }, (_, n) => `id ${n}`);
    const filler = 'ü'.repeat(1_000);
    const generation = (n: number) => writer.write(ids.map((id) => put(id, { n, filler })));
    await generation(0);
    expect((await reader.list('k')).map(({ id }) => id)).toEqual(ids.toSorted());
    let isWriting = true;
    const writing = (async () => {
      for (let n = 1; n <= 8; n += 1) await generation(n);
      isWriting = false;
    })();
    let reads = 0;
    while (isWriting || reads < 3) {
      const listed = await reader.list('k');
      expect(listed).toHaveLength(ids.length);
      expect(new Set(listed.map(({ version }) => version)).size).toBe(1);
      reads += 1;
    }
    await writing;
  });

  it('STORE-102 takes a batch of many documents, and lists them all', async () => {
    const store = await opened();
    const ids = Array.from({ length: 30_000 }, (_, n) => `${n}`);
    expect((await store.write(ids.map((id) => put(id, 'ü', 0)))).ok).toBe(true);
    expect((await store.list('k')).map(({ id }) => id)).toEqual(ids.toSorted());
  });

  it('STORE-103 what cannot be read is a document without content, and harms no other', async () => {
    const store = await opened();
    await store.write([put('a', 1), put('b', 2), put('c', 3)]);
    await doors.redis.ask('HSET {floorcast}:documents:k a "garbage" b "2 {"');
    expect(await store.list('k')).toEqual([
      { kind: 'k', id: 'a', version: 0, content: undefined },
      { kind: 'k', id: 'b', version: 2, content: undefined },
      { kind: 'k', id: 'c', version: 1, content: 3 },
    ]);
    expect((await store.write([put('a', 'whole', 0), put('b', 'whole', 2)])).ok).toBe(true);
    expect((await store.list('k')).map(({ version }) => version)).toEqual([1, 3, 1]);
  });

  it('STORE-103 where something else stands in the place of a kind nothing of a batch is written', async () => {
    const store = await opened();
    await doors.redis.ask('SET {floorcast}:document-ids:other text');
    await expect(store.write([put('a', 1), { ...put('a', 1), kind: 'other' }])).rejects.toThrow('WRONGTYPE');
    expect([await store.get('k', 'a'), await store.list('k'), await store.changes()]).toEqual([null, [], 0]);
  });
});

describe('a Redis that does not answer', () => {
  it('STORE-104 frozen for less than three tries, a write is done once', async () => {
    const link = await doors.link();
    const store = openRedisStore(link);
    await store.write([put('a', 1)]);
    // Thawed by the first command that got no answer.
    const patient = openRedisStore({
      ...link,
      run: async (...given) => {
        const answer = await link.run(...given);
        if (!answer.ok) doors.redis.thaw();
        return answer;
      },
    });
    doors.redis.freeze();
    expect((await patient.write([put('a', 2)])).ok).toBe(true);
    expect(await store.get('k', 'a')).toMatchObject({ version: 2, content: 2 });
    doors.redis.freeze();
    const append = (text: string) => (after: { seq: number }) => ({
      lines: [`${after.seq + 1} ${text}`],
      hash: text,
    });
    await patient.audit.append(append('x'));
    doors.redis.freeze();
    await patient.audit.append(append('y'));
    expect(await store.audit.readForward(0, 9)).toEqual([
      { seq: 1, line: '1 x' },
      { seq: 2, line: '2 y' },
    ]);
  });

  it('STORE-104 away, it rejects with a sentence, and goes on when it is back', async () => {
    const link = await doors.link();
    const store = openRedisStore(link);
    await store.write([put('a', 1)]);
    await doors.redis.kill();
    await expect.poll(() => link.status().state).toBe('down');
    await expect(store.get('k', 'a')).rejects.toThrow('the shared store cannot be read in Redis: ');
    await expect(store.write([put('a', 2)])).rejects.toThrow('nobody knows whether it was');
    await expect(store.audit.append(() => ({ lines: ['x'], hash: 'x' }))).rejects.toThrow('cannot be read');
    await doors.redis.restart();
    await doors.live(link);
    // This one keeps nothing: all is gone, and begins anew.
    expect(await store.get('k', 'a')).toBeNull();
    expect((await store.write([put('a', 3, 0)])).ok).toBe(true);
  });
});

describe('the audit log that several nodes share', () => {
  const record = (store: Awaited<ReturnType<typeof opened>>, name: string, at: number) =>
    store.audit.append((after) =>
      chained(
        [1, 2, 3].map((n) => ({ ...auditEvent({ actorName: name, subject: `${n}` }), at })),
        after,
      ),
    );

  it('STORE-105 of four nodes is one chain', async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(opened));
    await Promise.all(
      stores.map(async (store, node) => {
        for (let n = 0; n < 25; n += 1) await record(store, `node ${node}`, n);
      }),
    );
    const [store] = stores;
    expect(store && (await verifyStore(store.audit, null))).toMatchObject({
      ok: true,
      value: { count: 300 },
    });
  });

  it('STORE-105 chains anew where the log was emptied and grew to the same number in between', async () => {
    const [link, other] = [await doors.link(), await opened()];
    await record(other, 'before', 1);
    let isBetween = true;
    const store = openRedisStore({
      ...link,
      async run(...given) {
        const answer = await link.run(...given);
        if (isBetween) {
          isBetween = false;
          await doors.redis.ask('FLUSHALL');
          await record(other, 'between', 2);
        }
        return answer;
      },
    });
    await record(store, 'after', 3);
    expect(await verifyStore(store.audit, null)).toMatchObject({ ok: true, value: { count: 6 } });
  });

  it('STORE-105 reads far more than a page, and again backwards', async () => {
    const store = await opened();
    for (let n = 0; n < 12; n += 1) {
      await store.audit.append(({ seq }) => ({
        lines: Array.from({ length: 100 }, (_, at) => `${seq + 1 + at}`),
        hash: 'x',
      }));
    }
    const numbers = Array.from({ length: 1_200 }, (_, at) => ({ seq: at + 1, line: `${at + 1}` }));
    expect(await store.audit.readForward(0, 5_000)).toEqual(numbers);
    expect(await store.audit.readForward(100, 700)).toEqual(numbers.slice(100, 800));
    expect(await store.audit.readBackward(1_101, 900)).toEqual(numbers.slice(200, 1_100).toReversed());
  });

  it('STORE-106 begins anew where Redis was emptied, and its old head proves that it was', async () => {
    const [a, b] = [await opened(), await opened()];
    await record(a, 'before', 1);
    const old = await a.audit.head();
    await doors.redis.ask('FLUSHALL');
    expect(await b.audit.head()).toEqual(EMPTY_HEAD);
    await record(a, 'after', 2);
    await record(b, 'after', 3);
    expect(await verifyStore(b.audit, null)).toMatchObject({ ok: true, value: { count: 6 } });
    expect(await verifyStore(b.audit, old)).toMatchObject({ ok: false });
  });

  it.each([
    ['the head taken away', 'DEL {floorcast}:audit:head', 'has no head', /has no head/],
    ['the head moved back', 'HSET {floorcast}:audit:head seq 2', 'newest entry only', /beyond the head/],
    [
      'the newest line taken out',
      'XDEL {floorcast}:audit:lines 3-0',
      'newest entry only',
      /entry 3 is missing/,
    ],
    ['all lines taken out', 'DEL {floorcast}:audit:lines', 'newest entry only', /entry 1 is missing/],
  ])('STORE-107 takes nothing more with %s, and says what is wrong', async (_, command, refusal, verdict) => {
    const store = await opened();
    await record(store, 'Ada', 1);
    await doors.redis.ask(command);
    await expect(store.audit.append(() => ({ lines: ['x'], hash: 'x' }))).rejects.toThrow(refusal);
    const verified = await verifyStore(store.audit, null).then(
      (answer) => (answer.ok ? '' : answer.error.message),
      String,
    );
    expect(verified).toMatch(verdict);
    expect((await store.write([put('a', 1)])).ok).toBe(true);
  });

  it('STORE-107 names a line taken out of the middle', async () => {
    const store = await opened();
    await record(store, 'Ada', 1);
    await doors.redis.ask('XDEL {floorcast}:audit:lines 2-0');
    await record(store, 'Ada', 2);
    expect(await verifyStore(store.audit, null)).toMatchObject({
      error: { message: 'entry 2 is missing: entry 3 stands in its place' },
    });
  });
});
