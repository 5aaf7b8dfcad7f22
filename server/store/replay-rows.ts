/**
 * Rows of replay.db on the way back: each is parsed, and one that somebody else wrote, or a dying disk, is `null` and
 * harms only itself. Texts come as bytes (see stored-text).
 */
import { z } from 'zod';
import type { TrendPoint } from '../../lib/contracts/push';
import { replaySpanSchema } from '../../lib/contracts/replay';
import type { StoredChain } from './replay-ports';
import { type StoredBytes, textOf } from './stored-text';

export type ReplayRow = Readonly<Record<string, StoredBytes | number | null>>;

export const SELECT_CHAIN = `SELECT id, CAST(board_id AS BLOB) AS board_id, from_at, until_at, bytes,
  CAST(marks AS BLOB) AS marks FROM chains`;
export const SELECT_POINT = 'SELECT CAST(trend AS BLOB) AS trend, at, value FROM points';

const chainSchema = z.object({
  id: z.number().int().positive(),
  boardId: z.string().min(1).max(64),
  fromAt: z.number(),
  untilAt: z.number(),
  bytes: z.number().nonnegative(),
  marks: replaySpanSchema.shape.marks,
});
const pointSchema = z.object({
  trend: z.string().min(1).max(500),
  at: z.number(),
  value: z.number().nullable(),
});

export function toChain(row: ReplayRow): StoredChain | null {
  const { id, board_id, from_at, until_at, bytes, marks } = row;
  return parsed<StoredChain>(chainSchema, {
    ...{ id, boardId: textIn(board_id), fromAt: from_at, untilAt: until_at, bytes },
    marks: jsonOf(textIn(marks)),
  });
}

export function toPoint({ trend, at, value }: ReplayRow): TrendPoint | null {
  return parsed<TrendPoint>(pointSchema, { trend: textIn(trend), at, value });
}

/** `null`: no bytes are there. */
export function toPiece({ content }: ReplayRow): Uint8Array | null {
  if (content === null || content === undefined || typeof content === 'number') return null;
  return new Uint8Array(content);
}

function parsed<T>(schema: z.ZodType<T>, fields: unknown): T | null {
  const result = schema.safeParse(fields);
  return result.success ? result.data : null;
}

function textIn(stored: StoredBytes | number | null | undefined): string | null {
  return typeof stored === 'number' ? null : textOf(stored ?? null);
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // JSON.parse throws nothing but SyntaxError; what is no JSON fits no schema.
    return undefined;
  }
}
