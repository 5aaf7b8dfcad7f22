/**
 * Alerts of devices: what a device publishes over MQTT, what the ledger holds of it, and the REST shapes of alerts,
 * refused messages, deliveries into Genesys, devices and faults. Times are epoch ms. Ids, names and levels come from
 * devices: they are text, never keys of plain objects.
 */
import { z } from 'zod';
import { lineSchema } from './line';

/** Worst first. `normal` is no level of an alert: it clears. */
export const ALERT_LEVELS = ['critical', 'warning', 'info'] as const;
export const alertLevelSchema = z.enum(ALERT_LEVELS);
export type AlertLevel = z.infer<typeof alertLevelSchema>;

export const deviceIdSchema = lineSchema(128);

/** `active-…`: raised and not cleared. Nothing leaves the screen before it is both cleared and acknowledged. */
export const ALERT_STATES = [
  'active-unacknowledged',
  'active-acknowledged',
  'cleared-unacknowledged',
  'cleared-acknowledged',
] as const;
export const alertStateSchema = z.enum(ALERT_STATES);
export type AlertState = z.infer<typeof alertStateSchema>;

/** What has become of handing an alert on. `none`: its level is not passed on. */
export const deliveryStateSchema = z.enum(['none', 'waiting', 'sent', 'dead']);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

export const readingSchema = z.union([z.number(), z.string().max(200), z.boolean()]).nullable();

export const alertRecordSchema = z.object({
  /** The ledger's own. */
  id: z.string().min(1).max(64),
  deviceId: z.string(),
  sensorType: z.string(),
  level: alertLevelSchema,
  readingValue: readingSchema,
  product: z.string().nullable(),
  firmwareVersion: z.string().nullable(),
  site: z.string().nullable(),
  /** Where the device-to-queue mapping puts it now; `null`: nowhere. */
  queueId: z.string().nullable(),
  /** By the device's clock where that is believable, else when it was received. */
  raisedAt: z.number(),
  receivedAt: z.number(),
  /** How far the device's clock is ahead (> 0) or behind, where it is not believable; else `null`. */
  clockSkewMs: z.number().nullable(),
  state: alertStateSchema,
  clearedAt: z.number().nullable(),
  clearedBy: z.enum(['normal', 'threshold', 'age']).nullable(),
  acknowledgement: z.object({ by: z.string(), at: z.number(), note: z.string() }).nullable(),
  delivery: deliveryStateSchema,
});
export type AlertRecord = z.infer<typeof alertRecordSchema>;

/**
 * Alerts with one cause, as one line: same sensor, level, product, firmware and queue. "412 devices, product X,
 * firmware 3.2: lost heartbeat, since 09:41". A single alert is a group of one device, whose id is given.
 */
export const alertGroupSchema = z.object({
  /** Names the group while it lasts: acknowledging it takes all that is in it then. */
  key: z.string().min(1).max(64),
  level: alertLevelSchema,
  sensorType: z.string(),
  product: z.string().nullable(),
  firmwareVersion: z.string().nullable(),
  queueId: z.string().nullable(),
  devices: z.number().int(),
  alerts: z.number().int(),
  unacknowledged: z.number().int(),
  /** Of these, still active. */
  active: z.number().int(),
  /** Only where it is one device. */
  deviceId: z.string().nullable(),
  /** The only site, where there is one. */
  site: z.string().nullable(),
  since: z.number(),
  /** Who took all of it last, where nothing is unacknowledged. */
  acknowledgedBy: z.string().nullable(),
});
export type AlertGroup = z.infer<typeof alertGroupSchema>;

/** Devices' alerts rise against their usual rate, and the mapped queue's offered calls follow. */
export const faultSchema = z.object({
  id: z.string().min(1).max(64),
  queueId: z.string(),
  queueName: z.string(),
  /** Which devices: what those that rose have in common. */
  product: z.string().nullable(),
  firmwareVersion: z.string().nullable(),
  site: z.string().nullable(),
  sensorType: z.string().nullable(),
  devices: z.number().int(),
  /** How many times their own usual rate, and the queue's. */
  alertsTimesUsual: z.number(),
  callsTimesUsual: z.number(),
  alertsSince: z.number(),
  /** Where `leadMinutes` is `null`: at the latest; it was before Floorcast saw this queue's calls minute by minute. */
  callsSince: z.number(),
  /** How many minutes the devices were ahead of the calls; `null`: not known. */
  leadMinutes: z.number().int().nullable(),
  /** `null`: it lasts. */
  endedAt: z.number().nullable(),
});
export type Fault = z.infer<typeof faultSchema>;

/** How handing on is going. `off`: no address is configured. `open`: the target failed, it waits; `probing`: one try. */
export const forwardingSchema = z.object({
  state: z.enum(['off', 'closed', 'open', 'probing']),
  since: z.number(),
  backlog: z.number().int(),
  /** When the oldest that waits was raised. */
  oldestAt: z.number().nullable(),
  dead: z.number().int(),
  /** `null`: not since the last start. */
  lastSentAt: z.number().nullable(),
});
export type Forwarding = z.infer<typeof forwardingSchema>;

