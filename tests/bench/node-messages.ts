/** What the processes of a benchmark of several nodes say to each other: node-collector.ts, node-gateway.ts. */

export interface CollectorStart {
  /** `null`: alone, and it serves the screens itself. */
  readonly redisUrl: string | null;
  readonly queues: number;
  /** Frames a queue before one comes again, of several sizes from 2 on. */
  readonly framesAQueue: number;
  /** For screens; `null`: none. */
  readonly port: number | null;
}

export type CollectorRequest =
  /** From now on, as frames of the platform's own mix over all queues; 0: none. */
  | { readonly kind: 'load'; readonly perSecond: number }
  /** Marks one after the other: a frame each that makes the figure of one queue another. */
  | { readonly kind: 'marks'; readonly count: number; readonly everyMs: number }
  | UsageRequest;

/** With a collection of garbage, which costs CPU itself, or without. */
export type UsageRequest = { readonly kind: 'usage'; readonly isCollected: boolean };

export interface Usage {
  /** CPU so far, µs. */
  readonly cpuUs: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** Frames taken so far; 0 of a gateway. */
  readonly events: number;
}

export interface Mark {
  readonly value: number;
  /** When its frame came, ms of the machine's monotonic clock. */
  readonly at: number;
}

export function usageOf(events: number, isCollected: boolean): Usage {
  const { user, system } = process.cpuUsage();
  if (isCollected) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { cpuUs: user + system, heapBytes: heapUsed, rssBytes: rss, events };
}

/** Its queues have figures that nothing else changes. */
export const MARK_QUEUES = 50;
export const MARK_BOARD = 'marks';

export function markQueueId(index: number): string {
  return `0000ffff-4d1c-4e2f-9a3b-${index.toString(16).padStart(12, '0')}`;
}

/** The same on all processes of a machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
