/** A file of alerts that is not as we left it, and what keeps others waiting. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertStore } from '../../../server/store/alert-ports';
import { alertsFile, openAlertStore } from '../../../server/store/alert-store-sqlite';
import {
  alertRow,
  alertUnit,
  deliveryRow,
  deviceRow,
  numbered,
  ROWS_BEGIN,
  refusalRow,
} from '../../support/alert-rows';

const directories: string[] = [];
const stores: AlertStore[] = [];
function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'floorcast-alerts-'));
  directories.push(made);
  return made;
}
function opened(dataDir: string, leftOut: string[] = []): AlertStore {
  const store = openAlertStore(dataDir, { leftOut: (table, count) => leftOut.push(`${table} ${count}`) });
  stores.push(store);
  return store;
}
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const made of directories.splice(0)) rmSync(made, { recursive: true, force: true });
});

/** Another program, or a dying disk. */
function damage(dataDir: string, ...statements: readonly string[]): void {
  const database = new Database(alertsFile(dataDir));
  for (const statement of statements) database.exec(statement);
  database.close();
}

function sumOf(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

describe('openAlertStore', () => {
  it('STORE-9 what it makes is for its owner only', async () => {
    const dataDir = path.join(directory(), 'data');
    await opened(dataDir).write(alertUnit({ newAlerts: [alertRow(1)] }));
    const modes = [dataDir, alertsFile(dataDir), `${alertsFile(dataDir)}-wal`].map(
      (file) => statSync(file).mode,
    );
    expect(modes.map((mode) => mode & 0o077)).toEqual([0, 0, 0]);
  });

  it('STORE-28 makes its directory, and says which cannot be written', async () => {
    const parent = directory();
    await opened(path.join(parent, 'new', 'data')).write(alertUnit({ newAlerts: [alertRow(1)] }));
    const inTheWay = path.join(parent, 'file');
    writeFileSync(inTheWay, 'a file');
    expect(() => openAlertStore(inTheWay)).toThrow(`DATA_DIR ${inTheWay} cannot be written`);
  });

  it.each([
    ['is no database', (bytes: Buffer) => Buffer.from('x'.repeat(bytes.length))],
    [
      'is torn',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]),
    ],
  ])('STORE-28 says which file is damaged when it %s, and leaves it as it is', async (_, damaging) => {
    const dataDir = directory();
    const store = opened(dataDir);
    await store.write(alertUnit({ newAlerts: numbered(0, 500, alertRow) }));
    await store.close();
    const damaged = damaging(readFileSync(alertsFile(dataDir)));
    writeFileSync(alertsFile(dataDir), damaged);
    expect(() => openAlertStore(dataDir)).toThrow(`the store ${alertsFile(dataDir)} cannot be opened`);
    expect(readFileSync(alertsFile(dataDir)).equals(damaged)).toBe(true);
  });

  it('STORE-28 refuses a file of a newer Floorcast', async () => {
    const dataDir = directory();
    await opened(dataDir).close();
    damage(dataDir, 'PRAGMA user_version = 99');
    expect(() => openAlertStore(dataDir)).toThrow('newer Floorcast (format 99');
  });
});

