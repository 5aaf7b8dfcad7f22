/**
 * Looking back: what a board showed at a moment of the last 24 hours, as a desk got it, every five seconds; values,
 * staleness, alerts, alarms, announcements. A moment has an address that can be shared.
 */
import { z } from 'zod';
import { alarmsFrameSchema } from './alarm';
import { alertsFrameSchema } from './alert';
import { announcementsFrameSchema } from './announcement';
import { snapshotSchema } from './push';
import { sitesFrameSchema } from './site-counts';

/** What is kept goes this far back, in ms, where the room for it lasts. */
export const REPLAY_KEPT_MS = 24 * 60 * 60_000;

/** `GET /api/v1/replay/:id`: from when to when there is something to see. */
export const replaySpanSchema = z.object({
  serverTime: z.number(),
  boardId: z.string(),
  name: z.string(),
  /** Of the board's clock. */
  timeZone: z.string(),
  /** `null`: nothing is kept of it. */
  from: z.number().nullable(),
  until: z.number().nullable(),
  /** Where nothing was recorded: the server was away. Oldest first; of more than 200 the newest. */
  gaps: z.array(z.object({ from: z.number(), until: z.number() })).max(200),
  /** What was worth an eye, oldest first; of more than 500 the newest. */
  marks: z
    .array(
      z.object({
        from: z.number(),
        until: z.number(),
        /** `alarm`: there was one; `stale`: some figure was not known. */
        kind: z.enum(['critical', 'warning', 'stale']),
      }),
    )
    .max(500),
  /** Whether it is being recorded now. */
  isRecorded: z.boolean(),
  /** Since when nothing is recorded because what keeps it failed; `null`: it did not. */
  stoppedAt: z.number().nullable(),
  /** Older moments went before their time: there is no more room. */
  isShortened: z.boolean(),
});
export type ReplaySpan = z.infer<typeof replaySpanSchema>;
export type ReplayMark = ReplaySpan['marks'][number];

/**
 * `GET /api/v1/replay/:id/moment?at=<epoch ms>`: the last that was recorded at or before `at`. 404: nothing. Its
 * snapshot has the server time of the moment: ages and waits count from it.
 */
export const momentSchema = z.object({
  /** Of the frame that it is made of. */
  at: z.number(),
  /** Nothing was recorded at that time: this is the last before, as it was then. */
  isGap: z.boolean(),
  snapshot: snapshotSchema,
  alerts: alertsFrameSchema.nullable(),
  alarms: alarmsFrameSchema.nullable(),
  announcements: announcementsFrameSchema.nullable(),
  sites: sitesFrameSchema.nullable(),
});
export type Moment = z.infer<typeof momentSchema>;

/** `GET /api/v1/replay/:id/moment.csv?at=…`, `…/figures.csv?from=…&until=…&everySeconds=…`: RFC 4180, UTF-8. */
