/**
 * Writes what routing events add up to, one batch a tick, one at a time; while Redis is away it tries again at a pace,
 * and sums go on growing in their bounded room. Must not throw.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import { backoffDelayMs } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import type { RoutingStore } from './routing-store';
import type { RoutingTotals } from './routing-totals';

export interface RoutingWriterOptions {
  readonly store: RoutingStore;
  readonly totals: RoutingTotals;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Events of so long go out together. */
export const TICK_MS = 250;
const TRY_AGAIN_MS = [500, 1_000, 2_000, 5_000];

export class RoutingWriter {
  readonly #options: RoutingWriterOptions;
  #cancel: Cancel | null = null;
  #work: Promise<void> | null = null;
  #failures = 0;
  #isOver = false;

  constructor(options: RoutingWriterOptions) {
    this.#options = options;
  }

  add(event: RoutingEvent): void {
    this.#options.totals.add(event);
    if (!this.#isOver) this.#later(TICK_MS);
  }

  /** What is gathered is tried once more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#work;
    await this.#write();
    await this.#write();
  }

  #later(delayMs: number): void {
    if (this.#cancel !== null || this.#work !== null) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#cancel = null;
      this.#work = this.#write().then((nextMs) => {
        this.#work = null;
        if (nextMs !== null && !this.#isOver) this.#later(nextMs);
      });
    });
  }

  /** Ms until there is more to do; `null`: nothing waits. */
  async #write(): Promise<number | null> {
    const { store, totals, log, random } = this.#options;
    const batch = totals.next();
    if (batch === null) return null;
    const { written, refused, problem } = await store.write(batch);
    totals.written(written, refused);
    if (refused.size > 0) log.warn('routing sums were refused', { queues: refused.size, reason: problem });
    if (written.size + refused.size === batch.totals.length) {
      if (this.#failures > 0) log.info('routing sums are written again', { queues: written.size });
      this.#failures = 0;
      return totals.waiting > 0 ? TICK_MS : null;
    }
    if (this.#failures === 0) log.warn('routing sums could not be written', { reason: problem });
    this.#failures += 1;
    return backoffDelayMs(TRY_AGAIN_MS, this.#failures - 1, random, TICK_MS);
  }
}
