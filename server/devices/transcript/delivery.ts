/** How a transcript reaches its target. Types only; nothing here rejects, and each try has its time-out. */
import type { Failure } from '../../runtime/errors';
import type { TranscriptMessage } from './transcript-message';

/**
 * `sent`: the target has them. `refused`: it never takes these. `gone`: it takes nothing of this interaction any more.
 * `later`: they may be tried again; `floorMs`: how long the target asked to be left alone; `isBusy`: it said that it
 * gets too much.
 */
export type Delivered =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }
  | {
      readonly kind: 'later';
      readonly reason: string;
      readonly floorMs: number;
      readonly isBusy: boolean;
    };

export interface Delivery {
  /** Messages that one request carries at most. */
  readonly batch: number;
  /** Requests a minute, of all interactions together. */
  readonly perMinute: number;
  /** One at a time for an interaction. */
  send(interactionId: string, messages: readonly TranscriptMessage[]): Promise<Delivered>;
  /** The interaction is over. */
  forget(interactionId: string): void;
}

/** About these very messages, whoever asks: the body is not taken. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422]);

export function undelivered({ status, message, retryAfterMs }: Failure): Delivered {
  if (status !== null && REFUSALS.has(status)) return { kind: 'refused', reason: message };
  return { kind: 'later', reason: message, floorMs: retryAfterMs, isBusy: status === 429 };
}
