/**
 * What happens to one interaction in one queue, as sources tell it (the platform's topics, or a gateway of one event a
 * frame), and the averages of it that other dashboards read. Queue ids are the same however they are written: with or
 * without hyphens, in any case.
 */
import { z } from 'zod';
import { sourceStatusSchema } from './source';

/** Epoch ms and ms. What is not known is `null`. */
export interface RoutingEvent {
  /** As `canonicalQueueId` gives it. */
  readonly queueId: string;
  readonly interactionId: string;
  /** `queued`, `answered`, `abandoned`, `flowedOut`, `agentStatus`; a gateway may have others. */
  readonly eventType: string;
  /** How long the interaction waited. `null`: this event ends no wait. */
  readonly waitMs: number | null;
  /** Of the agent who has the interaction: `IDLE`, `INTERACTING`, … */
  readonly agentStatus: string | null;
  readonly at: number;
}

const BARE = /^[0-9a-f]{32}$/;
const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID in the platform's own form; other names in lower case, as they are. */
export function canonicalQueueId(id: string): string {
  if (CANONICAL.test(id)) return id;
  const bare = id.trim().toLowerCase().replaceAll('-', '');
  if (!BARE.test(bare)) return id.trim().toLowerCase();
  return [bare.slice(0, 8), bare.slice(8, 12), bare.slice(12, 16), bare.slice(16, 20), bare.slice(20)].join(
    '-',
  );
}

/** Whether a queue is wanted. `ids`: the allow-list; empty: every queue is. */
export function queueFilter(ids: readonly string[]): (canonicalId: string) => boolean {
  const wanted = new Set(ids.map(canonicalQueueId));
  return (id) => wanted.size === 0 || wanted.has(id);
}

/** Averages of one queue as they stand in Redis. Seconds, as there. */
export const routingAverageSchema = z.object({
  queueId: z.string(),
  /** `null`: no wait has ended. */
  averageWaitSeconds: z.number().min(0).nullable(),
  totalWaitSeconds: z.number().min(0),
  eventCount: z.number().int().min(0),
  lastAgentStatus: z.string().nullable(),
});
export type RoutingAverage = z.infer<typeof routingAverageSchema>;

/** `GET /api/v1/routing` */
export const routingResponseSchema = z.object({
  serverTime: z.number(),
  /** What the gateway says of itself; `null`: there is none. */
  gateway: sourceStatusSchema.nullable(),
  /** Queues of which something waits to be written. */
  unwritten: z.number().int().min(0),
  /** Those of which something is kept. */
  queues: z.array(routingAverageSchema),
});
export type RoutingResponse = z.infer<typeof routingResponseSchema>;