/**
 * Pushed as `alerts` to every board after its snapshot and when it changes, at most once a second: the whole of it,
 * worst first. `more`: groups beyond those listed.
 */
export const alertsFrameSchema = z.object({
  serverTime: z.number(),
  groups: z.array(alertGroupSchema).max(50),
  more: z.number().int(),
  faults: z.array(faultSchema).max(10),
  forwarding: forwardingSchema,
});
export type AlertsFrame = z.infer<typeof alertsFrameSchema>;

/** `GET /api/v1/alerts`: newest first. */
export const alertsQuerySchema = z.object({
  state: z.enum(['open', 'active', 'unacknowledged', 'all']).default('open'),
  queueId: z.string().min(1).max(64).optional(),
  site: z.string().min(1).max(128).optional(),
  deviceId: z.string().min(1).max(128).optional(),
  group: z.string().min(1).max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z.string().min(1).max(64).optional(),
});
export type AlertsQuery = z.infer<typeof alertsQuerySchema>;
export const alertsResponseSchema = z.object({
  serverTime: z.number(),
  alerts: z.array(alertRecordSchema),
  /** For `before`; `null`: that was all. */
  next: z.string().nullable(),
});
export type AlertsResponse = z.infer<typeof alertsResponseSchema>;

/** `GET /api/v1/alerts/groups`: the frame that boards get, for pages without a board. */
export const alertGroupsResponseSchema = alertsFrameSchema;

/** `POST /api/v1/alerts/acknowledgements`: single alerts, or all that is in a group now. */
export const acknowledgeSchema = z
  .strictObject({
    ids: z.array(z.string().min(1).max(64)).min(1).max(1_000).optional(),
    group: z.string().min(1).max(64).optional(),
    note: z.union([z.literal(''), lineSchema(200)]).default(''),
  })
  .refine((wish) => (wish.ids === undefined) !== (wish.group === undefined), 'either ids or group');
export type AcknowledgeWish = z.infer<typeof acknowledgeSchema>;
/** Those that were there and unacknowledged. */
export const acknowledgedSchema = z.object({ acknowledged: z.number().int() });

/** Why a message of a device was refused. */
export const REFUSAL_REASONS = ['too-large', 'not-text', 'not-json', 'wrong-shape', 'topic'] as const;
export const refusalReasonSchema = z.enum(REFUSAL_REASONS);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

/** `GET /api/v1/alerts/refused`: newest first; the last 1,000 are kept. */
export const refusedMessageSchema = z.object({
  id: z.string(),
  at: z.number(),
  topic: z.string(),
  reason: refusalReasonSchema,
  /** In one sentence, e.g. which field. */
  detail: z.string(),
  bytes: z.number().int(),
  /** Its beginning as text, control characters made visible. */
  text: z.string().max(8_192),
});
export type RefusedMessage = z.infer<typeof refusedMessageSchema>;
export const refusedResponseSchema = z.object({
  serverTime: z.number(),
  /** Since the ledger was made, by reason. */
  counts: z.array(z.object({ reason: refusalReasonSchema, count: z.number().int() })),
  messages: z.array(refusedMessageSchema),
});
export type RefusedResponse = z.infer<typeof refusedResponseSchema>;

/** `GET /api/v1/alert-deliveries`: what could not be handed on, newest first. */
export const deadDeliverySchema = z.object({
  alert: alertRecordSchema,
  reason: z.string(),
  attempts: z.number().int(),
  diedAt: z.number(),
});
export type DeadDelivery = z.infer<typeof deadDeliverySchema>;
export const deliveriesResponseSchema = z.object({
  serverTime: z.number(),
  forwarding: forwardingSchema,
  dead: z.array(deadDeliverySchema),
});
export type DeliveriesResponse = z.infer<typeof deliveriesResponseSchema>;
/** `POST /api/v1/alert-deliveries/retries`: sends these again, once more with all attempts. */
export const retryDeliveriesSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(64)).min(1).max(500),
});
export const retriedSchema = z.object({ queued: z.number().int() });

/** `GET /api/v1/devices`: by site, the troubled first. */
export const deviceSchema = z.object({
  deviceId: z.string(),
  product: z.string().nullable(),
  firmwareVersion: z.string().nullable(),
  site: z.string().nullable(),
  queueId: z.string().nullable(),
  connection: z.enum(['online', 'offline', 'unknown']),
  connectionSince: z.number().nullable(),
  /** Active alerts by level. */
  critical: z.number().int(),
  warning: z.number().int(),
  info: z.number().int(),
  lastAlertAt: z.number().nullable(),
  /** Its clock is not believable. */
  clockSkewMs: z.number().nullable(),
});
export type Device = z.infer<typeof deviceSchema>;
export const devicesResponseSchema = z.object({
  serverTime: z.number(),
  sites: z.array(
    z.object({ site: z.string().nullable(), total: z.number().int(), devices: z.array(deviceSchema) }),
  ),
});
export type DevicesResponse = z.infer<typeof devicesResponseSchema>;
