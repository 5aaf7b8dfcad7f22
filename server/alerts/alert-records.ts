/**
 * Alerts as people read them, page by page: newest first. What is asked by queue or group is looked for among the open
 * ones in memory, for the store knows neither; all else, and all that is closed, in the store.
 */
import type { AlertRecord, AlertState, AlertsQuery, DeliveryState } from '../../lib/contracts/alert';
import type { AlertFilter, AlertStore, StoredAlert } from '../store/alert-ports';
import { isActive, isUnacknowledged } from './alert-state';
import { topOf } from './top-of';

export interface RecordsOptions {
  readonly store: AlertStore;
  readonly queueOf: (deviceId: string) => string | null;
  readonly open: () => Iterable<StoredAlert>;
  readonly members: (group: string) => Iterable<StoredAlert>;
}

export interface RecordsPage {
  readonly alerts: readonly AlertRecord[];
  /** `null`: that was all. */
  readonly next: string | null;
}

type Cursor = NonNullable<AlertFilter['before']>;

const STATES: Readonly<Record<AlertsQuery['state'], readonly AlertState[] | null>> = {
  all: null,
  open: ['active-unacknowledged', 'active-acknowledged', 'cleared-unacknowledged'],
  active: ['active-unacknowledged', 'active-acknowledged'],
  unacknowledged: ['active-unacknowledged', 'cleared-unacknowledged'],
};
/** Rows read for one page at most, where most of them are of other queues; the next page goes on. */
const MAX_STEPS = 20;
const STEP_ROWS = 500;

export async function findRecords(query: AlertsQuery, options: RecordsOptions): Promise<RecordsPage> {
  const before = query.before === undefined ? undefined : parseCursor(query.before);
  // A page that never was has nothing after it.
  if (before === null) return { alerts: [], next: null };
  const isInMemory = query.group !== undefined || (query.queueId !== undefined && query.state !== 'all');
  const { rows, next } = isInMemory
    ? fromMemory(query, before, options)
    : await fromStore(query, before, options);
  return { alerts: await recordsOf(rows, options), next };
}

/** With what has become of handing them on. */
export async function recordsOf(
  rows: readonly StoredAlert[],
  { store, queueOf }: Pick<RecordsOptions, 'store' | 'queueOf'>,
): Promise<AlertRecord[]> {
  const deliveries = rows.length === 0 ? [] : await store.delivery(rows.map(({ id }) => id));
  const states = new Map(deliveries.map(({ alertId, state }) => [alertId, state]));
  return rows.map((row) => recordOf(row, queueOf(row.deviceId), states.get(row.id) ?? 'none'));
}

interface Rows {
  readonly rows: readonly StoredAlert[];
  readonly next: string | null;
}

function fromMemory(query: AlertsQuery, before: Cursor | undefined, options: RecordsOptions): Rows {
  const source = query.group === undefined ? options.open() : options.members(query.group);
  const fitting = filtered(source, (alert) => {
    if (before !== undefined && compareNewest(alert, before) <= 0) return false;
    return fits(alert, query, options);
  });
  return pageOf(topOf(fitting, query.limit + 1, compareNewest), query.limit);
}

async function fromStore(
  query: AlertsQuery,
  before: Cursor | undefined,
  options: RecordsOptions,
): Promise<Rows> {
  const filter = filterOf(query);
  const size = query.queueId === undefined ? query.limit + 1 : STEP_ROWS;
  const found: StoredAlert[] = [];
  let from = before;
  for (let step = 0; step < MAX_STEPS; step++) {
    const rows = await options.store.find({ ...filter, limit: size, ...(from && { before: from }) });
    for (const row of rows) if (fits(row, query, options)) found.push(row);
    if (found.length > query.limit || rows.length < size) return pageOf(found, query.limit);
    from = rows.at(-1);
  }
  return { rows: found, next: from === undefined ? null : cursorOf(from) };
}

function filterOf({ state, deviceId, site }: AlertsQuery): Omit<AlertFilter, 'limit' | 'before'> {
  const states = STATES[state];
  return {
    ...(states !== null && { states }),
    ...(deviceId !== undefined && { deviceId }),
    ...(site !== undefined && { site }),
  };
}

function fits(alert: StoredAlert, query: AlertsQuery, { queueOf }: RecordsOptions): boolean {
  if (query.state === 'active' && !isActive(alert.state)) return false;
  if (query.state === 'unacknowledged' && !isUnacknowledged(alert.state)) return false;
  if (query.deviceId !== undefined && alert.deviceId !== query.deviceId) return false;
  if (query.site !== undefined && alert.site !== query.site) return false;
  return query.queueId === undefined || queueOf(alert.deviceId) === query.queueId;
}

/** `found`: one more than the page where there is one. */
function pageOf(found: readonly StoredAlert[], limit: number): Rows {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

function compareNewest(a: Cursor, b: Cursor): number {
  if (a.receivedAt !== b.receivedAt) return b.receivedAt - a.receivedAt;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}

function cursorOf({ receivedAt, id }: Cursor): string {
  return `${receivedAt}.${id}`;
}

function parseCursor(text: string): Cursor | null {
  const match = /^(\d{1,16})\.(.+)$/.exec(text);
  return match === null ? null : { receivedAt: Number(match[1]), id: match[2] ?? '' };
}

function recordOf(row: StoredAlert, queueId: string | null, delivery: DeliveryState): AlertRecord {
  const { deviceTime: _, extra: __, acknowledgedAt: at, acknowledgedBy: by, note, ...shown } = row;
  const acknowledgement = at === null ? null : { by: by ?? '', at, note: note ?? '' };
  return { ...shown, queueId, acknowledgement, delivery };
}

function* filtered<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (isWanted(item)) yield item;
}
