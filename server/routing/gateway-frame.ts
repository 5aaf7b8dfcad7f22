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
const moment = z.union([
  z.number().int().positive().max(8.64e15),
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
  const read = gatewayEventSchema.safeParse(frame);
  if (!read.success) return err('event');
  const { queueId, interactionId, eventType, waitTime, agentStatus, timestamp } = read.data;
  return ok({
    ...{ queueId: canonicalQueueId(queueId), interactionId, eventType },
    ...{ waitMs: waitTime ?? null, agentStatus: agentStatus ?? null, at: timestamp },
  });
}
