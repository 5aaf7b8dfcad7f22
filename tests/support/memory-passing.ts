/** What nodes share for a moment, in memory: a cell whose clock a test moves, and where a test may come in between. */
import type { CellNow, PassingCell, PassingStore } from '../../server/store/passing-ports';
import { StoreUnavailable } from '../../server/store/store-unavailable';

export class MemoryPassing implements PassingStore {
  now = 1_000_000;
  isAway = false;
  /** How often a change was made anew because somebody else was faster. */
  retries = 0;
  readonly texts = new Map<string, string>();
  readonly #used = new Map<string, number>();

  cell(name: string): PassingCell {
    const read = async (): Promise<CellNow> => {
      if (this.isAway) throw new StoreUnavailable('away');
      return { text: this.texts.get(name) ?? null, now: this.now };
    };
    return {
      read,
      change: async (step) => {
        for (;;) {
          const found = await read();
          const { text, answer } = step(found.text, found.now);
          // As over a network: others have their turn between the reading and the writing.
          await null;
          if ((this.texts.get(name) ?? null) === found.text) {
            if (text !== null) this.texts.set(name, text);
            return answer;
          }
          this.retries += 1;
        }
      },
    };
  }

  async useOnce(name: string, word: string, { lifeMs }: { lifeMs: number }): Promise<boolean> {
    if (this.isAway) throw new StoreUnavailable('away');
    const key = `${name} ${word}`;
    if ((this.#used.get(key) ?? 0) > this.now) return false;
    this.#used.set(key, this.now + lifeMs);
    return true;
  }
}
