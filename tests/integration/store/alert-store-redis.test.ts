import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALERT_STATES } from '../../../lib/contracts/alert';
import { leaseKey } from '../../../server/redis/keys';
import type { RedisLink } from '../../../server/redis/redis-link';
import type { AlertStore, AlertUnit } from '../../../server/store/alert-ports';
import { openRedisAlertStore } from '../../../server/store/redis/alert-store-redis';
import {
  alertRow,
  alertUnit,
  deliveryRow,
  deviceRow,
  numbered,
  ROWS_BEGIN,
  refusalRow,
} from '../../support/alert-rows';
import { alertStoreSuite } from '../../support/alert-store-suite';
import { lossyLink } from '../../support/lost-answers';
import { MemoryAlertStore } from '../../support/memory-alert-store';
import { redisDoors } from '../../support/redis-doors';

const doors = redisDoors();
const CLOSED = { state: 'cleared-acknowledged', clearedAt: 1, acknowledgedAt: 2 } as const;

function openedOn(link: RedisLink, number = 7, leftOut: string[] = []): AlertStore {
  return openRedisAlertStore(link, {
    fence: () => ({ duty: 'alerts', number }),
    leftOut: (table, count) => leftOut.push(`${table} ${count}`),
  });
}

async function opened(number = 7, leftOut: string[] = []): Promise<AlertStore> {
  return openedOn(await doors.link(), number, leftOut);
}

/** Whose turn it is. */
const lease = (number: number) => doors.redis.ask(`HSET ${leaseKey('alerts')} fence ${number}`);

alertStoreSuite('Redis', async () => {
  await lease(7);
  return { store: await opened(), reopen: () => opened(), cleanUp: async () => {} };
});

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

describe('alerts that several nodes share', () => {
  it('STORE-109 one writes, all see it', async () => {
    await lease(7);
    const [writer, reader] = [await opened(7), await opened(6)];
    await writer.write(alertUnit({ newAlerts: [alertRow(1)], deliveries: [deliveryRow(1)] }));
    expect(await reader.find({ limit: 9 })).toEqual([alertRow(1)]);
    await writer.write(alertUnit({ changedAlerts: [alertRow(1, CLOSED)] }));
    expect(await all(reader.openAlerts())).toEqual([]);
    expect(await all(reader.waitingDeliveries())).toEqual([deliveryRow(1)]);
  });

  it('STORE-109 an older fence writes and forgets nothing, and is told why', async () => {
    await lease(7);
    const old = await opened(7);
    await old.write(alertUnit({ newAlerts: [alertRow(1, CLOSED)] }));
    await lease(8);
    const unit = alertUnit({
      newAlerts: [alertRow(2)],
      changedAlerts: [alertRow(1)],
      refusals: [refusalRow(1)],
    });
    await expect(old.write(unit)).rejects.toThrow('another node has this duty now');
    await expect(old.forget(ROWS_BEGIN + 99)).rejects.toThrow('another node has this duty now');
    expect(await old.find({ limit: 9 })).toEqual([alertRow(1, CLOSED)]);
    expect(await old.refusals(9)).toEqual([]);
    const next = await opened(8);
    await next.write(unit);
    expect(await old.find({ limit: 9 })).toEqual([alertRow(2), alertRow(1)]);
  });

  it('STORE-109 where Redis was emptied nobody writes before he has the duty again', async () => {
    await lease(7);
    const store = await opened(7);
    await store.write(alertUnit({ newAlerts: [alertRow(1)] }));
    await doors.redis.ask('FLUSHALL');
    await expect(store.write(alertUnit({ newAlerts: [alertRow(2)] }))).rejects.toThrow('another node');
    await lease(9);
    await (await opened(9)).write(alertUnit({ newAlerts: [alertRow(3)] }));
    expect(await store.find({ limit: 9 })).toEqual([alertRow(3)]);
  });

  it('STORE-104 a unit whose answer was lost is written once; where all are lost it rejects', async () => {
    await lease(7);
    const link = lossyLink(await doors.link());
    const store = openedOn(link);
    link.lose(2);
    await store.write(alertUnit({ refusals: numbered(0, 1_100, refusalRow) }));
    expect(await store.refusalCounts()).toEqual([{ reason: 'not-json', count: 1_100 }]);
    link.lose(3);
    await expect(store.write(alertUnit({ newAlerts: [alertRow(1)] }))).rejects.toThrow('nobody knows');
    await store.write(alertUnit({ newAlerts: [alertRow(1)] }));
    expect(await store.count()).toBe(1);
    await store.write(alertUnit({ newAlerts: numbered(2, 300, (n) => alertRow(n, CLOSED)) }));
    link.lose(2);
    expect(await store.forget(ROWS_BEGIN + 9_999)).toBe(300);
  });

  it('STORE-103 where something else stands in the place of a table nothing of a unit is written', async () => {
    await lease(7);
    const store = await opened();
    await doors.redis.ask('SET {floorcast}:alerts:refusal-counts text');
    const unit = alertUnit({ newAlerts: [alertRow(1)], refusals: [refusalRow(1)] });
    await expect(store.write(unit)).rejects.toThrow('WRONGTYPE');
    expect([await store.count(), await store.find({ limit: 9 }), await store.refusals(9)]).toEqual([
      0,
      [],
      [],
    ]);
  });

  it('STORE-108 no step reads or forgets more than a page, whatever is asked for', async () => {
    await lease(7);
    const link = lossyLink(await doors.link());
    const store = openedOn(link);
    const shared = { deviceId: 'd', site: 's', receivedAt: ROWS_BEGIN };
    for (let from = 0; from < 6_000; from += 1_000) {
      const rows = numbered(from, 1_000, (n) => alertRow(n, { ...shared, ...(n % 2 === 0 ? {} : CLOSED) }));
      await store.write(alertUnit({ newAlerts: rows }));
    }
    link.lengths.length = 0;
    expect(await store.find({ limit: 1e6 })).toHaveLength(6_000);
    expect(await store.find({ deviceId: 'd', site: 'other', limit: 9 })).toEqual([]);
    expect(await store.find({ site: 's', states: ['cleared-unacknowledged'], limit: 9 })).toEqual([]);
    expect(await all(store.recentlyRaised(0))).toHaveLength(6_000);
    expect(await all(store.raisedSince(0))).toHaveLength(6_000);
    expect(await store.knownIds(numbered(0, 6_000, (n) => `alert-${n}`))).toHaveProperty('size', 6_000);
    expect(Math.max(...link.lengths)).toBeLessThanOrEqual(1_000);
    link.lengths.length = 0;
    expect(await store.forget(ROWS_BEGIN + 1)).toBe(3_000);
    expect(link.lengths.length).toBeGreaterThanOrEqual(30);
  });

  it('STORE-27 closing ends it between two steps', async () => {
    await lease(7);
    const store = await opened();
    await store.write(alertUnit({ newAlerts: numbered(0, 1_000, (n) => alertRow(n, CLOSED)) }));
    const forgetting = store.forget(ROWS_BEGIN + 9_999);
    await store.close();
    expect(await forgetting).toBe(100);
    expect(await (await opened()).count()).toBe(900);
  });
});

