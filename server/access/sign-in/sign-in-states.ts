/**
 * States that came back from a provider, so that none comes back twice while its sign-in could still be open. Bounded:
 * full, the oldest goes, and the provider refuses its code by itself. Several nodes share them: the browser may come back
 * to any of them.
 */
import type { Clock } from '../../runtime/clock';
import type { PassingStore } from '../../store/passing-ports';
import { hashOf } from '../secret-hash';
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

/** False for one that came back before. */
export type TakeState = (state: string) => Promise<boolean>;

/** `shared`: `null` where this process is alone. */
export function stateTaker(shared: PassingStore | null, clock: Pick<Clock, 'monotonicNow'>): TakeState {
  const own = new SignInStates();
  if (shared === null) return async (state) => own.use(state, clock.monotonicNow());
  const bounds = { lifeMs: FLOW_MS, most: MAX_USED };
  return (state) => shared.useOnce('sign-in-states', hashOf(state), bounds);
}
