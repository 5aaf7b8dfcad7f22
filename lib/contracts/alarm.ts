/**
 * Alarms: what is worth a person's eye on one floor, of figures past their limits, of devices and of faults, each once.
 * On-delay, dead-band and off-delay are the thresholds'. At most so many interrupt (sound, steer the pages) in so many
 * minutes; the others stand in their lines. Many at once are one line.
 */
import { z } from 'zod';
import { kpiKeySchema } from './kpi';
import { lineSchema } from './line';

/** `kpi:<subject>#<kpi>`, `devices:<group key>`, `fault:<cause>`, `flood`. */
export const alarmKeySchema = z.string().min(1).max(400);

export const alarmSchema = z.object({
  key: alarmKeySchema,
  kind: z.enum(['kpi', 'devices', 'fault']),
  level: z.enum(['critical', 'warning']),
  /** Of `kpi`; else `null`. */
  subject: z.string().nullable(),
  kpi: kpiKeySchema.nullable(),
  /** One phrase for people who do not see the board: webhooks, the log. */
  text: z.string(),
  since: z.number(),
  acknowledgement: z.object({ by: z.string().nullable(), at: z.number() }).nullable(),
  /** Since when nobody knows whether it lasts: its figure is stale or unknown. Absent: it is known. */
  unknownSince: z.number().optional(),
});
export type Alarm = z.infer<typeof alarmSchema>;

export const shelfSchema = z.object({
  key: alarmKeySchema,
  reason: z.string(),
  by: z.string().nullable(),
  since: z.number(),
  until: z.number(),
});
export type Shelf = z.infer<typeof shelfSchema>;

/** Sent as `alarms` to a board after its snapshot and whenever it is another, at most once a second: the whole of it. */
export const ALARMS_EVENT = 'alarms';
export const alarmsFrameSchema = z.object({
  serverTime: z.number(),
  /** Worst first; those on the shelf are not among them. */
  alarms: z.array(alarmSchema).max(50),
  more: z.number().int().nonnegative(),
  shelved: z.number().int().nonnegative(),
  /** More came in a short while than anybody reads: they are one. */
  flood: z.object({ count: z.number().int().positive(), since: z.number() }).nullable(),
  /** The one that interrupts now; screens sound and steer by it until `until`. */
  interruption: z.object({ key: alarmKeySchema, at: z.number(), until: z.number() }).nullable(),
  /** How many interrupted in the last ten minutes, whatever the budget's own time. */
  interruptions: z.number().int().nonnegative(),
});
export type AlarmsFrame = z.infer<typeof alarmsFrameSchema>;

/**
 * `GET /api/v1/alarms?boardId=…`: as that board's desk gets it, with what is on the shelf, and the worst of those that
 * are in the flood. Without `boardId`: the first board.
 */
export const alarmsResponseSchema = alarmsFrameSchema.extend({
  boardId: z.string(),
  flooded: z.array(alarmSchema).max(50),
  shelves: z.array(shelfSchema).max(200),
});
export type AlarmsResponse = z.infer<typeof alarmsResponseSchema>;

/**
 * `POST /api/v1/alarms/acknowledgements` → `{acknowledged}`. Those of devices are acknowledged as their group; `flood`
 * is all that is in the flood of `boardId`, or of every board.
 */
export const acknowledgeAlarmsSchema = z.strictObject({
  keys: z.array(alarmKeySchema).min(1).max(50),
  boardId: z.string().min(1).max(64).optional(),
});
/** `POST /api/v1/alarms/shelves`: out of sight for a while, with a reason; 201 `shelfSchema`. Audited. */
export const shelveSchema = z.strictObject({
  key: alarmKeySchema,
  minutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  reason: lineSchema(200),
});
export type ShelveWish = z.infer<typeof shelveSchema>;
/** `DELETE /api/v1/alarms/shelves?key=…`: back at once. */

/**
 * `GET`/`POST /api/v1/alarm-webhooks`: addresses that are told of alarms, replaced as a whole. The secret is never
 * told again. Each call is signed: `X-Floorcast-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`.
 */
export const webhookSchema = z.object({
  id: z.string().min(1).max(64),
  name: lineSchema(200),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  /** How the body is written: our own JSON, or a message for one of these. */
  format: z.enum(['json', 'teams', 'slack']),
  levels: z
    .array(z.enum(['critical', 'warning']))
    .min(1)
    .max(2),
  /** `null`: of all boards. */
  boardIds: z.array(z.string().min(1).max(64)).max(200).nullable(),
});
export type Webhook = z.infer<typeof webhookSchema>;
export const webhooksResponseSchema = z.object({
  revision: z.number().int().nonnegative(),
  /** Calls that had to give way to newer ones since the start, because a target did not take them. */
  dropped: z.number().int().nonnegative(),
  webhooks: z.array(
    webhookSchema.extend({
      hasSecret: z.boolean(),
      /** Calls that wait for it. */
      waiting: z.number().int().nonnegative(),
      lastSentAt: z.number().nullable(),
      /** Why the last try failed; `null`: it did not. */
      failure: z.string().nullable(),
    }),
  ),
});
export type WebhooksResponse = z.infer<typeof webhooksResponseSchema>;
export const saveWebhooksSchema = z.strictObject({
  revision: z.number().int().nonnegative(),
  /** `secret` absent: as it was. */
  webhooks: z.array(webhookSchema.extend({ secret: z.string().min(16).max(200).optional() })).max(20),
});
export type SaveWebhooks = z.infer<typeof saveWebhooksSchema>;
