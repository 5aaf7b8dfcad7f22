/**
 * What people want the floor to know: a text with a span of time and a priority. Boards get those that hold now, worst
 * first; an `emergency` takes every screen that gets it, until it is taken back or over.
 */
import { z } from 'zod';
import { boardIdSchema } from './board';
import { lineSchema } from './line';

export const PRIORITIES = ['emergency', 'high', 'normal'] as const;
export const prioritySchema = z.enum(PRIORITIES);
export type Priority = z.infer<typeof prioritySchema>;

const textSchema = lineSchema(200);

export const announcementSchema = z.object({
  id: z.string().min(1).max(64),
  text: textSchema,
  priority: prioritySchema,
  /** Epoch ms. */
  from: z.number(),
  until: z.number(),
  /** `null`: all boards. */
  boardIds: z.array(boardIdSchema).max(200).nullable(),
  /** Who wrote it, as the reader may know it; `null`: he may not. */
  by: z.string().nullable(),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** Sent as `announcements` to a board after its snapshot and whenever it is another: the whole of it. */
export const ANNOUNCEMENTS_EVENT = 'announcements';
export const announcementsFrameSchema = z.object({
  serverTime: z.number(),
  announcements: z.array(announcementSchema).max(20),
});
export type AnnouncementsFrame = z.infer<typeof announcementsFrameSchema>;

/** `GET /api/v1/announcements`: those that hold and those to come; `POST`: 201; `DELETE /api/v1/announcements/:id`. */
export const announcementsResponseSchema = z.object({
  serverTime: z.number(),
  announcements: z.array(announcementSchema),
});
export type AnnouncementsResponse = z.infer<typeof announcementsResponseSchema>;
export const newAnnouncementSchema = z
  .strictObject({
    text: textSchema,
    priority: prioritySchema,
    /** Absent: now. */
    from: z.number().optional(),
    until: z.number(),
    boardIds: z.array(boardIdSchema).min(1).max(200).nullable().default(null),
  })
  .refine(({ from, until }) => from === undefined || until > from, 'until must be after from');
export type NewAnnouncement = z.infer<typeof newAnnouncementSchema>;
