/** The links that carry queues: which are lost, since when, and what goes stale for it. */
import type { Clock } from '../runtime/clock';
import type { LinkLost } from './events';
import { type Freshness, isStale, silenceOf, stepFreshness } from './freshness';
import type { QueueEntry } from './subject-view';

export class LinkWatch {
  readonly #clock: Clock;
  readonly #onFlip: (entry: QueueEntry, next: Freshness) => void;
  readonly #lost = new Set<QueueEntry>();

  /** `onFlip` is to set what makes a queue stale, or live again. */
  constructor(clock: Clock, onFlip: (entry: QueueEntry, next: Freshness) => void) {
    this.#clock = clock;
    this.#onFlip = onFlip;
  }

  lose(entries: readonly QueueEntry[], event: Omit<LinkLost, 'kind' | 'queueIds'>): void {
    const now = this.#clock.monotonicNow();
    const lost = { kind: 'lost', now, heardAt: event.heardAt, silentMs: silenceOf(event) } as const;
    for (const entry of entries) {
      this.#set(entry, stepFreshness(entry.freshness, lost));
      if (entry.freshness.state === 'lost') this.#lost.add(entry);
    }
  }

  restore(entries: readonly QueueEntry[]): void {
    for (const entry of entries) {
      this.#lost.delete(entry);
      this.#set(entry, stepFreshness(entry.freshness, { kind: 'restored' }));
    }
  }

  sweep(): void {
    const now = this.#clock.monotonicNow();
    for (const entry of this.#lost) {
      this.#set(entry, stepFreshness(entry.freshness, { kind: 'tick', now }));
      if (entry.freshness.state !== 'lost') this.#lost.delete(entry);
    }
  }

  /** Only these are still listed. */
  keep(isListed: (entry: QueueEntry) => boolean): void {
    for (const entry of this.#lost) if (!isListed(entry)) this.#lost.delete(entry);
  }

  #set(entry: QueueEntry, next: Freshness): void {
    const wasStale = isStale(entry.freshness);
    if (wasStale === isStale(next)) entry.freshness = next;
    else this.#onFlip(entry, next);
  }
}
