/**
 * A store as those wait for it who ask who somebody is: where an answer takes longer than a few seconds they are told
 * that there is none now. A write of documents is waited for to its end: who makes a change must know what became of it.
 */
import { type Deadlines, LATE } from '../runtime/deadlines';
import type { PassingStore } from '../store/passing-ports';
import type { DocumentStore } from '../store/ports';
import { StoreUnavailable } from '../store/store-unavailable';

/** Less than the patience of browsers and balancers. */
export const ANSWER_WITHIN_MS = 4_000;

export function promptStore(store: DocumentStore, deadlines: Deadlines): DocumentStore {
  return {
    get: (kind, id) => inTime(deadlines, store.get(kind, id)),
    list: (kind) => inTime(deadlines, store.list(kind)),
    write: (batch) => store.write(batch),
    close: () => store.close(),
  };
}

/** What is late may still be done: a code that nobody knows, a way back that counts as used. Both end by themselves. */
export function promptPassing(passing: PassingStore, deadlines: Deadlines): PassingStore {
  return {
    cell(name, lifeMs) {
      const cell = passing.cell(name, lifeMs);
      return {
        read: () => inTime(deadlines, cell.read()),
        change: (step) => inTime(deadlines, cell.change(step)),
      };
    },
    useOnce: (name, word, bounds) => inTime(deadlines, passing.useOnce(name, word, bounds)),
  };
}

async function inTime<T>(deadlines: Deadlines, asked: Promise<T>): Promise<T> {
  const answer = await deadlines.within(ANSWER_WITHIN_MS, asked);
  if (answer === LATE) throw new StoreUnavailable('the store does not answer in time');
  return answer;
}
