/**
 * What a node that has no devices of its own knows of them at once: the picture that the owner of `alerts` sends, whole
 * at first and then by the parts that are others; and what it asks the owner for. Both sides read it by these schemas.
 */
import { z } from 'zod';
import {
  alertGroupSchema,
  alertRecordSchema,
  alertsFrameSchema,
  deadDeliverySchema,
  devicesResponseSchema,
  faultSchema,
  forwardingSchema,
  refusedResponseSchema,
} from '../../../lib/contracts/alert';
import { deviceRulesSchema } from '../../../lib/contracts/settings';
import { siteCountsSchema } from '../../../lib/contracts/site-counts';

export const ALERTS_DUTY = 'alerts';
export const PICTURE = 'picture';

export const alertPictureSchema = z.object({
  frame: alertsFrameSchema.omit({ serverTime: true }),
  groups: z.array(alertGroupSchema),
  known: z.object({ faults: z.array(faultSchema), isWhole: z.boolean() }),
  siteCounts: z.object({ sites: z.array(siteCountsSchema), more: z.number().int() }),
  rules: deviceRulesSchema,
});
export type AlertPicture = z.infer<typeof alertPictureSchema>;
export const alertPartsSchema = alertPictureSchema.partial();
export type AlertParts = z.infer<typeof alertPartsSchema>;

/** What the owner answers, by method. */
export const alertAnswers = {
  find: z.object({ alerts: z.array(alertRecordSchema), next: z.string().nullable() }),
  acknowledge: z.number().int(),
  refused: refusedResponseSchema.omit({ serverTime: true }),
  deliveries: z.object({ forwarding: forwardingSchema, dead: z.array(deadDeliverySchema) }),
  retry: z.number().int(),
  devices: devicesResponseSchema.shape.sites,
  setRules: z.null(),
};
