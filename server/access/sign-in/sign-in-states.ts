/**
 * States that came back from a provider, so that none comes back twice while its sign-in could still be open. Bounded:
 * full, the oldest goes, and the provider refuses its code by itself.
 */
import { FLOW_MS } from './sealed-flow';

/** More than the sign-ins of ten minutes. */
const MAX_USED = 10_000;

export class SignInStates {
  readonly #maxUsed: number;
  /** With when they do not matter any more; oldest first. */
  readonly #used = new Map<string, number>();

  constructor(maxUsed = MAX_USED) {
    this.#maxUsed = maxUsed;
  }

  get size(): number {
    return this.#used.size;
  }

  /** False for one that came back before. `now`: of the monotonic clock. */
  use(state: string, now: number): boolean {
    if (this.#used.has(state)) return false;
    for (const [used, until] of this.#used) {
      if (until > now && this.#used.size < this.#maxUsed) break;
      this.#used.delete(used);
    }
    this.#used.set(state, now + FLOW_MS);
    return true;
  }
}
