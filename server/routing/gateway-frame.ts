/** One frame of a routing gateway, read: one event as JSON. Pure; what cannot be read harms only itself. */
import { z } from 'zod';
import { canonicalQueueId, type RoutingEvent } from '../../lib/contracts/routing';
import { err, ok, type Result } from '../../lib/result';

const MAX_FRAME_CHARACTERS = 16 * 1024;
/** Longer ago or further ahead no clock is wrong by chance. */
const MAX_WAIT_MS = 7 * 24 * 3_600_000;

const name = z
  .string()
  .trim()
  .regex(/^[\w .:-]{1,100}$/);
/** As `name`, with nothing around it. */
const PLAIN = /^[\w.:-](?:[\w .:-]{0,98}[\w.:-])?$/;
const LAST_TIME = 8.64e15;
const moment = z.union([
  z.number().int().positive().max(LAST_TIME),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);

/** One frame of a gateway: waits in ms, the moment as epoch ms or in ISO 8601; other fields are nobody's business. */
export const gatewayEventSchema = z.object({
  queueId: name,
  interactionId: name,
  eventType: name,
  waitTime: z.number().min(0).max(MAX_WAIT_MS).nullish(),
  agentStatus: name.nullish(),
  timestamp: moment,
});

export type FrameFault = 'too-long' | 'json' | 'event';

export function parseGatewayFrame(text: string): Result<RoutingEvent, FrameFault> {
  if (text.length > MAX_FRAME_CHARACTERS) return err('too-long');
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return err('json');
  }
  const event = usualEvent(frame) ?? gatewayEventSchema.safeParse(frame).data;
  if (event === undefined) return err('event');
  const { queueId, interactionId, eventType, waitTime, agentStatus, timestamp } = event;
  return ok({
    ...{ queueId: canonicalQueueId(queueId), interactionId, eventType },
    ...{ waitMs: waitTime ?? null, agentStatus: agentStatus ?? null, at: timestamp },
  });
}

/**
 * The usual event, read by hand: the schema would give the same, and takes six times as long, which counts at tens of
 * thousands a second. `null`: the schema decides; here nothing is refused.
 */
export function usualEvent(frame: unknown): z.infer<typeof gatewayEventSchema> | null {
  if (typeof frame !== 'object' || frame === null) return null;
  // Of no known shape: each field is looked at below.
  const fields = frame as Readonly<Record<string, unknown>>;
  const { queueId, interactionId, eventType, waitTime = null, agentStatus = null, timestamp } = fields;
  const isUsual =
    isPlain(queueId) &&
    isPlain(interactionId) &&
    isPlain(eventType) &&
    (waitTime === null || (typeof waitTime === 'number' && waitTime >= 0 && waitTime <= MAX_WAIT_MS)) &&
    (agentStatus === null || isPlain(agentStatus)) &&
    typeof timestamp === 'number' &&
    Number.isSafeInteger(timestamp) &&
    timestamp > 0 &&
    timestamp <= LAST_TIME;
  return isUsual ? { queueId, interactionId, eventType, waitTime, agentStatus, timestamp } : null;
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && PLAIN.test(value);
}
