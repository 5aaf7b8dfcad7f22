/** What is read of the tables of alerts, and where a search walks. Pure. */
import type { AlertFilter, StoredAlert, StoredDelivery, StoredDevice, StoredRefusal } from '../alert-ports';
import { toAlert, toDelivery, toDevice, toRefusal } from '../alert-rows';
import {
  ALERTS,
  CLOSED_WALK,
  deviceWalk,
  OPEN_WALK,
  RAISED_WALK,
  readAlertHead,
  siteWalk,
  type Walk,
} from './alert-index';
import { orderedNumber, orderKey } from './order-key';
import { BACKWARDS, type Stretch, type Table } from './table-reader';

const QUARTER_MS = 900_000;

export function alertTable(walk: Walk): Table<StoredAlert> {
  return {
    ...{ name: 'alerts', index: walk.index, rows: ALERTS.rows, skip: walk.skip },
    parse(row, member) {
      const head = readAlertHead(row);
      if (head === null) return null;
      return walk.member(head, member.slice(walk.skip)) === member ? alertOf(row) : 'stray';
    },
  };
}

export function alertOf(row: string): StoredAlert | null {
  const head = readAlertHead(row);
  return head === null ? null : toAlert({ content: Buffer.from(head.json) });
}

export interface Raise {
  readonly deviceId: string;
  readonly quarter: number;
  readonly count: number;
}

/** By the heads of rows alone. */
export const RAISE_TABLE: Table<Raise> = {
  ...{ ...alertTable(RAISED_WALK), isHeadsOnly: true },
  parse(row, member) {
    const head = readAlertHead(row);
    if (head === null) return null;
    if (RAISED_WALK.member(head, member.slice(RAISED_WALK.skip)) !== member) return 'stray';
    const deviceId = Buffer.from(head.device, 'base64url').toString('utf8');
    return { deviceId, quarter: Math.floor(orderedNumber(head.raised) / QUARTER_MS) * QUARTER_MS, count: 1 };
  },
};

export const DEVICE_TABLE: Table<StoredDevice> = {
  ...{ name: 'devices', index: ALERTS.deviceIds, rows: ALERTS.devices, skip: 0 },
  parse: (row) => toDevice({ content: Buffer.from(row) }),
};

export const WAITING_TABLE = deliveryTable('w', ALERTS.waiting);
export const DEAD_TABLE = deliveryTable('d', ALERTS.dead);

export function deliveryOf(row: string): StoredDelivery | null {
  const head = DELIVERY_HEAD.exec(row);
  return head === null ? null : toDelivery({ content: Buffer.from(row.slice(head[0].length)) });
}

export const REFUSAL_TABLE: Table<StoredRefusal> = {
  ...{ name: 'refusals', index: ALERTS.refusalOrder, rows: ALERTS.refusals, skip: 16 },
  parse: (row) => toRefusal({ content: Buffer.from(row) }),
};

const DELIVERY_HEAD = /^([wds]) (\S+) /;

function deliveryTable(kind: 'w' | 'd', index: string): Table<StoredDelivery> {
  const skip = kind === 'w' ? 17 : 33;
  return {
    ...{ name: 'deliveries', index, rows: ALERTS.deliveries, skip },
    parse(row, member) {
      const [, found, order] = DELIVERY_HEAD.exec(row) ?? [];
      if (found === undefined) return null;
      return found === kind && `${order} ` === member.slice(0, skip) ? deliveryOf(row) : 'stray';
    },
  };
}

/** The fewest that hold all that is wanted. */
export function walksFor({ deviceId, site, states }: AlertFilter): readonly Walk[] {
  if (deviceId !== undefined) return [deviceWalk(deviceId)];
  if (site !== undefined) return [siteWalk(site)];
  const isOpen = states?.some((state) => state !== 'cleared-acknowledged') ?? true;
  const isClosed = states?.includes('cleared-acknowledged') ?? true;
  return [...(isOpen ? [OPEN_WALK] : []), ...(isClosed ? [CLOSED_WALK] : [])];
}

/** Newest first, from `before` on. */
export function stretchOf({ prefix }: Walk, { before }: AlertFilter): Stretch {
  // '!' is what comes after a space.
  const end = prefix === '' ? '+' : `(${prefix.slice(0, -1)}!`;
  const from = before === undefined ? end : `(${prefix}${orderKey(before.receivedAt)} ${before.id}`;
  return { ...BACKWARDS, from, to: `[${prefix}` };
}

export function isWanted(alert: StoredAlert, { states, deviceId, site, ids, before }: AlertFilter): boolean {
  if (states !== undefined && !states.includes(alert.state)) return false;
  if (deviceId !== undefined && alert.deviceId !== deviceId) return false;
  if (site !== undefined && alert.site !== site) return false;
  if (ids !== undefined && !ids.includes(alert.id)) return false;
  return before === undefined || newestFirst(before, alert) < 0;
}

type Place = Pick<StoredAlert, 'receivedAt' | 'id'>;

/** As members are sorted: ids by their bytes. */
export function newestFirst(a: Place, b: Place): number {
  return b.receivedAt - a.receivedAt || Buffer.compare(Buffer.from(b.id), Buffer.from(a.id));
}
