/** What an alert store holds of the units that a writer wrote until something ended it. */
import { expect } from 'vitest';
import type { AlertStore } from '../../server/store/alert-ports';
import { numbered, ROWS_BEGIN } from './alert-rows';
import { ALERTS_OF_UNIT, writerAlertId } from './alert-writer-units';

/** How many units are there; each of them, and nothing else, must be there wholly. */
export async function wholeUnits(store: AlertStore, name: string): Promise<number> {
  const devices = [];
  for await (const page of store.devices()) devices.push(...page);
  const count = (devices.find(({ deviceId }) => deviceId === name)?.lastAlertAt ?? ROWS_BEGIN) - ROWS_BEGIN;
  const ids = numbered(1, count + 1, (n) => n).flatMap((n) =>
    numbered(0, ALERTS_OF_UNIT, (index) => writerAlertId(name, n, index)),
  );
  const expected = ids.slice(0, count * ALERTS_OF_UNIT);
  expect(await store.knownIds(ids)).toEqual(new Set(expected));
  expect(await store.delivery(ids)).toHaveLength(expected.length);
  const firsts = numbered(1, count, (n) => writerAlertId(name, n, 0));
  const closed = await store.find({ ids: firsts, states: ['cleared-acknowledged'], limit: 1e6 });
  expect(closed).toHaveLength(Math.max(0, count - 1));
  return count;
}
