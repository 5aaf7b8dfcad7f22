/**
 * What a person can set without touching the environment, as one JSON file that is exported and imported whole:
 * time zones, queue groups, thresholds, boards and the device-to-queue mapping. The file is the whole truth: importing replaces all of it.
 */
import { z } from 'zod';
import { isTimeZone } from '../day';
import { boardSchema } from './board';
import { kpiKeySchema } from './kpi';

const timeZoneSchema = z
  .string()
  .max(64)
  .refine((name) => isTimeZone(name), 'not an IANA time zone, e.g. Europe/Berlin');
const externalIdSchema = z.string().min(1).max(64);

/** The zone whose midnight starts the day of these queues. The first rule that names a queue holds. */
export const timeZoneRuleSchema = z
  .strictObject({
    queueIds: z.array(externalIdSchema).max(20_000).optional(),
    divisionIds: z.array(externalIdSchema).max(2_000).optional(),
    timeZone: timeZoneSchema,
  })
  .describe('without queueIds and divisionIds: all queues');
export type TimeZoneRule = z.infer<typeof timeZoneRuleSchema>;

export const queueGroupSchema = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _ only'),
  name: z.string().min(1).max(60),
  queueIds: z.array(externalIdSchema).max(20_000),
});
export type QueueGroup = z.infer<typeof queueGroupSchema>;

/**
 * When a figure is worth a colour. The direction is the catalogue's (`better`). Values are in the figure's unit
 * (for `longestWaitSince`: ms of waiting). It is left again only `deadBand` on the good side of the value.
 */
export const thresholdRuleSchema = z.strictObject({
  kpi: kpiKeySchema,
  /** A subject's address; absent: wherever no rule of its own holds. */
  subject: z.string().min(1).max(300).optional(),
  warning: z.number().nullable(),
  critical: z.number().nullable(),
  deadBand: z.number().nonnegative(),
  /** How long it must hold before it is shown, and before it is taken back. */
  onDelayMs: z.number().int().nonnegative().max(3_600_000),
  offDelayMs: z.number().int().nonnegative().max(3_600_000),
  /** Ratios say nothing under this many interactions: `normal` until then. */
  minimumCount: z.number().int().nonnegative(),
});
export type ThresholdRule = z.infer<typeof thresholdRuleSchema>;

/**
 * Which queue a device's calls go to. A device belongs to the first rule that fits: to one queue, or to none. Each
 * condition is a text, with `*` for any characters (`thermo-*`); all that are given must fit, at least one is.
 */
export const deviceRuleSchema = z
  .strictObject({
    queueId: externalIdSchema,
    product: z.string().min(1).max(128).optional(),
    site: z.string().min(1).max(128).optional(),
    deviceId: z.string().min(1).max(128).optional(),
  })
  .refine(
    (rule) => rule.product !== undefined || rule.site !== undefined || rule.deviceId !== undefined,
    'product, site or deviceId is missing',
  );
export type DeviceRule = z.infer<typeof deviceRuleSchema>;
export const deviceRulesSchema = z.array(deviceRuleSchema).max(2_000);

/** Ids that occur twice, each with its path. */
function reportTwins(
  items: readonly { readonly id: string }[],
  name: string,
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (seen.has(id))
      context.addIssue({ code: 'custom', path: [name, index, 'id'], message: `“${id}” occurs twice` });
    seen.add(id);
  }
}

export const settingsSchema = z
  .strictObject({
    version: z.literal(1),
    timeZones: z.array(timeZoneRuleSchema).max(200),
    groups: z.array(queueGroupSchema).max(500),
    thresholds: z.array(thresholdRuleSchema).max(2_000),
    boards: z.array(boardSchema).max(200),
    /** Whether boards made from the queues stay beside these; absent: only where there are none of these. */
    madeBoards: z.boolean().optional(),
    /** Leaves short abandons out of both sides of the abandon rate. */
    excludeShortAbandons: z.boolean(),
    /** The device-to-queue mapping; absent in files of before there was one. */
    deviceRules: deviceRulesSchema.default([]),
  })
  .superRefine((settings, context) => {
    reportTwins(settings.groups, 'groups', context);
    reportTwins(settings.boards, 'boards', context);
  });
export type Settings = z.infer<typeof settingsSchema>;

/** What holds until somebody imports something: no groups, the built-in thresholds, boards made from the queues. */
export const EMPTY_SETTINGS: Settings = {
  version: 1,
  timeZones: [],
  groups: [],
  thresholds: [],
  boards: [],
  excludeShortAbandons: false,
  deviceRules: [],
};
