/** A trouble that may come thousands of times a second is logged when it begins, every half minute, and never more. */
import type { Clock } from './clock';
import { messageOf } from './errors';
import type { Log } from './log';

const QUIET_MS = 30_000;

export class Trouble {
  readonly #what: string;
  readonly #clock: Pick<Clock, 'monotonicNow'>;
  readonly #log: Log;
  #loggedAt: number | null = null;
  #times = 0;

  constructor(what: string, clock: Pick<Clock, 'monotonicNow'>, log: Log) {
    this.#what = what;
    this.#clock = clock;
    this.#log = log;
  }

  note(thrown: unknown): void {
    this.#times += 1;
    const now = this.#clock.monotonicNow();
    if (this.#loggedAt !== null && now - this.#loggedAt < QUIET_MS) return;
    // The first time may be a blip; what is still there half a minute later is not.
    const level = this.#loggedAt === null ? 'warn' : 'error';
    this.#log[level](this.#what, { times: this.#times, reason: messageOf(thrown) });
    this.#loggedAt = now;
    this.#times = 0;
  }
}
