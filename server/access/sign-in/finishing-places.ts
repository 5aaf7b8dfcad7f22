/**
 * Places for browsers that come back from the provider at the same moment: each costs us a question to it, for as long
 * as it takes to answer. No address has them all, so that nobody keeps the others from signing in.
 */
import { addressForLimits } from '../../runtime/address-for-limits';

const MOST = 20;
/** A site of some hundred people, who begin their day together, is not this fast by hand. */
const MOST_BEHIND_ONE_ADDRESS = 4;

export class FinishingPlaces {
  #taken = 0;
  /** Only those that have some. */
  readonly #takenBehind = new Map<string, number>();

  /** False: there is none. What was taken is to be left. */
  take(address: string): boolean {
    const client = addressForLimits(address);
    const behind = this.#takenBehind.get(client) ?? 0;
    if (this.#taken >= MOST || behind >= MOST_BEHIND_ONE_ADDRESS) return false;
    this.#taken += 1;
    this.#takenBehind.set(client, behind + 1);
    return true;
  }

  leave(address: string): void {
    const client = addressForLimits(address);
    const left = (this.#takenBehind.get(client) ?? 1) - 1;
    this.#taken -= 1;
    if (left === 0) this.#takenBehind.delete(client);
    else this.#takenBehind.set(client, left);
  }
}
