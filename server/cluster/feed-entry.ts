/**
 * What crosses Redis between nodes, entry by entry: the events of sources as they made them, and what is needed so that
 * every node knows how sure it may be of them. Bodies are JSON of our own making; one that cannot be read is `null`.
 */
import { z } from 'zod';
import type { DeviceEvent, KpiEvent, SessionEvent } from '../kpi/events';
import type { StreamEntry } from '../redis/redis-stream';
import { type Duty, readDuty } from './duties';

/** Of a duty's owner. */
export type FeedKind =
  /** A list of events. */
  | 'events'
  /** A list of events that make its whole state; `whole` ends them. */
  | 'state'
  /** All that is live of it now: `live`. From here on whoever read it knows the duty. */
  | 'whole'
  /** The plan of shards; of `listing` only. */
  | 'plan';
/** Of a node: that it lives and what it holds; that it wants to know duties as a whole. */
export type NodeKind = 'beat' | 'join';

export type FeedEvent = KpiEvent | DeviceEvent | SessionEvent;

export interface FeedEntry {
  /** Without a gap in the stream. */
  readonly seq: number;
  readonly node: string;
  /** `null`: the node itself speaks. */
  readonly from: { readonly duty: Duty; readonly fence: number } | null;
  readonly kind: string;
  /** The node that asked for it; empty: all. */
  readonly to: string;
  readonly body: string;
}

export function readFeedEntry({ fields }: StreamEntry): FeedEntry | null {
  const [seq, duty, fence] = [
    Number(fields.get('n')),
    readDuty(fields.get('d') ?? ''),
    Number(fields.get('f')),
  ];
  const [node, kind, body] = [fields.get('w'), fields.get('k'), fields.get('p')];
  if (node === undefined || kind === undefined || body === undefined) return null;
  const from = duty === null || !Number.isSafeInteger(fence) ? null : { duty, fence };
  return { seq, node, from, kind, to: fields.get('t') ?? '', body };
}

const anything = z.unknown();
export const wholeSchema = z.object({ live: z.array(z.string()) });
export const joinSchema = z.object({ duties: z.array(z.string()).max(1_000) });
export const beatSchema = z.object({
  feeds: z.array(z.tuple([z.string(), z.number()])),
  status: z.unknown(),
});

export function parseBody<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return null;
  }
}

/** As their makers made them: the engines look at what they read. By hand: a schema would copy each event. */
export function parseEvents(body: string): readonly FeedEvent[] {
  const events = parseBody(anything, body);
  return Array.isArray(events) && events.every(isEvent) ? (events as readonly FeedEvent[]) : [];
}

function isEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'kind' in event && typeof event.kind === 'string';
}
