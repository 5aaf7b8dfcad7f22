/**
 * A board: what one wall or one supervisor looks at. Pages of tiles, a queue table and trends, a strip that
 * stays on every page, the screen's size and farthest seat (the scale follows from them).
 */
import { z } from 'zod';
import { PLAIN_LINE } from '../plain-name';
import { alertLevelSchema } from './alert';
import { kpiKeySchema } from './kpi';
import { localeSchema } from './locale';

export const boardIdSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _ only');
const labelSchema = z.string().min(1).max(60);

export const tileSchema = z.object({
  id: boardIdSchema,
  subject: z.string().min(1).max(300),
  kpi: kpiKeySchema,
  label: labelSchema.optional(),
  /** A second figure after the value, e.g. available *of* on-queue. */
  of: kpiKeySchema.optional(),
  hero: z.boolean().optional(),
});
export type Tile = z.infer<typeof tileSchema>;

export const tableSchema = z.object({
  id: boardIdSchema,
  /** Subjects in the order that holds among equals; `queues` = every queue the server knows. */
  subjects: z.union([z.literal('queues'), z.array(z.string().min(1).max(300)).max(2000)]),
  columns: z.array(kpiKeySchema).min(1).max(40),
});
export type BoardTable = z.infer<typeof tableSchema>;

/** `minute`: a sample a minute of a gauge. `halfHour`: one point per half hour of today. */
export const trendEverySchema = z.enum(['minute', 'halfHour']);
export const trendSchema = z.object({
  id: boardIdSchema,
  subject: z.string().min(1).max(300),
  kpi: kpiKeySchema,
  every: trendEverySchema,
  label: labelSchema.optional(),
});
export type Trend = z.infer<typeof trendSchema>;

/** Words that somebody wrote for this page: lines of text, nothing else. */
export const textBlockSchema = z.object({
  id: boardIdSchema,
  text: z
    .string()
    .max(280)
    .refine(
      (text) => text.trim() !== '' && text.split('\n').every((line) => PLAIN_LINE.test(line)),
      'lines of text',
    ),
  large: z.boolean().optional(),
});
export type TextBlock = z.infer<typeof textBlockSchema>;

/** The groups of devices' alerts as a panel of the page; absent lists: all of them. */
export const alertPanelSchema = z.object({
  id: boardIdSchema,
  levels: z.array(alertLevelSchema).min(1).max(3).optional(),
  queueIds: z.array(z.string().min(1).max(64)).max(200).optional(),
});
export type AlertPanel = z.infer<typeof alertPanelSchema>;

/** Devices as counts by site: how many there are, offline, with alerts. */
export const devicePanelSchema = z.object({
  id: boardIdSchema,
  sites: z.array(z.string().min(1).max(128)).max(50).optional(),
});
export type DevicePanel = z.infer<typeof devicePanelSchema>;

/** A span of the day by the board's clock; past midnight where `to` is not after `from`. Days: 1 Monday … 7 Sunday. */
export const daySpanSchema = z.object({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 20:00'),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 07:00'),
  /** The days on which it begins; absent: every day. */
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7).optional(),
});
export type DaySpan = z.infer<typeof daySpanSchema>;

/** What an interrupting alert does to pages that take turns: nothing; they stop; or the page that shows it comes. */
export const rotationSchema = z.object({
  onAlert: z.enum(['go-on', 'stop', 'steer']),
  /** For how long. */
  holdSeconds: z.number().int().min(5).max(600),
});
export type Rotation = z.infer<typeof rotationSchema>;

/** A sound for interrupting alerts; in quiet hours none. */
export const soundSchema = z.object({
  mode: z.enum(['off', 'once', 'times', 'until-acknowledged']),
  times: z.number().int().min(1).max(10),
  /** Percent. */
  volume: z.number().int().min(1).max(100),
});
export type Sound = z.infer<typeof soundSchema>;

/** Percent of the full brightness in a span of the day. */
export const dimmingSchema = z.object({ span: daySpanSchema, percent: z.number().int().min(10).max(100) });
export type Dimming = z.infer<typeof dimmingSchema>;

/**
 * What screens of this board get to know; desks of supervisors get everything. Decided on the server. Absent: no
 * names, no smallest group, nothing delayed.
 */
export const audienceSchema = z.object({
  /** Of people: who has taken an alert, who wrote an announcement. */
  names: z.enum(['none', 'initials', 'full']),
  /** Figures of agents that stand for fewer people than this are left out; 0: none is. */
  minimumGroup: z.number().int().min(0).max(50),
  /** One who waits alone is shown only after this time. */
  loneWaiterDelaySeconds: z.number().int().min(0).max(600),
});
export type Audience = z.infer<typeof audienceSchema>;
export const DEFAULT_AUDIENCE: Audience = { names: 'none', minimumGroup: 0, loneWaiterDelaySeconds: 0 };

/** How many alerts may interrupt a floor, in how many minutes, and from how many devices on a group is one of them. */
export const alertBudgetSchema = z.object({
  most: z.number().int().min(0).max(20),
  minutes: z.number().int().min(1).max(120),
  /** Absent: three. One device that is ill is its owner's trouble, and in the figures. */
  devicesFrom: z.number().int().min(1).max(1000).optional(),
});
export type AlertBudget = z.infer<typeof alertBudgetSchema>;
export const DEFAULT_DEVICES_FROM = 3;
export const DEFAULT_ALERT_BUDGET: AlertBudget = { most: 1, minutes: 10 };

export const pageSchema = z.object({
  id: boardIdSchema,
  title: labelSchema,
  /** How long the page stays before the next one. */
  seconds: z.number().int().min(5).max(600),
  tiles: z.array(tileSchema).max(12),
  table: tableSchema.nullable(),
  trends: z.array(trendSchema).max(4),
  texts: z.array(textBlockSchema).max(4).optional(),
  alerts: alertPanelSchema.optional(),
  devices: devicePanelSchema.optional(),
});
export type BoardPage = z.infer<typeof pageSchema>;

export const boardSchema = z.object({
  id: boardIdSchema,
  name: labelSchema,
  /** IANA zone of the clock and of "as of". */
  timeZone: z.string().min(1).max(64),
  /** Deltas within this time are merged. */
  cadenceMs: z.number().int().min(100).max(5000),
  screen: z.object({
    diagonalInches: z.number().min(5).max(200),
    distanceMetres: z.number().min(0.3).max(30),
  }),
  /** Tiles that stay on every page that is not made of tiles. */
  strip: z.array(tileSchema).max(6),
  pages: z.array(pageSchema).min(1).max(12),
  /** Absent: pages go on taking turns. */
  rotation: rotationSchema.optional(),
  /** Absent: no sound. */
  sound: soundSchema.optional(),
  quietHours: z.array(daySpanSchema).max(8).optional(),
  dimming: z.array(dimmingSchema).max(8).optional(),
  audience: audienceSchema.optional(),
  alertBudget: alertBudgetSchema.optional(),
  /** Of its screens' words and numbers; absent: the server's own. */
  locale: localeSchema.optional(),
  /** Of its screens, where the address line says nothing; absent: dark. */
  theme: z.enum(['dark', 'light']).optional(),
});
export type Board = z.infer<typeof boardSchema>;
