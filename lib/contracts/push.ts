/**
 * The push contract: Socket.IO, namespace `/board`, WebSocket only. The server sends one `snapshot` on joining,
 * then `delta`s; a client that finds a gap (`prevSeq` is not its `seq`, or another `epoch`) emits `resync` and
 * gets a snapshot: it never guesses. A client that comes back with `last` gets one delta with all it missed (with
 * `prevSeq` = `seq` and no changes where it missed nothing), or a snapshot. Timers tick on the screen: a running
 * wait causes no traffic.
 */
import { z } from 'zod';
import { boardSchema, type trendEverySchema } from './board';
import { kpiKeySchema, kpiValueSchema } from './kpi';
import { sourcesSchema } from './source';

export const PUSH_NAMESPACE = '/board';
export const PUSH_VERSION = 1;

export const positionSchema = z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() });
export type Position = z.infer<typeof positionSchema>;

export const handshakeSchema = z.object({
  token: z.string().max(4096).optional(),
  boardId: z.string().min(1).max(64),
  /** The paired screen that this page is: then it is served as that screen and as nobody else. */
  screenId: z.string().min(1).max(64).optional(),
  last: positionSchema.optional(),
  /** What this page is: `screen`, on a wall, gets what its board's audience may know. Paired screens do anyhow. Absent: `desk`. */
  as: z.enum(['screen', 'desk']).optional(),
});
export type Handshake = z.infer<typeof handshakeSchema>;

/** A value and whose it is. */
export const valueChangeSchema = kpiValueSchema.extend({ subject: z.string(), kpi: kpiKeySchema });
export type ValueChange = z.infer<typeof valueChangeSchema>;

/** A subject's name and its figures' frame; `media` are the media types seen for it. */
export const subjectInfoSchema = z.object({
  subject: z.string(),
  name: z.string(),
  shortName: z.string(),
  timeZone: z.string(),
});
export type SubjectInfo = z.infer<typeof subjectInfoSchema>;

/** One point of a trend: `at` epoch ms (the start of a half hour, or the minute), `value` null where none is known. */
export const trendPointSchema = z.object({ trend: z.string(), at: z.number(), value: z.number().nullable() });
export type TrendPoint = z.infer<typeof trendPointSchema>;

/** Address of a trend's points: the same for every board that shows it. */
export function trendKey(subject: string, kpi: string, every: z.infer<typeof trendEverySchema>): string {
  return `${subject}#${kpi}#${every}`;
}

/**
 * The limits that decide a figure's status, for printing beside it ("max 2:00"); in the figure's unit, for
 * `longestWaitSince` ms of waiting. `subject` null: wherever no limit of the subject's own is listed.
 */
export const limitSchema = z.object({
  subject: z.string().nullable(),
  kpi: kpiKeySchema,
  warning: z.number().nullable(),
  critical: z.number().nullable(),
});
export type Limit = z.infer<typeof limitSchema>;

export const snapshotSchema = z.object({
  v: z.literal(PUSH_VERSION),
  epoch: z.string(),
  seq: z.number().int().nonnegative(),
  serverTime: z.number(),
  /** Names the running build: a screen reloads when it changes. */
  build: z.string(),
  board: boardSchema,
  subjects: z.array(subjectInfoSchema),
  values: z.array(valueChangeSchema),
  trends: z.array(trendPointSchema),
  sources: sourcesSchema,
  /** Absent: nothing is printed beside the values. */
  limits: z.array(limitSchema).max(100_000).optional(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

export const deltaSchema = z.object({
  epoch: z.string(),
  prevSeq: z.number().int().nonnegative(),
  seq: z.number().int().positive(),
  serverTime: z.number(),
  changes: z.array(valueChangeSchema),
  points: z.array(trendPointSchema).optional(),
  sources: sourcesSchema.optional(),
});
export type Delta = z.infer<typeof deltaSchema>;

/**
 * Sent as `assignment` to a paired screen whose board or measures were changed: it goes to `path` by itself.
 */
export const assignmentSchema = z.object({ path: z.string().startsWith('/screen/').max(500) });
export type Assignment = z.infer<typeof assignmentSchema>;

/** Sent as `alerts` after the snapshot and whenever it is another one: `alertsFrameSchema` of `alert`. */
export const ALERTS_EVENT = 'alerts';

/**
 * Sent instead of a snapshot when the board cannot be shown, when a client says too much or too many tokens were tried
 * from its address (`limit.messages`), or at any time when its standing has ended; the socket is closed after it.
 * `unauthenticated`: nobody, sign in. `forbidden`: somebody who may not see this board. `revoked`: the screen is paired
 * no longer. `interaction.unknown` (namespaces of devices only): there is none, or it is not his. After these four
 * nothing of the picture stays, neither on the page nor in its storage.
 */
export const refusalSchema = z.object({
  code: z.enum([
    'board.unknown',
    'interaction.unknown',
    'handshake.invalid',
    'unauthenticated',
    'forbidden',
    'revoked',
    'limit.messages',
  ]),
  message: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;
