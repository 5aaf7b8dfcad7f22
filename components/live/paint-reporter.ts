/**
 * Tells the server what this screen last painted: every 30 seconds, and soon after something of it became another, but
 * never more often than every 5 seconds. What is painted is noted from the browser's own frames, not from what was asked
 * of it: a page whose scripts run and which is drawn no more is seen to be stuck.
 */
import { type Painted, REPORT_EVERY_MS, type ScreenReport } from '../../lib/contracts/screen-report';
import type { Clock } from './clock';
import { Timers } from './timers';

const LEAST_GAP_MS = 5_000;

/** What stood on the glass. */
export type Glass = Pick<Painted, 'position' | 'view' | 'ownAt' | 'serverAt'>;

export interface PaintReporterOptions {
  readonly clock: Clock;
  /** What is true of the screen now, beside what it painted. */
  readonly rest: () => Omit<ScreenReport, 'painted'>;
  readonly send: (report: ScreenReport) => void;
}

export class PaintReporter {
  readonly #options: PaintReporterOptions;
  readonly #timers: Timers<'report'>;
  #painted: { readonly glass: Glass; readonly at: number } | null = null;
  #sentAt: number | null = null;
  #told = '';

  constructor(options: PaintReporterOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** A frame was painted just now, and this was on it. */
  painted(glass: Glass): void {
    this.#painted = { glass, at: this.#options.clock.monotonicNow() };
    this.review();
  }

  /** Something of the screen may be another. */
  review(): void {
    if (this.#gist() !== this.#told) this.#sendWithin(LEAST_GAP_MS);
    else this.#sendWithin(REPORT_EVERY_MS);
  }

  stop(): void {
    this.#timers.cancelAll();
  }

  /** Counted from the last report; at once where that is over. */
  #sendWithin(gapMs: number): void {
    const now = this.#options.clock.monotonicNow();
    const leftMs = this.#sentAt === null ? 0 : Math.max(0, this.#sentAt + gapMs - now);
    this.#timers.set('report', leftMs, () => this.#send());
  }

  #send(): void {
    const { clock, rest, send } = this.#options;
    const now = clock.monotonicNow();
    const painted = this.#painted && { ...this.#painted.glass, agoMs: now - this.#painted.at };
    this.#told = this.#gist();
    this.#sentAt = now;
    send({ painted, ...rest() });
    this.#sendWithin(REPORT_EVERY_MS);
  }

  /** What a supervisor would want to know at once when it changes. */
  #gist(): string {
    const { build, viewport, sound } = this.#options.rest();
    return JSON.stringify([this.#painted?.glass.view ?? null, build, viewport, sound]);
  }
}
