/** What every alert store must hold; each implementation runs it on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import { ALERT_STATES } from '../../lib/contracts/alert';
import type { AlertFilter, AlertStore, StoredAlert } from '../../server/store/alert-ports';
import { alertRow, alertUnit, deliveryRow, deviceRow, numbered, ROWS_BEGIN, refusalRow } from './alert-rows';

export interface AlertStoreUnderTest {
  readonly store: AlertStore;
  /** Another door to the same rows, after the first is closed. */
  reopen(): Promise<AlertStore>;
  cleanUp(): Promise<void>;
}

const CLOSED = { state: 'cleared-acknowledged', clearedAt: 1, acknowledgedAt: 2, note: '' } as const;
const QUARTER_MS = 900_000;
/** Names that would hurt a statement or an object. */
const NAMES = ["'; DROP TABLE alerts; --", '__proto__', 'constructor', '%', 'ü€𝄞', 'a\u0000b', ' '];

export function alertStoreSuite(name: string, open: () => Promise<AlertStoreUnderTest>): void {
  describe(`the alert store port on ${name}`, () => {
    let current: AlertStoreUnderTest | null = null;
    async function opened(): Promise<AlertStoreUnderTest> {
      current = await open();
      return current;
    }
    afterEach(async () => {
      await current?.store.close();
      await current?.cleanUp();
      current = null;
    });

    it('STORE-20 gives back what was written, whatever it is called', async () => {
      const { store } = await opened();
      const readings = [1.5, -0.25, 'open', true, false, null];
      const rows = NAMES.map((text, n) =>
        alertRow(n, {
          id: text,
          deviceId: text,
          site: n % 2 === 0 ? text : null,
          readingValue: readings[n] ?? null,
          extra: text,
        }),
      );
      const devices = NAMES.map((text) => deviceRow(text, { clearedThrough: [[text, 1]] }));
      const deliveries = NAMES.map((text, n) => deliveryRow(n, { alertId: text, reason: text }));
      const refusals = NAMES.map((text, n) => refusalRow(n, { id: text, topic: text, text }));
      await store.write(alertUnit({ newAlerts: rows, devices, deliveries, refusals }));
      expect(await store.find({ limit: 99 })).toEqual(rows.toReversed());
      expect(sorted(await all(store.devices()), 'deviceId')).toEqual(sorted(devices, 'deviceId'));
      expect(sorted(await store.delivery(NAMES), 'alertId')).toEqual(sorted(deliveries, 'alertId'));
      expect(await store.refusals(99)).toEqual(refusals.toReversed());
      for (const row of rows) expect(await store.find({ deviceId: row.deviceId, limit: 9 })).toEqual([row]);
      expect(await store.knownIds([...NAMES, 'other'])).toEqual(new Set(NAMES));
    });

    it('STORE-20 does not write an alert again that is there', async () => {
      const { store } = await opened();
      const first = alertRow(1, { note: 'first' });
      await store.write(alertUnit({ newAlerts: [first, alertRow(1, { note: 'again' }), alertRow(2)] }));
      await store.write(alertUnit({ newAlerts: [alertRow(1, { note: 'and again' }), alertRow(3)] }));
      expect(await store.find({ limit: 9 })).toEqual([alertRow(3), alertRow(2), first]);
      expect(await store.count()).toBe(3);
      const [known, none] = await Promise.all([store.knownIds(['alert-1', 'alert-9']), store.knownIds([])]);
      expect([known, none]).toEqual([new Set(['alert-1']), new Set()]);
    });

    it('STORE-20 puts changed rows in the place of those with the same id, after the new ones', async () => {
      const { store } = await opened();
      const devices = [deviceRow('a'), deviceRow('b')];
      const deliveries = [deliveryRow(1), deliveryRow(2)];
      await store.write(alertUnit({ newAlerts: [alertRow(1), alertRow(2)], devices, deliveries }));
      const changed = [alertRow(1, CLOSED), alertRow(3, { note: 'changed' })];
      const device = deviceRow('b', { connection: 'offline', clearedThrough: [] });
      const delivery = deliveryRow(2, { state: 'dead', reason: '503', attempts: 9 });
      await store.write(
        alertUnit({
          newAlerts: [alertRow(3)],
          changedAlerts: changed,
          devices: [device],
          deliveries: [delivery],
        }),
      );
      expect(await store.find({ limit: 9 })).toEqual([changed[1], alertRow(2), changed[0]]);
      expect(await all(store.devices())).toEqual([deviceRow('a'), device]);
      expect(await all(store.waitingDeliveries())).toEqual([deliveryRow(1)]);
      expect(await store.deadDeliveries(9)).toEqual([delivery]);
      expect(await store.countDeliveries()).toEqual({ waiting: 1, dead: 1 });
      await store.write(alertUnit({ deliveries: [deliveryRow(1, { state: 'sent' })] }));
      expect(await store.countDeliveries()).toEqual({ waiting: 0, dead: 1 });
      expect(await store.delivery(['alert-1'])).toEqual([deliveryRow(1, { state: 'sent' })]);
    });

    it('STORE-21 has everything after closing and opening again, and refuses while it is closed', async () => {
      const { store, reopen } = await opened();
      const unit = {
        newAlerts: numbered(0, 120, alertRow),
        changedAlerts: [],
        devices: [deviceRow('a')],
        deliveries: [deliveryRow(1)],
        refusals: [refusalRow(1)],
      };
      await store.write(unit);
      await store.close();
      await store.close();
      await expect(store.write(unit)).rejects.toThrow('closed');
      await expect(store.find({ limit: 1 })).rejects.toThrow('closed');
      const again = await reopen();
      expect(await again.find({ limit: 999 })).toEqual(unit.newAlerts.toReversed());
      expect(await all(again.devices())).toEqual(unit.devices);
      expect(await all(again.waitingDeliveries())).toEqual(unit.deliveries);
      expect(await again.refusals(9)).toEqual(unit.refusals);
      expect(await again.refusalCounts()).toEqual([{ reason: 'not-json', count: 1 }]);
      await again.close();
    });

    it('STORE-24 reads open alerts, devices and waiting deliveries in pages, each row once', async () => {
      const { store } = await opened();
      // Many of the same moment, across pages; every fourth is closed.
      const rows = numbered(0, 2_600, (n) =>
        alertRow(n, {
          receivedAt: ROWS_BEGIN + Math.floor(n / 1_300),
          state: ALERT_STATES[n % 4] ?? CLOSED.state,
        }),
      );
      const devices = numbered(0, 2_100, (n) => deviceRow(`device-${n}`));
      const deliveries = numbered(0, 2_600, (n) =>
        deliveryRow(n, { seq: 10_000 - n, state: n % 2 === 0 ? 'waiting' : 'dead' }),
      );
      await store.write(alertUnit({ newAlerts: rows, devices, deliveries }));
      const pages = await pagesOf(store.openAlerts());
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(1_000);
      const open = rows.filter(({ state }) => state !== CLOSED.state);
      expect(sorted(pages.flat(), 'id')).toEqual(sorted(open, 'id'));
      expect(sorted(await all(store.devices()), 'deviceId')).toEqual(sorted(devices, 'deviceId'));
      const waiting = deliveries.filter(({ state }) => state === 'waiting');
      expect(await all(store.waitingDeliveries())).toEqual(waiting.toReversed());
      expect(await store.countDeliveries()).toEqual({ waiting: 1_300, dead: 1_300 });
    });

    it('STORE-24 reads on where rows change between pages: those that stay come once', async () => {
      const { store } = await opened();
      await store.write(alertUnit({ newAlerts: numbered(0, 2_500, alertRow) }));
      const seen: string[] = [];
      for await (const page of store.openAlerts()) {
        seen.push(...page.map(({ id }) => id));
        if (seen.length > 1_000) continue;
        await store.write(
          alertUnit({ changedAlerts: numbered(0, 10, (n) => alertRow(n, { note: 'changed' })) }),
        );
      }
      expect(seen.toSorted()).toEqual(numbered(0, 2_500, (n) => `alert-${n}`).toSorted());
    });

    it('STORE-24 counts by device and quarter what was raised since', async () => {
      const { store } = await opened();
      const raisedAts = [-QUARTER_MS - 1, -1, 0, 1, QUARTER_MS - 1, QUARTER_MS, 2 * QUARTER_MS + 7];
      const rows = raisedAts.flatMap((offset, n) =>
        ['__proto__', 'b'].map((deviceId, d) =>
          alertRow(n * 2 + d, { deviceId, raisedAt: ROWS_BEGIN + offset }),
        ),
      );
      await store.write(
        alertUnit({ newAlerts: rows, changedAlerts: [{ ...alertRow(0, CLOSED), raisedAt: 5 }] }),
      );
      const perDevice = [
        [ROWS_BEGIN, 3],
        [ROWS_BEGIN + QUARTER_MS, 1],
        [ROWS_BEGIN + 2 * QUARTER_MS, 1],
      ];
      expect(await sums(store, ROWS_BEGIN)).toEqual({ b: perDevice, ['__proto__']: perDevice });
      expect(await sums(store, ROWS_BEGIN + 3 * QUARTER_MS)).toEqual({});
      const early = await sums(store, ROWS_BEGIN - 1);
      expect(early.b?.[0]).toEqual([ROWS_BEGIN - QUARTER_MS, 1]);
    });

    it('ALERT-98 gives what was raised since then, the newest first, page by page', async () => {
      const { store } = await opened();
      // More than two pages, some at the same moment, not in the order in which they were stored.
      const rows = numbered(0, 2_300, (n) =>
        alertRow(n, { raisedAt: ROWS_BEGIN + Math.floor(((n * 7) % 2_300) / 3) }),
      );
      for (let from = 0; from < rows.length; from += 500)
        await store.write(alertUnit({ newAlerts: rows.slice(from, from + 500) }));
      const since = ROWS_BEGIN + 100;
      const read = await all(store.recentlyRaised(since));
      const wanted = rows.filter(({ raisedAt }) => raisedAt >= since);
      expect(read.map(({ raisedAt }) => raisedAt)).toEqual(
        wanted.map(({ raisedAt }) => raisedAt).sort((a, b) => b - a),
      );
      expect(new Set(read.map(({ id }) => id)).size).toBe(wanted.length);
      expect(await all(store.recentlyRaised(ROWS_BEGIN + 5_000))).toEqual([]);
    });

    it('STORE-25 finds newest first, by state, device, site and id', async () => {
      const { store } = await opened();
      const rows = numbered(0, 40, (n) =>
        alertRow(n, {
          receivedAt: ROWS_BEGIN + Math.floor(n / 3),
          state: ALERT_STATES[n % 4] ?? CLOSED.state,
          site: ['Galway', 'Cork', null][n % 3] ?? null,
        }),
      );
      await store.write(alertUnit({ newAlerts: rows }));
      const filters: Omit<AlertFilter, 'limit'>[] = [
        {},
        { states: ['active-unacknowledged'] },
        { states: ['active-unacknowledged', 'cleared-unacknowledged'] },
        { states: ['cleared-acknowledged', 'active-acknowledged'] },
        { states: [] },
        { deviceId: 'device-3' },
        { deviceId: 'device-3', states: ['active-unacknowledged'], site: 'Cork' },
        { site: 'Cork' },
        { site: 'Cork', states: [CLOSED.state] },
        { site: 'Cork', states: ['active-unacknowledged', 'active-acknowledged', 'cleared-unacknowledged'] },
        { site: 'nowhere' },
        { ids: ['alert-1', 'alert-20', 'alert-99', 'alert-1'] },
        { ids: [] },
        { ids: ['alert-1', 'alert-2'], deviceId: 'device-2', site: 'nowhere' },
        { ids: ['alert-1', 'alert-2'], states: ['active-acknowledged'] },
      ];
      for (const filter of filters) {
        const expected = rows.filter((row) => fits(row, filter)).sort(newestFirst);
        expect(await store.find({ ...filter, limit: 99 }), JSON.stringify(filter)).toEqual(expected);
        expect(await pageByPage(store, filter, 4), JSON.stringify(filter)).toEqual(expected);
      }
    });

    it('STORE-25 lists dead deliveries newest first', async () => {
      const { store } = await opened();
      const dead = numbered(0, 6, (n) =>
        deliveryRow(n, { state: 'dead', reason: '410', changedAt: ROWS_BEGIN + (n % 3) }),
      );
      await store.write(alertUnit({ deliveries: [...dead, deliveryRow(9)] }));
      const order = (await store.deadDeliveries(5)).map(({ seq }) => seq);
      expect(order).toEqual([5, 2, 4, 1, 3]);
      expect(await store.delivery(['alert-9', 'alert-0', 'none'])).toHaveLength(2);
      expect(await store.delivery([])).toEqual([]);
    });

    it('STORE-26 keeps the newest 1,000 refused messages, and counts of all', async () => {
      const { store } = await opened();
      expect(await store.refusalCounts()).toEqual([]);
      await store.write(alertUnit({ refusals: numbered(0, 700, (n) => refusalRow(n)) }));
      const later = numbered(700, 700, (n) => refusalRow(n, { reason: 'topic', at: ROWS_BEGIN - n }));
      await store.write(alertUnit({ refusals: [...later, later[0] ?? refusalRow(0)] }));
      const kept = await store.refusals(9_999);
      expect(kept).toHaveLength(1_000);
      expect(kept.at(0)).toEqual(later.at(-1));
      expect(kept.at(-1)?.id).toBe('refusal-400');
      expect(await store.refusals(2)).toEqual(kept.slice(0, 2));
      expect(await store.refusalCounts()).toEqual([
        { reason: 'not-json', count: 700 },
        { reason: 'topic', count: 700 },
      ]);
    });

    it('STORE-27 forgets closed alerts received before, with their deliveries', async () => {
      const { store } = await opened();
      const rows = numbered(0, 2_400, (n) =>
        alertRow(n, {
          receivedAt: ROWS_BEGIN + Math.floor(n / 2),
          state: n % 3 === 0 ? 'cleared-unacknowledged' : CLOSED.state,
        }),
      );
      const deliveries = numbered(0, 2_400, (n) => deliveryRow(n, { state: 'dead' }));
      await store.write(alertUnit({ newAlerts: rows, deliveries, devices: [deviceRow('a')] }));
      // Where a step of 500 ends in the middle of a moment.
      const before = ROWS_BEGIN + 999;
      const isKept = (row: StoredAlert) => row.receivedAt >= before || row.state !== CLOSED.state;
      const kept = rows.filter(isKept);
      expect(await store.forget(ROWS_BEGIN)).toBe(0);
      expect(await store.forget(before)).toBe(2_400 - kept.length);
      expect(await store.forget(before)).toBe(0);
      expect(await store.count()).toBe(kept.length);
      expect(await store.find({ limit: 9_999 })).toEqual(kept.toSorted(newestFirst));
      expect((await store.countDeliveries()).dead).toBe(kept.length);
      expect(await all(store.devices())).toHaveLength(1);
      // What was forgotten can come again.
      await store.write(alertUnit({ newAlerts: [alertRow(1)] }));
      expect(await store.count()).toBe(kept.length + 1);
    });
  });
}

