/**
 * A value that is good for a moment and that one changes at a time: in the memory of a process that is alone, or for
 * several nodes in a cell that they share, sealed, so that who reads the cell learns nothing. What a cell holds and this
 * program cannot open or read is as if nobody had written.
 */
import type { z } from 'zod';
import type { Clock } from '../runtime/clock';
import { createOneAtATime } from '../runtime/one-at-a-time';
import type { SecretBytes } from '../runtime/secret-bytes';
import type { PassingCell } from '../store/passing-ports';
import { type Seal, seal, unseal } from './sealed-text';

/** `now`: ms, of the clock that all who share it have; it is no time of day. */
export interface PassingState<T> {
  read(): Promise<{ readonly value: T; readonly now: number }>;
  /** `step` is asked again where another node was faster. The same value is not written. */
  change<A>(step: (value: T, now: number) => { readonly next: T; readonly answer: A }): Promise<A>;
}

export function memoryState<T>(clock: Pick<Clock, 'monotonicNow'>, initial: T): PassingState<T> {
  let value = initial;
  return {
    read: async () => ({ value, now: clock.monotonicNow() }),
    async change(step) {
      const { next, answer } = step(value, clock.monotonicNow());
      value = next;
      return answer;
    },
  };
}

export interface SealedStateOptions<T> extends Seal {
  readonly cell: PassingCell;
  readonly schema: z.ZodType<T>;
  readonly initial: T;
  readonly secretBytes: SecretBytes;
}

export function sealedState<T>(options: SealedStateOptions<T>): PassingState<T> {
  const { cell, schema, initial, secretBytes } = options;
  // Two of one node would only be in each other's way.
  const oneAtATime = createOneAtATime();
  let last: { readonly text: string; readonly value: T } | null = null;

  function opened(text: string | null): T {
    if (text === null) return initial;
    if (last?.text === text) return last.value;
    const json = unseal(text, options);
    // What opens was sealed by us, perhaps by another version.
    const parsed = json === null ? null : schema.safeParse(JSON.parse(json));
    const value = parsed?.success ? parsed.data : initial;
    last = { text, value };
    return value;
  }

  return {
    async read() {
      const { text, now } = await cell.read();
      return { value: opened(text), now };
    },
    change(step) {
      return oneAtATime(() =>
        cell.change((text, now) => {
          const value = opened(text);
          const { next, answer } = step(value, now);
          if (next === value) return { text, answer };
          const sealed = seal(JSON.stringify(next), options, secretBytes);
          last = { text: sealed, value: next };
          return { text: sealed, answer };
        }),
      );
    },
  };
}