describe('rows that cannot be read', () => {
  const HARM = [
    "SET content = CAST(x'fffe' AS TEXT)",
    "SET content = x'00ff'",
    "SET content = 'no JSON'",
    "SET content = '[]'",
    'SET content = 7',
    `SET content = '{"level":"critical"}'`,
  ];
  const ALERT_HARM = [
    ...HARM,
    "SET id = CAST(x'c328' AS TEXT)",
    "SET device_id = CAST(x'ff' AS TEXT)",
    "SET site = x'ff'",
    "SET state = 'gone'",
    "SET received_at = 'yesterday'",
    "SET raised_at = x'00'",
  ];

  it.each(ALERT_HARM)('STORE-29 an alert: %s', async (harm) => {
    const dataDir = directory();
    const store = opened(dataDir);
    await store.write(alertUnit({ newAlerts: [1, 2, 3].map((n) => alertRow(n, { deviceId: 'd' })) }));
    await store.close();
    damage(dataDir, `UPDATE alerts ${harm} WHERE id = 'alert-2'`);
    const leftOut: string[] = [];
    const again = opened(dataDir, leftOut);
    const whole = [1, 3].map((n) => alertRow(n, { deviceId: 'd' }));
    expect(await all(again.openAlerts())).toEqual(whole);
    expect(await again.find({ limit: 9 })).toEqual(whole.toReversed());
    expect(leftOut).toEqual(['alerts 1', 'alerts 1']);
    await again.find({ ids: ['alert-1', 'alert-2'], limit: 9 });
    await again.find({ deviceId: 'd', limit: 9 });
    await again.find({ site: 'Galway', states: ['active-unacknowledged'], limit: 9 });
    await again.knownIds(['alert-1', 'alert-2']);
    expect(sumOf(await all(again.raisedSince(ROWS_BEGIN)))).toBeGreaterThanOrEqual(2);
    expect(await again.forget(ROWS_BEGIN + 99)).toBe(0);
    // A whole row takes its place.
    await again.write(alertUnit({ changedAlerts: [alertRow(2, { deviceId: 'd' })] }));
    expect(await again.find({ ids: ['alert-2'], limit: 9 })).toEqual([alertRow(2, { deviceId: 'd' })]);
  });

  it.each(HARM)('STORE-29 devices, deliveries and refusals: %s', async (harm) => {
    const dataDir = directory();
    const store = opened(dataDir);
    const rows = alertUnit({
      devices: [deviceRow('a'), deviceRow('b')],
      deliveries: [deliveryRow(1), deliveryRow(2), deliveryRow(3, { state: 'dead' })],
      refusals: [refusalRow(1), refusalRow(2)],
    });
    await store.write(rows);
    await store.close();
    damage(
      dataDir,
      `UPDATE devices ${harm} WHERE id = 'a'`,
      `UPDATE deliveries ${harm} WHERE id IN ('alert-1', 'alert-3')`,
      `UPDATE refusals ${harm} WHERE id = 'refusal-2'`,
      "INSERT INTO refusal_counts VALUES (CAST(x'ff' AS TEXT), 1), ('other', 1)",
    );
    const leftOut: string[] = [];
    const again = opened(dataDir, leftOut);
    expect(await all(again.devices())).toEqual([deviceRow('b')]);
    expect(await all(again.waitingDeliveries())).toEqual([deliveryRow(2)]);
    expect(await again.deadDeliveries(9)).toEqual([]);
    expect(await again.delivery(['alert-1', 'alert-2'])).toEqual([deliveryRow(2)]);
    expect(await again.refusals(9)).toEqual([refusalRow(1)]);
    expect(await again.refusalCounts()).toEqual([{ reason: 'not-json', count: 2 }]);
    expect(leftOut).toEqual(['devices 1', 'deliveries 1', 'deliveries 1', 'deliveries 1', 'refusals 1']);
  });

  it('STORE-29 pages go on past damaged rows, and end with those that have no place', async () => {
    const dataDir = directory();
    const store = opened(dataDir);
    await store.write(alertUnit({ newAlerts: numbered(0, 2_500, alertRow) }));
    await store.close();
    damage(
      dataDir,
      "UPDATE alerts SET content = CAST(x'ff' AS TEXT) WHERE received_at % 10 = 0",
      "UPDATE alerts SET received_at = 'never', raised_at = 'never' WHERE received_at % 2 = 1",
    );
    const leftOut: string[] = [];
    const again = opened(dataDir, leftOut);
    expect(await all(again.openAlerts())).toHaveLength(1_000);
    // The rest of those without a place is not even looked at.
    expect(leftOut).toEqual(['alerts 200', 'alerts 800']);
    expect(sumOf(await all(again.raisedSince(0)))).toBe(1_250);
  });
});

describe('what takes long', () => {
  /** How often others were let in while it ran. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
    let turns = 0;
    let isRunning = true;
    const count = () => {
      turns += 1;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    await work();
    isRunning = false;
    await new Promise((resolve) => setImmediate(resolve));
    return turns;
  }

  it('STORE-24 STORE-27 lets others in between its steps', async () => {
    const store = opened(directory());
    const closed = { state: 'cleared-acknowledged', raisedAt: ROWS_BEGIN } as const;
    await store.write(
      alertUnit({
        newAlerts: [
          ...numbered(0, 3_500, (n) => alertRow(n)),
          ...numbered(3_500, 27_000, (n) => alertRow(n, closed)),
        ],
      }),
    );
    expect(await turnsDuring(() => all(store.openAlerts()))).toBeGreaterThanOrEqual(3);
    expect(await turnsDuring(() => all(store.raisedSince(0)))).toBeGreaterThanOrEqual(3);
    expect(sumOf(await all(store.raisedSince(0)))).toBe(30_500);
    expect(await turnsDuring(() => store.forget(ROWS_BEGIN + 20_000))).toBeGreaterThanOrEqual(30);
    expect(await store.count()).toBe(30_500 - 16_500);
  });

  it('STORE-27 closing ends it between two steps', async () => {
    const dataDir = directory();
    const store = opened(dataDir);
    const closed = { state: 'cleared-acknowledged' } as const;
    await store.write(alertUnit({ newAlerts: numbered(0, 2_000, (n) => alertRow(n, closed)) }));
    const forgetting = store.forget(ROWS_BEGIN + 9_999);
    await store.close();
    const forgotten = await forgetting;
    expect(forgotten).toBe(500);
    expect(await opened(dataDir).count()).toBe(1_500);
  });
});
