/**
 * Answers of the platform that hold for a moment: asked once for all who want the same at that time, kept briefly,
 * bounded. Failures are not kept. Who waits, waits so long at most; what he asked for goes on beside it and is there for
 * the next one.
 */
import { err, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { type Failure, failure } from '../runtime/errors';

export interface BriefCacheOptions {
  readonly clock: Clock;
  readonly keepMs: number;
  /** How long anybody waits for an answer. */
  readonly waitMs: number;
  /** Answers that are kept at most; past it the oldest goes. */
  readonly max: number;
  /** In an operator's words. */
  readonly what: string;
}

export interface BriefCache<T> {
  get(key: string, ask: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>>;
}

/** Questions under way at most: whoever is one too many is told so at once. */
const MAX_UNDER_WAY = 500;

export function createBriefCache<T>(options: BriefCacheOptions): BriefCache<T> {
  const { clock, keepMs, waitMs, max, what } = options;
  const kept = new Map<string, { readonly answer: Result<T, Failure>; readonly until: number }>();
  const underWay = new Map<string, Promise<Result<T, Failure>>>();

  async function ask(key: string, question: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    const answer = await question();
    underWay.delete(key);
    if (answer.ok) keep(key, answer);
    return answer;
  }

  function keep(key: string, answer: Result<T, Failure>): void {
    kept.delete(key);
    kept.set(key, { answer, until: clock.monotonicNow() + keepMs });
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
  }

  function patiently(answer: Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    return new Promise((resolve) => {
      const cancel = clock.after(waitMs, () =>
        resolve(err(failure('retry', 'timeout', `${what}: no answer in ${waitMs} ms`))),
      );
      void answer.then((given) => {
        cancel();
        resolve(given);
      });
    });
  }

  return {
    get(key, question) {
      const held = kept.get(key);
      if (held !== undefined && clock.monotonicNow() < held.until) return Promise.resolve(held.answer);
      const same = underWay.get(key);
      if (same !== undefined) return patiently(same);
      if (underWay.size >= MAX_UNDER_WAY) {
        return Promise.resolve(err(failure('retry', 'busy', `${what}: too many wait for an answer`)));
      }
      const asking = ask(key, question);
      underWay.set(key, asking);
      return patiently(asking);
    },
  };
}