function fits(row: StoredAlert, { states, deviceId, site, ids }: Omit<AlertFilter, 'limit'>): boolean {
  const isState = states?.includes(row.state) ?? true;
  const isPlace = (deviceId ?? row.deviceId) === row.deviceId && (site ?? row.site) === row.site;
  return isState && isPlace && (ids?.includes(row.id) ?? true);
}

function newestFirst(a: StoredAlert, b: StoredAlert): number {
  return b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1);
}

async function pageByPage(store: AlertStore, filter: Omit<AlertFilter, 'limit'>, limit: number) {
  const found: StoredAlert[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await store.find({ ...filter, limit, ...(last && { before: last }) });
    found.push(...page);
    if (page.length < limit) return found;
  }
}

async function sums(store: AlertStore, since: number): Promise<Record<string, number[][]>> {
  const counts = new Map<string, Map<number, number>>();
  for (const { deviceId, quarter, count } of await all(store.raisedSince(since))) {
    const own = counts.get(deviceId) ?? new Map<number, number>();
    counts.set(deviceId, own.set(quarter, (own.get(quarter) ?? 0) + count));
  }
  const entries = [...counts].map(([deviceId, own]) => [deviceId, [...own].sort(([a], [b]) => a - b)]);
  return Object.fromEntries(entries);
}

async function pagesOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const page of pages) read.push(page);
  return read;
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  return (await pagesOf(pages)).flat();
}

function sorted<T>(rows: readonly T[], key: keyof T): T[] {
  return rows.toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
}
