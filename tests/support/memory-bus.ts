/** A bus without Redis: what is published is heard when `deliver` is called, or lost where the test says so. */
import type { Bus } from '../../server/redis/redis-bus';

export class MemoryBus {
  readonly #listeners = new Map<string, Set<(text: string) => void>>();
  #waiting: { readonly channel: string; readonly text: string }[] = [];
  /** Which of them are lost. */
  loses: (channel: string, text: string) => boolean = () => false;
  isDown = false;

  /** What is said in the answer to something is delivered too; gives how many there were. */
  deliver(): number {
    let count = 0;
    while (this.#waiting.length > 0) {
      const now = this.#waiting;
      this.#waiting = [];
      for (const { channel, text } of now) {
        if (this.isDown || this.loses(channel, text)) continue;
        count += 1;
        for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener(text);
      }
    }
    return count;
  }

  /** Also what promises bring about. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 3; idle += 1) {
      if (this.deliver() > 0) idle = 0;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** The bus as one node has it. */
  seat(): Bus {
    const own = new Set<() => void>();
    return {
      publish: (channel, text) => void this.#waiting.push({ channel, text }),
      subscribe: (channel, listener) => {
        const mine = (text: string) => listener(text);
        const known = this.#listeners.get(channel) ?? new Set();
        this.#listeners.set(channel, known.add(mine));
        const end = () => void known.delete(mine);
        own.add(end);
        return end;
      },
      status: () => ({ state: this.isDown ? 'down' : 'live', since: 0, message: null }),
      stop() {
        for (const end of own) end();
      },
    };
  }
}
