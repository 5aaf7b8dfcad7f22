/**
 * At most so many things at once; whoever comes later waits in a line that has a bound, no longer than he may, and is
 * told when his turn does not come. A turn that was given is given back once.
 */
import type { Cancel, Clock } from '../../runtime/clock';

export type GiveBack = () => void;

export interface TurnsOptions {
  readonly clock: Clock;
  readonly atOnce: number;
  readonly maxWaiting: number;
  /** Ms in the line; absent: until the turn comes, or the end. */
  readonly maxWaitMs?: number;
}

interface Waiting {
  readonly answer: (turn: GiveBack | null) => void;
  readonly cancel: Cancel;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #line = new Set<Waiting>();
  #taken = 0;
  #isOver = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  get takenCount(): number {
    return this.#taken;
  }

  /** `null`: the line is full, he waited too long, or it is over. */
  take(): Promise<GiveBack | null> {
    const { atOnce, maxWaiting } = this.#options;
    if (this.#isOver) return Promise.resolve(null);
    if (this.#taken < atOnce) return Promise.resolve(this.#given());
    if (this.#line.size >= maxWaiting) return Promise.resolve(null);
    return new Promise((resolve) => this.#wait(resolve));
  }

  /** Who waits is sent away; turns that were given stay. */
  stop(): void {
    this.#isOver = true;
    for (const waiting of [...this.#line]) this.#leave(waiting, null);
  }

  #wait(answer: Waiting['answer']): void {
    const { clock, maxWaitMs } = this.#options;
    const cancel = maxWaitMs === undefined ? () => {} : clock.after(maxWaitMs, () => this.#leave(own, null));
    const own: Waiting = { answer, cancel };
    this.#line.add(own);
  }

  #leave(waiting: Waiting, turn: GiveBack | null): void {
    this.#line.delete(waiting);
    waiting.cancel();
    waiting.answer(turn);
  }

  #given(): GiveBack {
    this.#taken++;
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.#taken--;
      const [next] = this.#line;
      if (next !== undefined) this.#leave(next, this.#given());
    };
  }
}
