/** What each source of figures says of itself; the same shape on the board, in the API and in /readyz. */
import { z } from 'zod';

/**
 * `off`: not configured. `connecting`: never live yet. `live`: every link up and backfilled. `degraded`: some
 * links are down, or some topics were refused. `down`: no link is up.
 */
export const sourceStateSchema = z.enum(['off', 'connecting', 'live', 'degraded', 'down']);
export type SourceState = z.infer<typeof sourceStateSchema>;

export const sourceStatusSchema = z.object({
  state: sourceStateSchema,
  /** Epoch ms at which this state began. */
  since: z.number(),
  /** One sentence for the operator, in plain words; `null` when there is nothing to say. */
  message: z.string().nullable(),
  /** Epoch ms of the newest sign of life of any link; `null` before the first. */
  lastHeardAt: z.number().nullable(),
});
export type SourceStatus = z.infer<typeof sourceStatusSchema>;

export const genesysStatusSchema = sourceStatusSchema.extend({
  channels: z.object({ live: z.number(), total: z.number() }),
  topics: z.object({ subscribed: z.number(), rejected: z.number() }),
  /** The last comparison with REST: how many figures were compared, how many differed and were put right. */
  reconciliation: z.object({ at: z.number(), compared: z.number(), drift: z.number() }).nullable(),
});
export type GenesysStatus = z.infer<typeof genesysStatusSchema>;

export const sourcesSchema = z.object({
  genesys: genesysStatusSchema,
  mqtt: sourceStatusSchema,
  devices: sourceStatusSchema,
});
export type Sources = z.infer<typeof sourcesSchema>;
