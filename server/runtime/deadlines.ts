/** Waiting for an answer no longer than a while. What is still awaited at the end comes to nothing at once. */
import type { Clock } from './clock';

export const LATE = Symbol('late');

export class Deadlines {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #giveUps = new Set<() => void>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** The answer, or `LATE`; rejects as the answer does. What comes too late is not heard any more. */
  within<T>(delayMs: number, answer: Promise<T>): Promise<T | typeof LATE> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        settle();
        resolve(LATE);
      };
      const cancel = this.#clock.after(delayMs, giveUp);
      const settle = () => {
        cancel();
        this.#giveUps.delete(giveUp);
      };
      this.#giveUps.add(giveUp);
      answer.then(
        (value) => {
          settle();
          resolve(value);
        },
        (thrown: unknown) => {
          settle();
          reject(thrown);
        },
      );
    });
  }

  close(): void {
    for (const giveUp of [...this.#giveUps]) giveUp();
  }
}
