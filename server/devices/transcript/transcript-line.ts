/**
 * One interaction's line in the transcript: what waits, what is being gathered into the next window, and how its tries
 * went. Knows no clock: it is told the (monotonic) time.
 */
import type { BackoffPolicy } from '../../runtime/backoff';
import { backoffDelayMs } from '../../runtime/backoff';
import type { Cancel } from '../../runtime/clock';
import type { Random } from '../../runtime/random';
import { MessageQueue } from './message-queue';
import { mergedMessages, type WindowMessage } from './transcript-message';

export type LineState = 'live' | 'slow' | 'failing';

const BACKOFF: BackoffPolicy = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

export class TranscriptLine {
  readonly interactionId: string;
  readonly queue: MessageQueue;
  isUnderWay = false;
  isEnded = false;
  /** The target takes nothing of it any more. */
  isGone = false;
  /** Epoch ms. */
  lastSentAt: number | null = null;
  /** When its window ends, or ended last (monotonic ms). */
  dueAt = Number.NEGATIVE_INFINITY;
  /** Nothing goes out before (monotonic ms). */
  restsUntil = 0;
  /** What was told of it last. */
  told: LineState = 'live';
  /** What runs for it: the end of its window, or the end of its being remembered. */
  cancels: { window: Cancel | null; forgetting: Cancel | null } = { window: null, forgetting: null };
  #gathered: WindowMessage | null = null;
  #failures = 0;
  /** One at a time after a refusal of several: else one bad message would take the others with it. */
  #isCautious = false;

  constructor(interactionId: string, bound: number) {
    this.interactionId = interactionId;
    this.queue = new MessageQueue(bound);
  }

  get isFailing(): boolean {
    return this.isGone || this.#failures > 0;
  }

  /** True where it is the first of its window. */
  gather(window: WindowMessage): boolean {
    const isFirst = this.#gathered === null;
    this.#gathered = this.#gathered === null ? window : mergedMessages(this.#gathered, window);
    return isFirst;
  }

  /** What was gathered; nothing is, from here on. */
  takeGathered(): WindowMessage | null {
    const gathered = this.#gathered;
    this.#gathered = null;
    return gathered;
  }

  mayGo(now: number): boolean {
    return this.queue.size > 0 && !this.isUnderWay && now >= this.restsUntil;
  }

  batchOf(batch: number): number {
    return this.#isCautious ? 1 : batch;
  }

  sent(at: number): void {
    this.queue.done();
    this.#failures = 0;
    this.#isCautious = false;
    this.lastSentAt = at;
  }

  /** True where a message is dropped for it. */
  refused(count: number): boolean {
    this.#failures++;
    if (count > 1) {
      this.#isCautious = true;
      this.queue.back();
      return false;
    }
    this.queue.done();
    return true;
  }

  later(now: number, random: Random, floorMs: number): void {
    this.queue.back();
    this.restsUntil = now + backoffDelayMs(BACKOFF, this.#failures, random, floorMs);
    this.#failures++;
  }

  /** The target is busy, which is not this line's failure. */
  wait(): void {
    this.queue.back();
  }

  gone(): void {
    this.isGone = true;
    this.queue.clear();
    this.takeGathered();
  }

  stop(): void {
    this.cancels.window?.();
    this.cancels.forgetting?.();
    this.cancels = { window: null, forgetting: null };
  }
}