describe('the alert store on Redis beside one in memory', () => {
  const row = fc
    .record({
      n: fc.nat(6),
      deviceId: fc.constantFrom('a', 'a b', '', '-', 'ü'),
      site: fc.constantFrom(null, '', '-', 'x', 'x y'),
      state: fc.constantFrom(...ALERT_STATES),
      receivedAt: fc.constantFrom(-1, 0, 5, 1e15),
      raisedAt: fc.constantFrom(-900_001, 0, 1.5, 1e15),
    })
    .map(({ n, ...more }) => alertRow(n, more));
  const delivery = fc
    .record({ n: fc.nat(6), seq: fc.nat(3), state: fc.constantFrom('waiting', 'dead', 'sent') })
    .map(({ n, ...more }) => deliveryRow(n, more));
  const unit = fc.record({
    newAlerts: fc.array(row, { maxLength: 4 }),
    changedAlerts: fc.array(row, { maxLength: 3 }),
    devices: fc.constant([]),
    deliveries: fc.array(delivery, { maxLength: 4 }),
    refusals: fc.array(
      fc.nat(3).map((n) => refusalRow(n)),
      { maxLength: 2 },
    ),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: unit.map((written) => ({ write: written as AlertUnit, forget: 0 })) },
    { weight: 1, arbitrary: fc.constantFrom(1, 6).map((before) => ({ write: null, forget: before })) },
  );

  async function told(store: AlertStore) {
    const sums = new Map<string, number>();
    for (const { deviceId, quarter, count } of await all(store.raisedSince(-900_001))) {
      const key = JSON.stringify([deviceId, quarter]);
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    const filters = [{}, { deviceId: '' }, { deviceId: 'a' }, { site: '' }, { site: '-' }, { site: 'x' }];
    const states = [undefined, [CLOSED.state], ['active-acknowledged', 'active-unacknowledged']] as const;
    const found = filters.flatMap((filter) =>
      states.map((some) => store.find({ ...filter, ...(some && { states: some }), limit: 9 })),
    );
    const before = { receivedAt: 5, id: 'alert-3' };
    return {
      found: await Promise.all([
        ...found,
        store.find({ before, limit: 2 }),
        store.find({ deviceId: 'a b', before, limit: 9 }),
      ]),
      open: new Set((await all(store.openAlerts())).map(({ id }) => id)),
      raised: new Set((await all(store.recentlyRaised(0))).map(({ id }) => id)),
      sums,
      waiting: new Set((await all(store.waitingDeliveries())).map(({ alertId, seq }) => `${seq} ${alertId}`)),
      counts: [await store.countDeliveries(), await store.count(), await store.refusalCounts()],
    };
  }

  it('STORE-108 says the same, whatever was written and forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        await doors.redis.ask('FLUSHALL');
        await lease(7);
        const [shared, memory] = [openedOn(link), new MemoryAlertStore()];
        for (const { write, forget } of steps) {
          for (const store of [shared, memory]) {
            if (write === null) await store.forget(forget);
            else await store.write(write);
          }
          expect(await told(shared)).toEqual(await told(memory));
          // What a row was found by before is not left behind.
          const rows = [...memory.alerts.values()];
          const withSite = rows.filter(({ site }) => site !== null).length;
          expect([(await members('open')) + (await members('closed')), await members('raised')]).toEqual([
            rows.length,
            rows.length,
          ]);
          expect([await members('by-device'), await members('by-site')]).toEqual([rows.length, withSite]);
        }
      }),
      { numRuns: 40 },
    );
  });

  async function members(index: string): Promise<number> {
    const count = await link.call('ZCARD', `{floorcast}:alerts:${index}`);
    return count.ok ? Number(count.value) : Number.NaN;
  }

  let link: RedisLink;
  beforeEach(async () => {
    link = await doors.link();
  });
});

