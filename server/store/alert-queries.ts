/**
 * The statements that read alerts.db. Each names the index it walks: the planner knows nothing of how many rows there
 * are, and one that sorts a whole table would keep everything else waiting.
 */
import type { AlertFilter } from './alert-ports';
import { type Bound, SELECT_ALERT, SELECT_DELIVERY, SELECT_DEVICE } from './alert-rows';
import { IS_OPEN } from './alert-schema';

const QUARTER_MS = 900_000;

/** Rows `after` a place, in an order that goes on from there: `place` is the row id, unique where the rest is not. */
export const OPEN_ALERTS = `SELECT ${SELECT_ALERT}, rowid AS place FROM alerts INDEXED BY alerts_open
  WHERE ${IS_OPEN} AND (received_at, rowid) > (?, ?) ORDER BY received_at, rowid LIMIT ?`;
export const DEVICES = `SELECT ${SELECT_DEVICE}, rowid AS place FROM devices WHERE rowid > ? ORDER BY rowid LIMIT ?`;
export const WAITING = `SELECT ${SELECT_DELIVERY}, rowid AS place FROM deliveries INDEXED BY deliveries_waiting
  WHERE state = 'waiting' AND (seq, rowid) > (?, ?) ORDER BY seq, rowid LIMIT ?`;

export const RECENTLY_RAISED = `SELECT ${SELECT_ALERT}, rowid AS place FROM alerts INDEXED BY alerts_by_raise
  WHERE (raised_at, rowid) < (?, ?) ORDER BY raised_at DESC, rowid DESC LIMIT ?`;

/** The last row of the next step from a place, where that step is full. */
export const RAISE_STEP_END = `SELECT raised_at AS at, rowid AS place FROM alerts INDEXED BY alerts_by_raise
  WHERE (raised_at, rowid) > (?, ?) ORDER BY raised_at, rowid LIMIT 1 OFFSET ?`;
export const RECEIPT_STEP_END = `SELECT received_at AS at, rowid AS place FROM alerts INDEXED BY alerts_by_receipt
  WHERE (received_at, rowid) > (?, ?) ORDER BY received_at, rowid LIMIT 1 OFFSET ?`;

/** Of one step, whose end is a number: how many by device and quarter. `%` has the sign of what is divided. */
const QUARTER = `CAST(raised_at - ((raised_at % ${QUARTER_MS}) + ${QUARTER_MS}) % ${QUARTER_MS} AS INTEGER)`;
export const RAISED_IN_STEP = `SELECT CAST(device_id AS BLOB) AS deviceId, ${QUARTER} AS quarter, count(*) AS count
  FROM alerts INDEXED BY alerts_by_raise
  WHERE (raised_at, rowid) > (?, ?) AND (raised_at, rowid) <= (?, ?)
  GROUP BY device_id, quarter`;

/** Known to have an index that is walked in order; ties are sorted by id. */
export function findQuery(filter: AlertFilter): { readonly sql: string; readonly values: readonly Bound[] } {
  const { states, deviceId, site, ids, before, limit } = filter;
  const wanted: [condition: string, ...values: Bound[]][] = [];
  if (ids !== undefined) wanted.push(['id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)]);
  if (deviceId !== undefined) wanted.push(['device_id = ?', deviceId]);
  if (site !== undefined) wanted.push(['site = ?', site]);
  if (states !== undefined)
    wanted.push(['state IN (SELECT value FROM json_each(?))', JSON.stringify(states)]);
  if (isOpenOnly(filter)) wanted.push([IS_OPEN]);
  if (before !== undefined) wanted.push(['(received_at, id) < (?, ?)', before.receivedAt, before.id]);
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}`;
  return {
    sql: `SELECT ${SELECT_ALERT} FROM alerts INDEXED BY ${indexFor(filter)} ${where}
      ORDER BY received_at DESC, id DESC LIMIT ?`,
    values: [...wanted.flatMap(([, ...values]) => values), limit],
  };
}

function isOpenOnly({ states }: AlertFilter): boolean {
  return states !== undefined && !states.includes('cleared-acknowledged');
}

function indexFor(filter: AlertFilter): string {
  if (filter.ids !== undefined) return 'alerts_by_id';
  if (filter.deviceId !== undefined) return 'alerts_by_device';
  if (isOpenOnly(filter)) return 'alerts_open';
  return filter.site === undefined ? 'alerts_by_receipt' : 'alerts_by_site';
}
