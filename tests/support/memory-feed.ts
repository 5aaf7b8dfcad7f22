/** The stream between nodes in memory, by the same rules as the scripts on Redis; its fences are those of the table. */
import { err, ok } from '../../lib/result';
import type { RedisFeed } from '../../server/cluster/redis-feed';
import type { KeptListing } from '../../server/cluster/redis-listing';
import type { StreamEntry } from '../../server/redis/redis-stream';
import { type MemoryLeaseTable, straight, type Via } from './memory-lease-table';

const KEPT_MS = 20_000;

export class MemoryFeed {
  readonly #table: MemoryLeaseTable;
  readonly #now: () => number;
  #entries: { readonly at: number; readonly place: number; readonly entry: StreamEntry }[] = [];
  #places = 0;
  #seq = 0;
  #listing: string | null = null;
  /** Told when there is more to read. */
  onAdded: () => void = () => {};
  /** Fences of what was written, by duty, in order. */
  readonly written: { readonly duty: string; readonly fence: number }[] = [];

  constructor(table: MemoryLeaseTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** As FLUSHALL does: numbers begin anew, ids go on. */
  empty(): void {
    this.#entries = [];
    this.#seq = 0;
    this.#listing = null;
  }

  get end(): number {
    return this.#places;
  }

  /** Entries after that place, at most so many, and the place to go on from. */
  after(place: number, most: number): { readonly entries: readonly StreamEntry[]; readonly place: number } {
    const last = this.#entries.at(-1);
    if (last === undefined || last.place <= place) return { entries: [], place };
    const found = this.#entries.filter((one) => one.place > place).slice(0, most);
    return { entries: found.map(({ entry }) => entry), place: found.at(-1)?.place ?? place };
  }

  /** What is kept of lists and plan. */
  shelf(via: Via = straight): KeptListing {
    return {
      keep: async (fence, text) => {
        const answer = await via(() => {
          if (this.#table.lease('listing')?.fence !== fence) return false;
          this.#listing = text;
          return true;
        });
        return answer.ok && answer.value;
      },
      read: () => via(() => this.#listing),
    };
  }

  seat(via: Via = straight): RedisFeed {
    return {
      append: async ({ duty, fence, node }, pieces) => {
        const answer = await via(() => {
          if (this.#table.lease(duty)?.fence !== fence) return false;
          this.written.push({ duty, fence });
          for (const { kind, to, body } of pieces)
            this.#add({ d: duty, f: `${fence}`, w: node, k: kind, t: to, p: body });
          return true;
        });
        if (!answer.ok) return err('away');
        return answer.value ? ok(null) : err('fenced');
      },
      beat: async (node, feeds, status) => {
        const answer = await via(() => {
          const held = feeds.filter(([duty, fence]) => this.#table.lease(duty)?.fence === fence);
          this.#add({ w: node, k: 'beat', p: `{"feeds":${JSON.stringify(held)},"status":${status}}` });
        });
        return answer.ok;
      },
      ask: async (node, duties) =>
        (await via(() => this.#add({ w: node, k: 'join', p: JSON.stringify({ duties }) }))).ok,
      end: async () => ok(`${this.#places}`),
    };
  }

  #add(fields: Readonly<Record<string, string>>): void {
    const at = this.#now();
    this.#seq += 1;
    this.#places += 1;
    const entry = {
      id: `${at}-${this.#places}`,
      fields: new Map(Object.entries({ n: `${this.#seq}`, ...fields })),
    };
    this.#entries.push({ at, place: this.#places, entry });
    this.onAdded();
    while ((this.#entries[0]?.at ?? at) < at - KEPT_MS) this.#entries.shift();
  }
}
