/** REST answers under /api/v1, /healthz and /readyz. */
import { z } from 'zod';
import { kpiKeySchema, kpiValueSchema } from './kpi';
import { sourcesSchema } from './source';

export const kpisResponseSchema = z.object({
  serverTime: z.number(),
  sources: sourcesSchema,
  queues: z.array(
    z.object({
      queueId: z.string(),
      name: z.string(),
      /** `null`: over all media types. */
      mediaType: z.string().nullable(),
      values: z.partialRecord(kpiKeySchema, kpiValueSchema),
    }),
  ),
});
export type KpisResponse = z.infer<typeof kpisResponseSchema>;

export const kpisQuerySchema = z.object({
  queueId: z.string().min(1).max(64).optional(),
  /** A media type; `all` for the figures over all media types only. Absent: every row. */
  mediaType: z.string().min(1).max(32).optional(),
});

/** `GET /api/v1/kpi-parts?subject=…&kpi=…`: what a share or an average is made of now; `null`: it is neither. */
export const partsResponseSchema = z.object({
  serverTime: z.number(),
  /** The numerator of an average is a sum of ms. */
  parts: z.object({ numerator: z.number().nullable(), denominator: z.number().nullable() }).nullable(),
});
export type PartsResponse = z.infer<typeof partsResponseSchema>;

export const apiErrorSchema = z.object({ code: z.string(), message: z.string() });
export type ApiError = z.infer<typeof apiErrorSchema>;

/** `sources` only for those who look after them. */
export const readyzSchema = z.object({ ready: z.boolean(), sources: sourcesSchema.optional() });
export type Readyz = z.infer<typeof readyzSchema>;

/** `GET /api/v1/boards`: the boards to choose from. */
export const boardsResponseSchema = z.object({
  boards: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type BoardsResponse = z.infer<typeof boardsResponseSchema>;