describe('rows in Redis that cannot be read', () => {
  const HEAD = 'o c2757b0d40000000 c2757b0d40000000 000000000000002 ZA R2Fsd2F5 ';
  it.each([
    ['no head', 'text'],
    ['a head alone', HEAD],
    ['no JSON', `${HEAD}nothing`],
    ['other JSON', `${HEAD}[]`],
    ['a part of it', `${HEAD}{"level":"critical"}`],
  ])('STORE-29 an alert: %s', async (_, harm) => {
    await lease(7);
    const leftOut: string[] = [];
    const store = await opened(7, leftOut);
    const whole = [1, 3].map((n) => alertRow(n, { deviceId: 'd' }));
    await store.write(alertUnit({ newAlerts: [1, 2, 3].map((n) => alertRow(n, { deviceId: 'd' })) }));
    const link = await doors.link();
    const written = await link.call('HGET', '{floorcast}:alerts:rows', 'alert-2');
    const head = /^(\S* ){6}/.exec(String(written.ok && written.value))?.[0] ?? '';
    await link.call('HSET', '{floorcast}:alerts:rows', 'alert-2', harm.replace(HEAD, head));
    expect(await store.find({ limit: 9 })).toEqual(whole.toReversed());
    expect(await all(store.openAlerts())).toEqual(whole);
    expect(leftOut).toEqual(['alerts 1', 'alerts 1']);
    expect(await store.find({ deviceId: 'd', limit: 9 })).toEqual(whole.toReversed());
    expect(await store.find({ ids: ['alert-1', 'alert-2', 'alert-3'], limit: 9 })).toEqual(
      whole.toReversed(),
    );
    expect(await all(store.recentlyRaised(0))).toEqual(whole.toReversed());
    expect((await all(store.raisedSince(0))).length).toBeGreaterThanOrEqual(2);
    expect(await store.forget(ROWS_BEGIN + 99)).toBe(0);
    // A whole row takes its place, and is found once.
    const again = alertRow(2, { ...CLOSED, deviceId: 'e', receivedAt: ROWS_BEGIN + 50, raisedAt: 5 });
    await store.write(alertUnit({ changedAlerts: [again] }));
    leftOut.length = 0;
    expect(await store.find({ limit: 9 })).toEqual([again, ...whole.toReversed()]);
    expect(await all(store.openAlerts())).toEqual(whole);
    expect(await store.find({ deviceId: 'd', limit: 9 })).toEqual(whole.toReversed());
    expect(await all(store.recentlyRaised(0))).toEqual([...whole.toReversed(), again]);
    expect(await store.forget(ROWS_BEGIN + 99)).toBe(1);
    expect([await all(store.recentlyRaised(0)), leftOut]).toEqual([whole.toReversed(), []]);
  });

  it('STORE-29 devices, deliveries and refusals', async () => {
    await lease(7);
    const leftOut: string[] = [];
    const store = await opened(7, leftOut);
    const deliveries = [deliveryRow(1), deliveryRow(2), deliveryRow(3, { state: 'dead' })];
    const [devices, refusals] = [
      [deviceRow('a'), deviceRow('b')],
      [refusalRow(1), refusalRow(2)],
    ];
    await store.write(alertUnit({ devices, deliveries, refusals }));
    await doors.redis.ask('HSET {floorcast}:alerts:devices a text');
    await doors.redis.ask('HSET {floorcast}:alerts:deliveries alert-1 text alert-3 "d x {}"');
    await doors.redis.ask('HSET {floorcast}:alerts:refusals refusal-2 7');
    await doors.redis.ask('HSET {floorcast}:alerts:refusal-counts other 1 topic many');
    expect(await all(store.devices())).toEqual([deviceRow('b')]);
    expect(await all(store.waitingDeliveries())).toEqual([deliveryRow(2)]);
    expect(await store.deadDeliveries(9)).toEqual([]);
    expect(await store.delivery(['alert-1', 'alert-2'])).toEqual([deliveryRow(2)]);
    expect(await store.refusals(9)).toEqual([refusalRow(1)]);
    expect(await store.refusalCounts()).toEqual([{ reason: 'not-json', count: 2 }]);
    expect(leftOut).toEqual(['devices 1', 'deliveries 1', 'deliveries 1', 'refusals 1']);
  });
});
