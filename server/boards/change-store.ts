/**
 * How something in the store is changed by a person: one change after the other; what is to be done is worked out of
 * what is there, recorded, and written as one batch on top of just that. Where another process was faster it is worked
 * out anew, and recorded again only where it is another deed by then.
 */
import { ok, type Result } from '../../lib/result';
import type { createOneAtATime } from '../runtime/one-at-a-time';
import type { DocumentStore, Write } from '../store/ports';
import type { Deed, DeskProblem, Editor } from './board-desk';

export interface Plan<T> {
  /** `null`: nothing worth an entry. */
  readonly deed: Deed | null;
  readonly writes: readonly Write[];
  /** Once it is written. */
  readonly done: () => T | Promise<T>;
}

export type Planning<T> = Result<Plan<T>, DeskProblem>;

/** Rejects where it cannot be recorded, cannot be written, or others change it all the time: then it is not done. */
export type ChangeStore = <T>(
  by: Editor,
  plan: () => Promise<Planning<T>>,
) => Promise<Result<T, DeskProblem>>;

/** Others who may be faster, in a row. */
const MOST_ROUNDS = 5;

/** `oneAtATime`: changes wait in it for what else must not come in between, and it for them. */
export function createChangeStore(
  store: DocumentStore,
  oneAtATime: ReturnType<typeof createOneAtATime>,
): ChangeStore {
  async function change<T>(by: Editor, plan: () => Promise<Planning<T>>): Promise<Result<T, DeskProblem>> {
    let recorded = '';
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const planned = await plan();
      if (!planned.ok) return planned;
      const { deed, writes, done } = planned.value;
      const wanted = JSON.stringify(deed);
      if (deed !== null && wanted !== recorded) await by.record(deed);
      recorded = wanted;
      const written = await store.write(writes);
      if (written.ok) return ok(await done());
    }
    throw new Error('a board or the settings are being changed by others all the time');
  }
  return (by, plan) => oneAtATime(() => change(by, plan));
}
