/**
 * The platform's shapes as far as we read them: REST answers, parsed once at this edge, and the contract of a
 * stream frame. Frames are guarded by hand in `metric-parser`, because a schema would cost a third of the speed;
 * a property test holds that guard equal to `observationsFrameSchema` and `activityFrameSchema`.
 */
import { z } from 'zod';

const figure = z.number().nonnegative().nullable().optional();

/** `null` counts as absent in every field. Unknown fields are left alone. */
export const statsSchema = z.object({
  count: figure,
  sum: figure,
  min: figure,
  max: figure,
  numerator: figure,
  denominator: figure,
  target: figure,
  ratio: figure,
  calculatedMetricValue: figure,
});

export const sampleSchema = z.object({
  metric: z.string(),
  qualifier: z.string().nullable().optional(),
  stats: statsSchema,
});

const mediaType = z.string().min(1).max(200).nullable().optional();

/** `group.queueId`, where it is there, is the topic's; that and the interval's text are checked by the parser. */
export const observationsFrameSchema = z.object({
  topicName: z.string(),
  eventBody: z.object({
    group: z.object({ queueId: z.string().optional(), mediaType }),
    data: z.array(z.object({ interval: z.string(), metrics: z.array(sampleSchema) })),
  }),
});

export const activityFrameSchema = z.object({
  topicName: z.string(),
  eventBody: z.object({
    results: z.array(
      z.object({
        mediaType,
        data: z.array(z.object({ metric: z.string(), count: figure, calculatedMetricValue: figure })),
      }),
    ),
  }),
});

export const channelSchema = z.object({
  // It becomes a part of a path.
  id: z.string().regex(/^[\w-][\w.-]{0,199}$/),
  connectUri: z.string().min(1).max(4_000),
  expires: z.string().optional(),
});

/** Answer to POST and PUT of subscriptions. */
export const subscriptionsSchema = z.object({
  entities: z
    .array(
      z.object({
        id: z.string(),
        state: z.string().optional(),
        rejectionReason: z.string().nullable().optional(),
        missingPermissions: z.array(z.string()).nullable().optional(),
      }),
    )
    .optional(),
});
export type Subscriptions = z.infer<typeof subscriptionsSchema>;

const serviceLevel = z
  .object({ percentage: z.number().min(0).max(1), durationMs: z.number().nonnegative() })
  .optional()
  .catch(undefined);

export const queuePageSchema = z.object({
  entities: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      division: z.object({ id: z.string(), name: z.string().optional() }).nullable().optional(),
      mediaSettings: z
        .record(z.string(), z.object({ serviceLevel }).nullable())
        .nullable()
        .optional()
        .catch(undefined),
    }),
  ),
  pageCount: z.number().int().nonnegative().optional(),
});
export type QueuePage = z.infer<typeof queuePageSchema>;

export const presencePageSchema = z.object({
  entities: z.array(
    z.object({
      id: z.string().min(1),
      systemPresence: z.string().nullable().optional(),
      languageLabels: z.record(z.string(), z.string()).nullable().optional(),
      name: z.string().nullable().optional(),
    }),
  ),
  pageCount: z.number().int().nonnegative().optional(),
});
export type PresencePage = z.infer<typeof presencePageSchema>;

const group = z.object({ queueId: z.string().optional(), mediaType });

export const observationsAnswerSchema = z.object({
  results: z
    .array(z.object({ group, data: z.array(sampleSchema).nullable().optional() }))
    .nullable()
    .optional(),
});
export type ObservationsAnswer = z.infer<typeof observationsAnswerSchema>;

export const aggregatesAnswerSchema = z.object({
  results: z
    .array(
      z.object({
        group,
        data: z
          .array(z.object({ interval: z.string(), metrics: z.array(sampleSchema) }))
          .nullable()
          .optional(),
      }),
    )
    .nullable()
    .optional(),
});
export type AggregatesAnswer = z.infer<typeof aggregatesAnswerSchema>;
