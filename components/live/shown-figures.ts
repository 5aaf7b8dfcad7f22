/**
 * The figures as they stand on the screen: a figure changes at once, and then at most once a gap, the latest value
 * last. Knows neither the socket nor who listens.
 */
import type { ValueChange } from '../../lib/contracts/push';
import type { Cancel, Clock } from './clock';
import { Pacer } from './pacer';

export interface ShownFiguresOptions {
  readonly clock: Pick<Clock, 'after' | 'monotonicNow'>;
  /** Least time between two changes of one figure; absent: a second. */
  readonly gapMs: number | undefined;
  /** The newest value that is known. */
  readonly latest: (key: string) => ValueChange | undefined;
  /** A figure (by its key), or any of them (`values`), has changed on the screen after it had to wait. */
  readonly tell: (topic: string) => void;
}

export class ShownFigures {
  readonly #options: ShownFiguresOptions;
  readonly #pacer: Pacer;
  #shown: Map<string, ValueChange> = new Map();
  #pacing: Cancel | null = null;

  constructor(options: ShownFiguresOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.gapMs);
  }

  all(): ReadonlyMap<string, ValueChange> {
    return this.#shown;
  }

  get(key: string): ValueChange | undefined {
    return this.#shown.get(key);
  }

  replace(figures: Map<string, ValueChange>): void {
    this.#shown = figures;
    this.#pacer.clear();
    this.stop();
  }

  /** Whether it is shown now; else when its time has come. */
  show(key: string, value: ValueChange): boolean {
    if (!this.#pacer.offer(key, this.#options.clock.monotonicNow())) return false;
    this.#shown.set(key, value);
    return true;
  }

  /** Sees to those that have to wait. */
  paceLater(): void {
    const { clock } = this.#options;
    this.stop();
    const delayMs = this.#pacer.nextDueMs(clock.monotonicNow());
    if (delayMs !== null) this.#pacing = clock.after(delayMs, () => this.#pace());
  }

  stop(): void {
    this.#pacing?.();
    this.#pacing = null;
  }

  #pace(): void {
    const { clock, latest, tell } = this.#options;
    for (const key of this.#pacer.takeDue(clock.monotonicNow())) {
      const value = latest(key);
      if (value !== undefined) this.#shown.set(key, value);
      tell(key);
    }
    tell('values');
    this.paceLater();
  }
}
