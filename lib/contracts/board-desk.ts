/**
 * How boards are made and changed: REST shapes of the desk of boards. A board has published versions, counted from 1,
 * and at most one draft, which whoever may keeps together; each save names what it is based on, and whoever is too
 * late is told who was faster, and loses nothing. Screens see published boards only.
 */
import { z } from 'zod';
import { givenNameSchema } from './access';
import { boardIdSchema, boardSchema } from './board';
import { queueGroupSchema, thresholdRuleSchema } from './settings';

const who = z.object({ at: z.number(), by: z.string() });

/** `made`: by the server of its queues, until somebody publishes one of his own. */
export const boardListingSchema = z.object({
  id: boardIdSchema,
  name: z.string(),
  origin: z.enum(['made', 'stored']),
  /** 0: nobody has published it. */
  version: z.number().int().nonnegative(),
  published: who.nullable(),
  /** `revision`: of its last save. */
  draft: who.extend({ revision: z.number().int().positive() }).nullable(),
  /** Paired screens that show it. */
  screens: z.number().int().nonnegative(),
});
export type BoardListing = z.infer<typeof boardListingSchema>;
/** `GET /api/v1/board-desk`. */
export const boardListResponseSchema = z.object({
  serverTime: z.number(),
  boards: z.array(boardListingSchema),
});
export type BoardListResponse = z.infer<typeof boardListResponseSchema>;

/** `GET /api/v1/board-desk/:id`, and the answer to each change of it. */
export const boardEditSchema = z.object({
  serverTime: z.number(),
  id: boardIdSchema,
  origin: z.enum(['made', 'stored']),
  version: z.number().int().nonnegative(),
  /** `null`: there is a draft only. */
  published: boardSchema.nullable(),
  publishedBy: who.nullable(),
  draft: z
    .object({
      board: boardSchema,
      /** Grows at each save, and is never used twice. */
      revision: z.number().int().positive(),
      /** The version that it began from. */
      basedOn: z.number().int().nonnegative(),
      saved: who,
    })
    .nullable(),
  /** Newest first; the last 50 are kept. */
  versions: z.array(z.object({ version: z.number().int().positive(), ...who.shape, note: z.string() })),
});
export type BoardEdit = z.infer<typeof boardEditSchema>;

/** `POST /api/v1/board-desk/:id/draft`. `revision`: of the draft that it changes; 0: there was none. 409 else. */
export const saveDraftSchema = z.strictObject({
  board: boardSchema,
  revision: z.number().int().nonnegative(),
});
export type SaveDraft = z.infer<typeof saveDraftSchema>;
/** `DELETE /api/v1/board-desk/:id/draft?revision=…` throws the draft away. 204 where nothing of the board is left. */
/**
 * `POST /api/v1/board-desk/:id/publish`: the draft of that revision, on top of that version; 409 else. A draft that
 * began from another version than that is published only by who has been told: his `basedOn` is the draft's.
 */
export const publishSchema = z.strictObject({
  revision: z.number().int().positive(),
  version: z.number().int().nonnegative(),
  /** Absent: `version`. */
  basedOn: z.number().int().nonnegative().optional(),
  note: z.union([z.literal(''), givenNameSchema]).default(''),
});
export type Publish = z.infer<typeof publishSchema>;
/** `POST /api/v1/board-desk/:id/restore`: an older version becomes the draft. */
export const restoreSchema = z.strictObject({
  version: z.number().int().positive(),
  revision: z.number().int().nonnegative(),
});
export type Restore = z.infer<typeof restoreSchema>;

/** 409 `board.changed`; `settings.changed` of thresholds and groups: who was faster, and when. */
export const conflictSchema = z.object({
  code: z.enum(['board.changed', 'settings.changed']),
  message: z.string(),
  at: z.number(),
  by: z.string(),
});
export type BoardConflict = z.infer<typeof conflictSchema>;
/** 400 `board.invalid`: all that is wrong with a board, each line with the path of what it is about. */
export const boardProblemsSchema = z.object({
  code: z.literal('board.invalid'),
  message: z.string(),
  problems: z.array(z.string()),
});
export type BoardProblems = z.infer<typeof boardProblemsSchema>;

/** `POST /api/v1/board-desk`: a new board, as a draft: from a template, a board that there is, or a file. 201. */
export const TEMPLATES = ['floor', 'one-queue', 'devices', 'empty'] as const;
export const newBoardSchema = z.strictObject({
  name: givenNameSchema,
  from: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('template'),
      template: z.enum(TEMPLATES),
      subject: z.string().max(300).optional(),
    }),
    z.strictObject({ kind: z.literal('copy'), boardId: boardIdSchema }),
    z.strictObject({ kind: z.literal('file'), board: z.unknown() }),
  ]),
});
export type NewBoard = z.infer<typeof newBoardSchema>;
/**
 * `DELETE /api/v1/board-desk/:id?version=…&revision=…`, 204: screens that show it are told that there is none; where
 * one is made of the queues under that id, they get that. Its draft goes too: `revision` is that draft's, 0: there was
 * none; 409 else. 409 `board.made`: nobody has published one of his own.
 */
/** `GET /api/v1/board-desk/:id/file?version=…`: the board as JSON, to keep and to take in elsewhere. */

/** `GET /api/v1/board-desk/subjects`: what a tile can be about. */
export const subjectsResponseSchema = z.object({
  subjects: z.array(
    z.object({ subject: z.string(), name: z.string(), kind: z.enum(['all', 'group', 'division', 'queue']) }),
  ),
});
export type SubjectsResponse = z.infer<typeof subjectsResponseSchema>;

/** `GET`/`POST /api/v1/thresholds`: all rules, replaced as a whole; `revision` of what was read, 409 else. */
export const thresholdsSchema = z.object({
  revision: z.number().int().nonnegative(),
  rules: z.array(thresholdRuleSchema).max(2_000),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** `GET`/`POST /api/v1/queue-groups`: all groups, replaced as a whole, likewise. */
export const queueGroupsSchema = z.object({
  revision: z.number().int().nonnegative(),
  groups: z.array(queueGroupSchema).max(500),
});
export type QueueGroups = z.infer<typeof queueGroupsSchema>;
