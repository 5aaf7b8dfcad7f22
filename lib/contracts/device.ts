/**
 * The customer's device as an agent sees it: REST, push and the widget say the same. Texts come from outside and are
 * text only; times are epoch ms.
 */
import { z } from 'zod';
import { lineSchema } from './line';

/** Serial number or the like, as the device cloud knows it. */
export const deviceKeySchema = lineSchema(128);
/** The customer's number at the company. */
export const accountSchema = lineSchema(64);
/** The number that calls, as the platform writes it: `tel:+35312345678` or `+35312345678`. */
export const aniSchema = z
  .string()
  .trim()
  .regex(/^(tel:)?\+?[0-9]{3,20}$/, 'a telephone number')
  .transform((text) => text.replace(/^tel:/, ''));
/** Of a conversation of the platform. */
export const interactionIdSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and - only');

/** `GET /v1/device/status?device_id=…|account=…|ani=…`: exactly one of them. */
export const deviceStatusQuerySchema = z
  .strictObject({
    device_id: deviceKeySchema.optional(),
    account: accountSchema.optional(),
    ani: aniSchema.optional(),
  })
  .refine((query) => Object.values(query).filter((value) => value !== undefined).length === 1, {
    error: 'give one of device_id, account and ani',
  });
export type DeviceStatusQuery = z.infer<typeof deviceStatusQuerySchema>;

/**
 * Why nothing is known now. `no-match`, `ambiguous`: of the caller; the device cloud was not asked for a status.
 * `not-told`: it was, and does not know it itself.
 */
export const TELEMETRY_REASONS = [
  'off',
  'no-match',
  'ambiguous',
  'not-found',
  'timeout',
  'unavailable',
  'unauthorised',
  'bad-answer',
  'not-told',
] as const;
export const telemetryReasonSchema = z.object({
  code: z.enum(TELEMETRY_REASONS),
  /** In words for the agent: “No device is known for this caller: ask for the serial number.” */
  message: z.string(),
});
export type TelemetryReason = z.infer<typeof telemetryReasonSchema>;

/** The answer of `GET /v1/device/status`, also what is pushed. `unknown` has a reason, and is not offline. */
export const telemetrySchema = z.object({
  /** `null`: not known which. */
  deviceId: z.string().nullable(),
  deviceStatus: z.enum(['online', 'offline', 'unknown']),
  /** Percent. */
  battery: z.number().min(0).max(100).nullable(),
  firmwareVersion: z.string().nullable(),
  lastSeen: z.number().nullable(),
  reason: telemetryReasonSchema.nullable(),
  /** When the device cloud said so. */
  asOf: z.number(),
});
export type Telemetry = z.infer<typeof telemetrySchema>;

/**
 * As the device cloud answers: `GET {DEVICE_API_URL}/devices/{device_id}/status`. A wrong value costs only itself; a
 * status is what it is asked for.
 */
export const cloudStatusSchema = z.object({
  status: z.string(),
  battery_level: z.number().nullish().catch(null),
  firmware_version: z.string().nullish().catch(null),
  /** ISO 8601 (without a zone: UTC), or epoch seconds or ms. */
  last_seen: z.union([z.string(), z.number()]).nullish().catch(null),
});
export type CloudStatus = z.infer<typeof cloudStatusSchema>;

/**
 * As the customer API answers: `GET {CUSTOMER_API_URL}/customers?account=…|ani=…|device_id=…`. One id that is
 * none makes the whole answer none: of two devices the other one would be taken for the only one.
 */
export const cloudCustomersSchema = z.object({
  customers: z
    .array(
      z.object({
        customer_id: accountSchema,
        account: z.string().nullish(),
        devices: z
          .array(z.object({ device_id: deviceKeySchema, product: z.string().nullish().catch(null) }))
          .max(500),
      }),
    )
    .max(50),
});
export type CloudCustomers = z.infer<typeof cloudCustomersSchema>;

/** `GET /api/v1/agent/device?conversationId=…`: whose device it is that this conversation is about. */
export const agentDeviceSchema = z.object({
  serverTime: z.number(),
  interactionId: z.string(),
  customerId: z.string().nullable(),
  telemetry: telemetrySchema,
});
export type AgentDevice = z.infer<typeof agentDeviceSchema>;

/** `auth` of a socket in the namespace `/device`. */
export const deviceHandshakeSchema = z.object({
  token: z.string().max(4096).optional(),
  conversationId: interactionIdSchema,
});
export type DeviceHandshake = z.infer<typeof deviceHandshakeSchema>;

/** What a page of the customer's own may post to the widget (`window.postMessage`), from an origin that is allowed. */
export const telemetryUpdateSchema = z.object({
  type: z.literal('TELEMETRY_UPDATE'),
  deviceId: deviceKeySchema,
  deviceStatus: z.enum(['online', 'offline', 'unknown']),
  battery: z.number().min(0).max(100).nullish(),
  firmwareVersion: z.string().max(128).nullish(),
  lastSeen: z.number().nullish(),
});
export type TelemetryUpdate = z.infer<typeof telemetryUpdateSchema>;
