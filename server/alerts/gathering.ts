/**
 * Stores before it acknowledges, and many at once: messages of one turn of the event loop are gathered while the
 * outgoing stream is corked, so that their acknowledgements wait in it; they leave when the batch is on the disk.
 * While one batch is being stored the next message waits, and with it the reading from the broker: nothing piles up
 * here. Where storing fails the stream is destroyed with the acknowledgements in it. Ending a corked stream would let
 * them out: whoever ends it waits for `end` first, or destroys it.
 */
import type { BrokerMessage, Intake } from './incoming';

/** What holds the outgoing bytes: Node's own streams do it by `cork`. */
export interface HeldStream {
  cork(): void;
  uncork(): void;
  destroy(error?: Error): unknown;
}

export interface GatheringOptions {
  readonly intake: Intake;
  /** Runs a function after what the event loop has at hand, e.g. `setImmediate`. */
  readonly defer: (run: () => void) => void;
  readonly stream: () => HeldStream;
  readonly onStored: () => void;
  /** Storing failed; the stream is destroyed already. */
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Lets the following message be read. Without an error it puts this one's acknowledgement into the stream; with one it
 * leaves the message to the broker.
 */
export type Next = (left?: Error) => void;

/** At most so many in one batch; the next one waits. */
export const MAX_BATCH = 1_000;

export class Gathering {
  readonly #options: GatheringOptions;
  #batch: BrokerMessage[] = [];
  #held: HeldStream | null = null;
  #waiting: (() => void) | null = null;
  #isStoring = false;
  #isEnded = false;
  #idle: (() => void)[] = [];

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  take(message: BrokerMessage, next: Next): void {
    if (this.#isEnded) {
      next(new Error('the link is ending: the broker keeps the message'));
      return;
    }
    if (this.#isStoring || this.#batch.length >= MAX_BATCH) {
      // One at most: nobody reads on before it is called.
      this.#waiting = () => this.take(message, next);
      return;
    }
    this.#hold();
    this.#batch.push(message);
    next();
  }

  /** What is gathered is still stored and acknowledged, what comes now is left to the broker. Resolves when idle. */
  end(): Promise<void> {
    this.#isEnded = true;
    return new Promise((resolve) => {
      if (this.#isStoring || this.#batch.length > 0) this.#idle.push(resolve);
      else resolve();
    });
  }

  #hold(): void {
    if (this.#held !== null) return;
    this.#held = this.#options.stream();
    this.#held.cork();
    this.#options.defer(() => void this.#store());
  }

  async #store(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#isStoring = true;
    try {
      await this.#options.intake(batch);
      this.#release((stream) => stream.uncork());
      this.#options.onStored();
    } catch (thrown) {
      this.#isEnded = true;
      this.#release((stream) => void stream.destroy());
      this.#options.onFailure(thrown);
    }
    this.#goOn();
  }

  #release(how: (stream: HeldStream) => void): void {
    const stream = this.#held;
    this.#held = null;
    this.#isStoring = false;
    if (stream !== null) how(stream);
  }

  #goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
