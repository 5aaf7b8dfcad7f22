/**
 * What a paired screen tells the server of itself: what it last painted, not only that its socket is open. Sent as
 * `report` over its socket every 30 seconds, and a moment after something of it became another.
 */
import { z } from 'zod';
import { PLAIN_LINE } from '../plain-name';
import { positionSchema } from './push';

export const REPORT_EVENT = 'report';
/** A screen in good order reports this often. */
export const REPORT_EVERY_MS = 30_000;

const epochMs = z.number().min(0).max(8.64e15);

export const paintedSchema = z.strictObject({
  /** Of the board's figures that were on the glass; `null`: none yet. */
  position: positionSchema.nullable(),
  /** Counted from 1. */
  view: z.strictObject({ number: z.number().int().min(1).max(500), of: z.number().int().min(1).max(500) }),
  /** How long ago, when this was said, by a clock that does not jump. */
  agoMs: z.number().min(0).max(8.64e15),
  /** By the screen's own clock, and by the server's as the screen knows it. */
  ownAt: epochMs,
  serverAt: epochMs,
});
export type Painted = z.infer<typeof paintedSchema>;

/** `off`: no sound is wanted. `locked`: it is, and the browser wants a gesture first. `none`: it can't make any. */
export const soundStateSchema = z.enum(['off', 'ready', 'locked', 'none']);
export type SoundState = z.infer<typeof soundStateSchema>;

export const screenReportSchema = z.strictObject({
  /** `null`: nothing yet. */
  painted: paintedSchema.nullable(),
  /** That its page began with; `null`: not known yet. */
  build: z.string().max(100).regex(PLAIN_LINE).nullable(),
  /** How far the server is ahead of the screen's own clock. */
  clockOffsetMs: z.number().min(-8.64e15).max(8.64e15),
  /** CSS pixels. */
  viewport: z.strictObject({
    width: z.number().int().min(0).max(100_000),
    height: z.number().int().min(0).max(100_000),
  }),
  /** Of the page's scripts; `null`: the browser does not say. */
  memoryBytes: z.number().min(0).max(1e15).nullable(),
  sound: soundStateSchema,
});
export type ScreenReport = z.infer<typeof screenReportSchema>;

/** What the server knows of a screen that is connected now. */
export const screenStandingSchema = z.object({
  report: screenReportSchema.nullable(),
  /** Server time of the report; `null`: there is none yet. */
  receivedAt: z.number().nullable(),
  /** Server time of what is on the glass, by the server's own clock; `null`: not known. */
  paintedAt: z.number().nullable(),
  /** Its socket is open, and it paints no more. */
  stuck: z.boolean(),
});
export type ScreenStanding = z.infer<typeof screenStandingSchema>;
