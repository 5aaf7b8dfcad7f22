/**
 * Rows of alerts.db, to and fro. On the way back each is parsed: one that somebody else wrote, or a dying disk, is
 * `null` and harms only itself. Texts come as bytes (see stored-text), numbers as whatever is there.
 */
import { z } from 'zod';
import {
  alertLevelSchema,
  alertStateSchema,
  readingSchema,
  refusalReasonSchema,
} from '../../lib/contracts/alert';
import type { StoredAlert, StoredDelivery, StoredDevice, StoredRefusal } from './alert-ports';
import { type StoredBytes, textOf } from './stored-text';

/** What is bound to a statement. The driver ends the process for a boolean. */
export type Bound = string | number | null;

const text = z.string().nullable();
const number = z.number();

const alertSchema = z.object({
  id: z.string().min(1),
  deviceId: z.string(),
  sensorType: z.string(),
  level: alertLevelSchema,
  readingValue: readingSchema,
  product: text,
  firmwareVersion: text,
  site: text,
  deviceTime: number,
  raisedAt: number,
  receivedAt: number,
  clockSkewMs: number.nullable(),
  extra: text,
  state: alertStateSchema,
  clearedAt: number.nullable(),
  clearedBy: z.enum(['normal', 'threshold', 'age']).nullable(),
  acknowledgedAt: number.nullable(),
  acknowledgedBy: text,
  note: text,
});

const deviceSchema = z.object({
  deviceId: z.string(),
  product: text,
  firmwareVersion: text,
  site: text,
  connection: z.enum(['online', 'offline', 'unknown']),
  connectionSince: number.nullable(),
  lastAlertAt: number.nullable(),
  clockSkewMs: number.nullable(),
  clearedThrough: z.array(z.tuple([z.string(), number])),
});

const deliverySchema = z.object({
  alertId: z.string().min(1),
  deviceId: z.string(),
  level: alertLevelSchema,
  seq: number,
  raisedAt: number,
  attempts: number,
  state: z.enum(['waiting', 'dead', 'sent']),
  reason: text,
  changedAt: number,
});

const refusalSchema = z.object({
  id: z.string().min(1),
  at: number,
  topic: z.string(),
  reason: refusalReasonSchema,
  detail: z.string(),
  bytes: number,
  text: z.string(),
});

/** Columns in the order of the values below, the key first. */
export const ALERT_COLUMNS = [
  'id',
  'device_id',
  'site',
  'state',
  'received_at',
  'raised_at',
  'content',
] as const;
export const DEVICE_COLUMNS = ['id', 'content'] as const;
export const DELIVERY_COLUMNS = ['id', 'state', 'seq', 'changed_at', 'content'] as const;
export const REFUSAL_COLUMNS = ['id', 'content'] as const;

export function alertValues(alert: StoredAlert): Bound[] {
  const { id, deviceId, site, state, receivedAt, raisedAt, ...rest } = alert;
  return [id, deviceId, site, state, receivedAt, raisedAt, JSON.stringify(rest)];
}

export function deviceValues({ deviceId, ...rest }: StoredDevice): Bound[] {
  return [deviceId, JSON.stringify(rest)];
}

export function deliveryValues({ alertId, state, seq, changedAt, ...rest }: StoredDelivery): Bound[] {
  return [alertId, state, seq, changedAt, JSON.stringify(rest)];
}

export function refusalValues({ id, ...rest }: StoredRefusal): Bound[] {
  return [id, JSON.stringify(rest)];
}

/** Texts as bytes, numbers only where they are some, under the names that the rows have. */
const bytes = (column: string, name: string) => `CAST(${column} AS BLOB) AS ${name}`;
const numeric = (column: string, name: string) =>
  `CASE WHEN typeof(${column}) IN ('integer', 'real') THEN ${column} END AS ${name}`;

export const SELECT_ALERT = [
  bytes('id', 'id'),
  bytes('device_id', 'deviceId'),
  bytes('site', 'site'),
  bytes('state', 'state'),
  numeric('received_at', 'receivedAt'),
  numeric('raised_at', 'raisedAt'),
  bytes('content', 'content'),
].join(', ');
export const SELECT_DEVICE = `${bytes('id', 'deviceId')}, ${bytes('content', 'content')}`;
export const SELECT_DELIVERY = [
  bytes('id', 'alertId'),
  bytes('state', 'state'),
  numeric('seq', 'seq'),
  numeric('changed_at', 'changedAt'),
  bytes('content', 'content'),
].join(', ');
export const SELECT_REFUSAL = `${bytes('id', 'id')}, ${bytes('content', 'content')}`;

export type Row = Readonly<Record<string, StoredBytes | number | null>>;

export const toAlert = parser<StoredAlert>(alertSchema);
export const toDevice = parser<StoredDevice>(deviceSchema);
export const toDelivery = parser<StoredDelivery>(deliverySchema);
export const toRefusal = parser<StoredRefusal>(refusalSchema);

function parser<T>(schema: z.ZodType<T>): (row: Row) => T | null {
  return ({ content = null, ...columns }) => {
    const stored = contentOf(content);
    // The names are those of the selections above.
    for (const name in columns) stored[name] = plainValue(columns[name] ?? null);
    const parsed = schema.safeParse(stored);
    return parsed.success ? parsed.data : null;
  };
}

/** Empty where it is none: the schema then misses what it needs. */
function contentOf(stored: StoredBytes | number | null): Record<string, unknown> {
  const json = plainValue(stored);
  if (typeof json !== 'string') return {};
  try {
    const content: unknown = JSON.parse(json);
    // Whatever is in it, the schema says.
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return {};
  }
}

/** `undefined` for a text that is none: no schema takes it. */
function plainValue(stored: StoredBytes | number | null): string | number | null | undefined {
  if (stored === null || typeof stored === 'number') return stored;
  return textOf(stored) ?? undefined;
}
