/** What nodes ask of the one that has the diagnostic sessions, and what it answers. Both sides read it by these schemas. */
import { z } from 'zod';
import {
  commandRecordSchema,
  diagnosticSessionSchema,
  endSessionSchema,
  executeSchema,
  initiateSchema,
  metricKeySchema,
  metricWindowSchema,
  sessionsResponseSchema,
  thresholdBreachSchema,
} from '../../../lib/contracts/diagnostics';

export const SESSIONS_DUTY = 'sessions';
export const LIVE = 'live';

const viewerSchema = z.object({
  ...{ reach: z.enum(['all', 'own']), genesysUserId: z.string().nullable(), email: z.string().nullable() },
});
const actorSchema = viewerSchema.extend({
  ...{ actor: z.string(), name: z.string(), roles: z.array(z.string()), address: z.string() },
});
const interactionId = z.string();

export const sessionQuestions = {
  initiate: z.object({ wish: initiateSchema, actor: actorSchema }),
  execute: z.object({ wish: executeSchema, actor: actorSchema }),
  end: z.object({ interactionId, wish: endSessionSchema, actor: actorSchema }),
  session: z.object({ interactionId, viewer: viewerSchema }),
  list: z.object({ viewer: viewerSchema }),
  bundle: z.object({ interactionId, viewer: viewerSchema }),
  live: z.object({ interactionId }),
};

const problemSchema = z.object({
  kind: z.enum([
    ...(['off', 'not-found', 'not-owned', 'not-yours', 'command', 'params', 'role', 'ended'] as const),
    ...(['full', 'replayed', 'unrecorded', 'unavailable'] as const),
  ]),
  message: z.string(),
});
function outcomeOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), error: problemSchema }),
  ]);
}

export const sessionOutcomes = {
  initiate: outcomeOf(z.object({ session: diagnosticSessionSchema, isNew: z.boolean() })),
  execute: outcomeOf(commandRecordSchema),
  end: outcomeOf(diagnosticSessionSchema),
};
export const sessionAnswers = {
  session: diagnosticSessionSchema.nullable(),
  list: sessionsResponseSchema.omit({ serverTime: true }),
  bundle: z.record(z.string(), z.unknown()).nullable(),
};

export const liveEventOfOwnerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), session: diagnosticSessionSchema }),
  z.object({ kind: z.literal('window'), window: metricWindowSchema }),
  z.object({ kind: z.literal('breach'), breach: thresholdBreachSchema }),
  z.object({
    kind: z.literal('samples'),
    at: z.number(),
    values: z.partialRecord(metricKeySchema, z.number()),
  }),
]);
