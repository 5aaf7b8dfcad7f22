/**
 * How alerts lie in Redis. A row is a hash field, id → a head and its JSON: `o` (open) or `c` (closed), when it was
 * received, when it was raised, its number in the order of being stored, device and site, with a space after each. What
 * is searched by are sorted sets of one score, whose members begin with what they are sorted by and end in the id: they
 * are walked from any place. The head says in which of them a row is, also to a script, and also where the JSON is
 * damaged; an entry that the head of its row does not bear out is nobody's.
 */
import { sharedKey } from '../../redis/keys';
import type { StoredAlert, StoredDelivery } from '../alert-ports';
import { orderKey } from './order-key';

export const ALERTS = {
  rows: sharedKey('alerts', 'rows'),
  open: sharedKey('alerts', 'open'),
  closed: sharedKey('alerts', 'closed'),
  byDevice: sharedKey('alerts', 'by-device'),
  bySite: sharedKey('alerts', 'by-site'),
  raised: sharedKey('alerts', 'raised'),
  numbers: sharedKey('alerts', 'numbers'),
  devices: sharedKey('alerts', 'devices'),
  deviceIds: sharedKey('alerts', 'device-ids'),
  deliveries: sharedKey('alerts', 'deliveries'),
  waiting: sharedKey('alerts', 'waiting'),
  dead: sharedKey('alerts', 'dead'),
  refusals: sharedKey('alerts', 'refusals'),
  refusalOrder: sharedKey('alerts', 'refusal-order'),
  refusalCounts: sharedKey('alerts', 'refusal-counts'),
} as const;

/** Part of a member, of characters that sort before none of their own. */
export function nameKey(name: string | null): string {
  return name === null ? '-' : Buffer.from(name, 'utf8').toString('base64url');
}

/** The head in two parts: the script puts the number between them. */
export function alertHead(alert: StoredAlert): readonly [before: string, after: string] {
  const { state, receivedAt, raisedAt, deviceId, site } = alert;
  const openness = state === 'cleared-acknowledged' ? 'c' : 'o';
  return [
    `${openness} ${orderKey(receivedAt)} ${orderKey(raisedAt)} `,
    ` ${nameKey(deviceId)} ${nameKey(site)} `,
  ];
}

/** Of a delivery: what it waits as, and its place there. */
export function deliveryHead({ state, seq, changedAt }: StoredDelivery): string {
  if (state === 'waiting') return `w ${orderKey(seq)} `;
  return state === 'dead' ? `d ${orderKey(changedAt)}${orderKey(seq)} ` : 's - ';
}

export interface AlertHead {
  readonly openness: string;
  readonly received: string;
  readonly raised: string;
  readonly number: string;
  readonly device: string;
  readonly site: string;
  readonly json: string;
}

const HEAD = /^([oc]) ([0-9a-f]{16}) ([0-9a-f]{16}) (\d{15}) (\S*) (\S*) /;

/** `null`: nobody of ours wrote it. */
export function readAlertHead(row: string): AlertHead | null {
  const parts = HEAD.exec(row);
  if (parts === null) return null;
  const [whole, openness = '', received = '', raised = '', number = '', device = '', site = ''] = parts;
  return { openness, received, raised, number, device, site, json: row.slice(whole.length) };
}

/** Where rows are walked: the set, what all members of the walk begin with, and how long a member is before its id. */
export interface Walk {
  readonly index: string;
  readonly prefix: string;
  readonly skip: number;
  /** The member that a row with that head has there; `null`: it has none. */
  member(head: AlertHead, id: string): string | null;
}

const TIME_LENGTH = 17;
const NUMBER_LENGTH = 16;

export const OPEN_WALK = receiptWalk('o', ALERTS.open);
export const CLOSED_WALK = receiptWalk('c', ALERTS.closed);
export const RAISED_WALK: Walk = {
  ...{ index: ALERTS.raised, prefix: '', skip: TIME_LENGTH + NUMBER_LENGTH },
  member: ({ raised, number }, id) => `${raised} ${number} ${id}`,
};

export function deviceWalk(deviceId: string): Walk {
  const prefix = `${nameKey(deviceId)} `;
  return {
    ...{ index: ALERTS.byDevice, prefix, skip: prefix.length + TIME_LENGTH },
    member: ({ device, received }, id) => `${device} ${received} ${id}`,
  };
}

export function siteWalk(site: string): Walk {
  const prefix = `${nameKey(site)} `;
  return {
    ...{ index: ALERTS.bySite, prefix, skip: prefix.length + TIME_LENGTH },
    member: (head, id) => (head.site === '-' ? null : `${head.site} ${head.received} ${id}`),
  };
}

function receiptWalk(openness: 'o' | 'c', index: string): Walk {
  return {
    ...{ index, prefix: '', skip: TIME_LENGTH },
    member: (head, id) => (head.openness === openness ? `${head.received} ${id}` : null),
  };
}
