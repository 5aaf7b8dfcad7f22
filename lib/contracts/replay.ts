/**
 * Looking back: what a board showed at a moment of the last 24 hours, as screens of it got it, every five seconds;
 * values, staleness, alerts, alarms. A moment has an address that can be shared.
 */
import { z } from 'zod';
import { alarmsFrameSchema } from './alarm';
import { alertsFrameSchema } from './alert';
import { snapshotSchema } from './push';

/** `GET /api/v1/replay/:boardId`: from when to when there is something to see. */
export const replaySpanSchema = z.object({
  serverTime: z.number(),
  boardId: z.string(),
  name: z.string(),
  /** `null`: nothing is kept of it. */
  from: z.number().nullable(),
  until: z.number().nullable(),
  /** Where nothing was recorded: the server was away. */
  gaps: z.array(z.object({ from: z.number(), until: z.number() })).max(200),
});
export type ReplaySpan = z.infer<typeof replaySpanSchema>;

/** `GET /api/v1/replay/:boardId/moment?at=<epoch ms>`: the last that was recorded at or before `at`. 404: nothing. */
export const momentSchema = z.object({
  /** Of the frame that it is made of. */
  at: z.number(),
  snapshot: snapshotSchema,
  alerts: alertsFrameSchema.nullable(),
  alarms: alarmsFrameSchema.nullable(),
});
export type Moment = z.infer<typeof momentSchema>;

/** `GET /api/v1/replay/:boardId/moment.csv?at=…`, `…/figures.csv?from=…&until=…&everySeconds=…`: RFC 4180, UTF-8. */
