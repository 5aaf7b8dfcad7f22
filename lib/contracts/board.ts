/**
 * A board: what one wall or one supervisor looks at. Pages of tiles, a queue table and trends, a strip that
 * stays on every page, the screen's size and farthest seat (the scale follows from them).
 */
import { z } from 'zod';
import { kpiKeySchema } from './kpi';

const idSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _ only');
const labelSchema = z.string().min(1).max(60);

export const tileSchema = z.object({
  id: idSchema,
  subject: z.string().min(1).max(300),
  kpi: kpiKeySchema,
  label: labelSchema.optional(),
  /** A second figure after the value, e.g. available *of* on-queue. */
  of: kpiKeySchema.optional(),
  hero: z.boolean().optional(),
});
export type Tile = z.infer<typeof tileSchema>;

export const tableSchema = z.object({
  id: idSchema,
  /** Subjects in the order that holds among equals; `queues` = every queue the server knows. */
  subjects: z.union([z.literal('queues'), z.array(z.string().min(1).max(300)).max(2000)]),
  columns: z.array(kpiKeySchema).min(1).max(40),
});
export type BoardTable = z.infer<typeof tableSchema>;

/** `minute`: a sample a minute of a gauge. `halfHour`: one point per half hour of today. */
export const trendEverySchema = z.enum(['minute', 'halfHour']);
export const trendSchema = z.object({
  id: idSchema,
  subject: z.string().min(1).max(300),
  kpi: kpiKeySchema,
  every: trendEverySchema,
  label: labelSchema.optional(),
});
export type Trend = z.infer<typeof trendSchema>;

export const pageSchema = z.object({
  id: idSchema,
  title: labelSchema,
  /** How long the page stays before the next one. */
  seconds: z.number().int().min(5).max(600),
  tiles: z.array(tileSchema).max(12),
  table: tableSchema.nullable(),
  trends: z.array(trendSchema).max(4),
});
export type BoardPage = z.infer<typeof pageSchema>;

export const boardSchema = z.object({
  id: idSchema,
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
});
export type Board = z.infer<typeof boardSchema>;
