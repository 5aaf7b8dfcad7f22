/**
 * Those who look at sessions live, by interaction: they stay through the end of one session and get the next. One that
 * fails harms no other. Samples are merged and go out at most ten times a second, and cost nothing where nobody looks.
 */
import type { MetricKey } from '../../../lib/contracts/diagnostics';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { DeskEvent } from '../diagnostics-desk';
import type { LiveAudience } from './session-deps';

type Listener = (event: DeskEvent) => void;

const SAMPLE_MS = 100;

export class Audience implements LiveAudience {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #samples = new Map<string, { values: Map<MetricKey, number>; at: number }>();
  #timer: Cancel | null = null;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Gives back how to leave; leaving twice does nothing. `first`: what he is told once he has got hold of that. */
  join(interactionId: string, listener: Listener, first: () => DeskEvent | null): () => void {
    const own: Listener = (event) => listener(event);
    const listeners = this.#listeners.get(interactionId) ?? new Set();
    this.#listeners.set(interactionId, listeners.add(own));
    this.#timer ??= this.#clock.every(SAMPLE_MS, () => this.#flush());
    void Promise.resolve().then(() => {
      const event = listeners.has(own) ? first() : null;
      if (event !== null) this.#tellOne(own, event);
    });
    return () => {
      listeners.delete(own);
      if (listeners.size > 0 || this.#listeners.get(interactionId) !== listeners) return;
      this.#listeners.delete(interactionId);
      this.#samples.delete(interactionId);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  isWatched(interactionId: string): boolean {
    return this.#listeners.has(interactionId);
  }

  tell(interactionId: string, event: DeskEvent): void {
    for (const listener of this.#listeners.get(interactionId) ?? []) this.#tellOne(listener, event);
  }

  sample(interactionId: string, values: ReadonlyMap<MetricKey, number>, at: number): void {
    if (!this.isWatched(interactionId)) return;
    const merged = this.#samples.get(interactionId) ?? { values: new Map(), at };
    for (const [key, value] of values) merged.values.set(key, value);
    merged.at = at;
    this.#samples.set(interactionId, merged);
  }

  stop(): void {
    this.#timer?.();
    this.#timer = null;
  }

  #tellOne(listener: Listener, event: DeskEvent): void {
    try {
      listener(event);
    } catch (thrown) {
      this.#log.error('a reader of a session failed', { reason: messageOf(thrown) });
    }
  }

  #flush(): void {
    const due = [...this.#samples];
    this.#samples.clear();
    for (const [interactionId, { values, at }] of due) {
      this.tell(interactionId, { kind: 'samples', at, values: Object.fromEntries(values) });
    }
  }
}
