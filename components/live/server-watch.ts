/**
 * Asks the server by another way than the socket whether it is there and which build it serves, so that a screen whose
 * link stays down is not left alone with an old page. A new build is told of within five minutes, link or no link; and
 * where the server answers, again and again, while the link does not come back, the page is to be loaded anew. While the
 * server does not answer nothing is: the picture of before is better than a browser's error page.
 */
import type { Clock } from './clock';
import { Timers } from './timers';

/** Two tries in vain still leave time within five minutes. */
export const ASK_EVERY_MS = 90_000;
/** While the link is down. */
export const ASK_WHEN_DOWN_MS = 15_000;
/** So long the link may be down before anything is done. */
export const PATIENCE_MS = 60_000;

export interface ServerWatchOptions {
  readonly clock: Clock;
  /** The build that the server says it serves; `null`: it does not answer. Must not reject. */
  readonly ask: () => Promise<string | null>;
  readonly onBuild: (build: string) => void;
  /** The server answers, and the link does not come back. */
  readonly onStuck: () => void;
}

export class ServerWatch {
  readonly #options: ServerWatchOptions;
  readonly #timers: Timers<'ask'>;
  #downSince: number | null = null;
  #isAnswered = false;
  #round = 0;

  constructor(options: ServerWatchOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): void {
    this.#askLater();
  }

  stop(): void {
    this.#round += 1;
    this.#timers.cancelAll();
  }

  /** `up`: the link is live, or the server says by it why it is not. */
  link(up: boolean): void {
    if (up === (this.#downSince === null)) return;
    this.#downSince = up ? null : this.#options.clock.monotonicNow();
    this.#isAnswered = false;
    this.#askLater();
  }

  #askLater(): void {
    const delayMs = this.#downSince === null ? ASK_EVERY_MS : ASK_WHEN_DOWN_MS;
    const round = ++this.#round;
    this.#timers.set('ask', delayMs, () => void this.#ask(round));
  }

  async #ask(round: number): Promise<void> {
    const build = await this.#options.ask();
    // The link came or went meanwhile: then it is asked anew.
    if (round !== this.#round) return;
    if (build !== null) this.#options.onBuild(build);
    if (this.#isStuck(build !== null)) this.#options.onStuck();
    this.#isAnswered = build !== null;
    this.#askLater();
  }

  /** Twice in a row: the link gets the time between to come back by itself. */
  #isStuck(answers: boolean): boolean {
    if (this.#downSince === null || !answers || !this.#isAnswered) return false;
    return this.#options.clock.monotonicNow() - this.#downSince >= PATIENCE_MS;
  }
}
